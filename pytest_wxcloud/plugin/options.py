"""The ini options: one table, from which they are registered and read."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ..errors import ProjectError, did_you_mean

if TYPE_CHECKING:
    from ..carriers import Carrier
    from ..settings import Settings


class Option(NamedTuple):
    """An ini option: its name, what it is for, and its type: pytest's name for it, or int or float."""

    name: str
    help: str
    type: Any = "string"
    default: Any = ""

    @property
    def declared_type(self) -> Any:
        """What `addini` takes. A number is text in an ini file, and one in pytest 9's ``[tool.pytest]``."""
        if isinstance(self.type, str):
            return self.type
        if pytest.version_tuple >= (9, 2):
            return str | float  # whatever was written, so that what is wrong with it is told in our words
        return self.type.__name__ if pytest.version_tuple >= (9,) else "string"


OPTIONS = (
    Option("wxcloud_root", "folder of the cloud functions, where no project.config.json names one"),
    Option("wxcloud_appid", "appid of the app under test, where no project.config.json gives one"),
    Option("wxcloud_seed", "fabricated identities follow from this number", type=int, default="0"),
    Option("wxcloud_node", "the Node.js to run functions on (default: the one on the PATH)"),
    Option("wxcloud_sdk_version", "which installed wx-server-sdk to use (default: the newest)"),
    Option("wxcloud_time_limit", "seconds a JavaScript function may take", type=float, default="10"),
    Option("wxcloud_memory", "megabytes of heap for JavaScript functions", type=int, default="2048"),
    Option("wxcloud_timezone", "time zone of JavaScript functions; the platform's is UTC", default="UTC"),
    Option("wxcloud_patch", "context providers to replace: module:function [= module:converter]", "linelist", []),
    Option("wxcloud_decide", "module:function that tells allowed from denied"),
    Option("wxcloud_openapi_default", "ok: every open API without an answer of its own answers errCode 0"),
    Option("wxcloud_require_complete", "fail the run when an operation has no contract", "bool", False),
    Option("wxcloud_no_contract", "operations that need no contract: function, or function action", "linelist", []),
    Option("wxcloud_carriers", "names of the carriers that bring identity to a function", "args", []),
)


def add_options(parser: pytest.Parser) -> None:
    """Register every ini option, and those of the command line."""
    for option in OPTIONS:
        parser.addini(option.name, option.help, type=option.declared_type, default=option.default)
    group = parser.getgroup("wxcloud", "WeChat cloud functions")
    group.addoption("--wx-seed", metavar="N", default=None, help="same as the ini option wxcloud_seed")
    group.addoption("--wx-report-json", metavar="PATH", default=None, help="write what contracts found to this file")
    group.addoption("--wx-require-complete", action="store_true", help="fail the run when an operation has no contract")


def flag_of(config: pytest.Config, option: str, ini: str) -> bool:
    """Whether the command line or the ini file asks for it."""
    return bool(config.getoption(option) or config.getini(ini))


def seed_of(config: pytest.Config) -> int:
    """The seed of this run.

    Raises:
        ProjectError: when it is no whole number.
    """
    given = config.getoption("--wx-seed")
    return _whole("--wx-seed", given) if given is not None else _whole_of(config, "wxcloud_seed")


def settings_of(config: pytest.Config, carriers: dict[str, Carrier]) -> Settings:
    """Everything else, as the harness takes it. `carriers` are those that plugins added.

    Raises:
        ProjectError: naming the option that is wrong.
    """
    from ..carriers import PatchTarget
    from ..settings import Settings, checked_default, checked_seconds

    rule = config.getini("wxcloud_decide")
    more = {"rule": _function("wxcloud_decide", rule)} if rule else {}
    return Settings(
        seed=seed_of(config),
        node=config.getini("wxcloud_node"),
        sdk_version=config.getini("wxcloud_sdk_version"),
        time_limit=checked_seconds("wxcloud_time_limit", _number_of(config, "wxcloud_time_limit")),
        memory=_whole_of(config, "wxcloud_memory", least=1),
        timezone=config.getini("wxcloud_timezone"),
        patch=tuple(map(PatchTarget.parse, config.getini("wxcloud_patch"))),
        openapi_default=checked_default("wxcloud_openapi_default", config.getini("wxcloud_openapi_default")),
        carriers=_carriers(config.getini("wxcloud_carriers"), carriers),
        **more,
    )


def _carriers(wanted: list[str], added: dict[str, Carrier]) -> tuple[Carrier, ...]:
    from ..carriers import CARRIERS, EVENT_FUNCTION

    known = {**CARRIERS, **added}
    names = wanted or [*EVENT_FUNCTION, *sorted(added)]
    for name in names:
        if name not in known:
            raise ProjectError(f"wxcloud_carriers: there is no carrier {name!r}. {did_you_mean(name, known)}")
    return tuple(known[name] for name in names)


def _number_of(config: pytest.Config, name: str) -> float:
    given = _given(config, name)
    try:
        return float(given)
    except ValueError:
        raise ProjectError(f"{name} is {given!r}, which is no number.") from None


def _whole_of(config: pytest.Config, name: str, *, least: int | None = None) -> int:
    return _whole(name, _given(config, name), least=least)


def _whole(name: str, given: str | float, *, least: int | None = None) -> int:
    if isinstance(given, float):
        raise ProjectError(f"{name} is {given!r}, which is no whole number.")
    try:
        number = int(given)
    except ValueError:
        raise ProjectError(f"{name} is {given!r}, which is no whole number.") from None
    if least is not None and number < least:
        raise ProjectError(f"{name} is {given!r}. Write a whole number, {least} or more.")
    return number


def _given(config: pytest.Config, name: str) -> str | float:
    """The text or the number that stands there."""
    try:
        return config.getini(name)  # type: ignore[no-any-return]
    except (TypeError, ValueError, pytest.UsageError) as error:  # of pytest's own, which names the option or the value
        raise ProjectError(f"{name}: {error}") from None


def _function(option: str, path: str) -> Any:
    module, _, attribute = path.partition(":")
    if not module or not attribute:
        raise ProjectError(f"{option} is {path!r}. Write 'module:function', for example 'tests.rules:decide'.")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ProjectError(f"{option} is {path!r}, which cannot be imported: {error}") from None
    if not callable(found):
        raise ProjectError(f"{option} is {path!r}, which is {type(found).__name__}, not a function.")
    return found
