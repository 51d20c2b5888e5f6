"""Run your WeChat cloud functions from pytest as anyone, and prove that only the right people get in."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import strategies
    from .carriers import Injection
    from .client import CallFunctionError
    from .cloud import WxCloud
    from .errors import (
        InvalidAnswerError,
        InvalidEventError,
        InvalidIdentityError,
        LoadError,
        NoIdentityError,
        ProjectError,
        ToolchainError,
        UnknownFunctionError,
        WxCloudError,
    )
    from .identity import Channel, IdPool, OpenPlatform, People, Principal, WxApp, WXContext, WxUser, verbatim
    from .identity.faker import Profile, WeChatProvider
    from .local.http_stubs import HttpAnswer, HttpRequest
    from .local.open_data import CloudID
    from .local.openapi import OpenApiCall, OpenApiError
    from .outcome import BlockedError, CrashedError, Decision, Failure, FunctionError, Outcome
    from .project import Project
    from .settings import Settings

__version__ = "0.1.0"

#: Where each public name lives. Nothing is imported until it is asked for (PEP 562).
_HOMES = {
    "strategies": "strategies",
    "Injection": "carriers",
    "CallFunctionError": "client",
    "Settings": "settings",
    "WxCloud": "cloud",
    "InvalidAnswerError": "errors",
    "InvalidEventError": "errors",
    "InvalidIdentityError": "errors",
    "LoadError": "errors",
    "NoIdentityError": "errors",
    "ProjectError": "errors",
    "ToolchainError": "errors",
    "UnknownFunctionError": "errors",
    "WxCloudError": "errors",
    "Channel": "identity",
    "IdPool": "identity",
    "OpenPlatform": "identity",
    "People": "identity",
    "Principal": "identity",
    "WxApp": "identity",
    "WXContext": "identity",
    "WxUser": "identity",
    "verbatim": "identity",
    "Profile": "identity.faker",
    "WeChatProvider": "identity.faker",
    "HttpAnswer": "local.http_stubs",
    "HttpRequest": "local.http_stubs",
    "CloudID": "local.open_data",
    "OpenApiCall": "local.openapi",
    "OpenApiError": "local.openapi",
    "BlockedError": "outcome",
    "CrashedError": "outcome",
    "Decision": "outcome",
    "Failure": "outcome",
    "FunctionError": "outcome",
    "Outcome": "outcome",
    "Project": "project",
}

__all__ = [
    "BlockedError",
    "CallFunctionError",
    "Channel",
    "CloudID",
    "CrashedError",
    "Decision",
    "Failure",
    "FunctionError",
    "HttpAnswer",
    "HttpRequest",
    "IdPool",
    "Injection",
    "InvalidAnswerError",
    "InvalidEventError",
    "InvalidIdentityError",
    "LoadError",
    "NoIdentityError",
    "OpenApiCall",
    "OpenApiError",
    "OpenPlatform",
    "Outcome",
    "People",
    "Principal",
    "Profile",
    "Project",
    "ProjectError",
    "Settings",
    "ToolchainError",
    "UnknownFunctionError",
    "WXContext",
    "WeChatProvider",
    "WxApp",
    "WxCloud",
    "WxCloudError",
    "WxUser",
    "__version__",
    "strategies",
    "verbatim",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    return module if name == "strategies" else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
