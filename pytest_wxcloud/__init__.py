"""Run your WeChat cloud functions from pytest as anyone, and prove that only the right people get in."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import strategies
    from .carriers import Injection
    from .checks.verdict import Inconclusive, Violation
    from .client import CallFunctionError
    from .cloud import WxCloud
    from .contract import AuthorizationContract
    from .database import Database
    from .errors import (
        ContractError,
        InvalidAnswerError,
        InvalidEventError,
        InvalidIdentityError,
        InvalidRequestError,
        LoadError,
        NoIdentityError,
        ProjectError,
        ToolchainError,
        UnknownFunctionError,
        WxCloudError,
    )
    from .http_outcome import HttpOutcome
    from .identity import Channel, IdPool, OpenPlatform, People, Principal, Users, WxApp, WXContext, WxUser, verbatim
    from .identity.faker import Profile, WeChatProvider
    from .machine import AuthorizationMachine
    from .outcome import BlockedError, CrashedError, Decision, Failure, FunctionError, Outcome
    from .outside.http import HttpAnswer, HttpRequest
    from .outside.open_data import CloudID
    from .outside.openapi import OpenApiCall, OpenApiError
    from .project import Project
    from .settings import Settings
    from .web_app import WebApp

__version__ = "0.1.0"

#: Where each public name lives. Nothing is imported until it is asked for (PEP 562).
_HOMES = {
    "strategies": "strategies",
    "Injection": "carriers",
    "CallFunctionError": "client",
    "Database": "database",
    "Settings": "settings",
    "WxCloud": "cloud",
    "InvalidAnswerError": "errors",
    "InvalidEventError": "errors",
    "InvalidIdentityError": "errors",
    "InvalidRequestError": "errors",
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
    "Users": "identity",
    "WxApp": "identity",
    "WXContext": "identity",
    "WxUser": "identity",
    "verbatim": "identity",
    "Profile": "identity.faker",
    "WeChatProvider": "identity.faker",
    "AuthorizationContract": "contract",
    "AuthorizationMachine": "machine",
    "ContractError": "errors",
    "Inconclusive": "checks.verdict",
    "Violation": "checks.verdict",
    "HttpAnswer": "outside.http",
    "HttpOutcome": "http_outcome",
    "HttpRequest": "outside.http",
    "CloudID": "outside.open_data",
    "OpenApiCall": "outside.openapi",
    "OpenApiError": "outside.openapi",
    "BlockedError": "outcome",
    "CrashedError": "outcome",
    "Decision": "outcome",
    "Failure": "outcome",
    "FunctionError": "outcome",
    "Outcome": "outcome",
    "Project": "project",
    "WebApp": "web_app",
}

__all__ = [
    "AuthorizationContract",
    "AuthorizationMachine",
    "BlockedError",
    "CallFunctionError",
    "Channel",
    "CloudID",
    "ContractError",
    "CrashedError",
    "Database",
    "Decision",
    "Failure",
    "FunctionError",
    "HttpAnswer",
    "HttpOutcome",
    "HttpRequest",
    "IdPool",
    "Inconclusive",
    "Injection",
    "InvalidAnswerError",
    "InvalidEventError",
    "InvalidIdentityError",
    "InvalidRequestError",
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
    "Users",
    "Violation",
    "WXContext",
    "WeChatProvider",
    "WebApp",
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
