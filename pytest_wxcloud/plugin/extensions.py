"""What third-party plugins add, collected and checked when the run starts."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ..carriers import CARRIERS, Carrier, Injection
from ..errors import ProjectError
from ..identity import CHANNELS, Channel, IdPool, People, Principal, WxUser, as_principal


@dataclass(frozen=True)
class Extensions:
    """Carriers by name, channels, id pools, and how users are customised."""

    carriers: dict[str, Carrier]
    channels: tuple[Channel, ...]
    pools: tuple[IdPool, ...]
    customise: Callable[[WxUser], WxUser] | None

    @contextmanager
    def channels_known(self) -> Iterator[None]:
        """Let markers and strategies know the added channels while the block lasts."""
        added = {channel.name: channel for channel in self.channels}
        CHANNELS.update(added)
        try:
            yield
        finally:
            for name in added:
                del CHANNELS[name]


def collect(config: pytest.Config) -> Extensions:
    """Ask every plugin what it adds.

    Raises:
        ProjectError: naming the hook whose answer cannot be used.
    """
    carriers: dict[str, Carrier] = {}
    for answer in _asked(config, "pytest_wxcloud_carriers"):
        _check(isinstance(answer, Mapping), "pytest_wxcloud_carriers", "a dict of carriers by name", answer)
        for name, carrier in answer.items():
            _check_carrier(name, carrier, {**CARRIERS, **carriers})
            carriers[name] = carrier
    channels: list[Channel] = []
    for channel in _listed(_asked(config, "pytest_wxcloud_channels"), "pytest_wxcloud_channels"):
        _check(isinstance(channel, Channel), "pytest_wxcloud_channels", "a list of Channel", channel)
        taken = {**CHANNELS, **{one.name: one for one in channels}}
        _check(channel.name not in taken, "pytest_wxcloud_channels", "channels with new names", channel)
        channels.append(channel)
    pools = _listed(_asked(config, "pytest_wxcloud_id_pools"), "pytest_wxcloud_id_pools")
    for pool in pools:
        usable = callable(getattr(pool, "find_id", None))
        _check(usable, "pytest_wxcloud_id_pools", "a list of objects with find_id(kind, person, app)", pool)
    return Extensions(carriers, tuple(channels), tuple(pools), _customiser(config))


def _customiser(config: pytest.Config) -> Callable[[WxUser], WxUser] | None:
    hook = config.hook.pytest_wxcloud_customise_user
    if not hook.get_hookimpls():
        return None

    def customise(user: WxUser) -> WxUser:
        with _told("pytest_wxcloud_customise_user"):
            answers = hook(user=user)
        for changed in answers:
            _check(isinstance(changed, WxUser), "pytest_wxcloud_customise_user", "a WxUser or None", changed)
            user = changed
        return user

    customise(People().user(0))  # a hook that answers nonsense is told now
    return customise


def _check_carrier(name: Any, carrier: Any, taken: Mapping[str, Carrier]) -> None:
    where = "pytest_wxcloud_carriers"
    _check(isinstance(name, str) and name not in taken, where, "carriers with new names", name)
    _check(callable(carrier), where, f"a function render(principal) for {name!r}", carrier)
    for who in (Principal(People().user(0)), as_principal(None)):
        with _told(where, f"its carrier {name!r}, asked to render {who!r},"):
            rendered = carrier(who)
        _check(isinstance(rendered, Injection), where, f"{name!r} to return an Injection", rendered)
        _check_injection(name, rendered)


def _check_injection(name: str, injection: Injection) -> None:
    where = "pytest_wxcloud_carriers"
    for variable, value in injection.environment.items():
        good = isinstance(variable, str) and isinstance(value, str | None)
        _check(good, where, f"{name!r} to give each variable a string or None", {variable: value})
    for header, value in injection.headers.items():
        good = isinstance(header, str) and isinstance(value, str)
        _check(good, where, f"{name!r} to give each header a string", {header: value})
    for field in (injection.context, injection.event):
        try:
            json.dumps(dict(field), allow_nan=False)
        except (TypeError, ValueError):
            _check(False, where, f"{name!r} to add JSON to the event and the context", field)


def _asked(config: pytest.Config, hook: str) -> list[Any]:
    with _told(hook):
        answers: list[Any] = getattr(config.hook, hook)(config=config)
    return answers


@contextmanager
def _told(hook: str, what: str = "it") -> Iterator[None]:
    """Tell an error of a hook's own with its name and its place."""
    try:
        yield
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise ProjectError(
            f"{hook}: {what} raised {type(error).__name__}: {error}\n  at {last.filename}:{last.lineno}: {last.line}"
        ) from None


def _listed(answers: Sequence[Any], hook: str) -> list[Any]:
    for answer in answers:
        _check(isinstance(answer, list | tuple), hook, "a list", answer)
    return [entry for answer in answers for entry in answer]


def _check(holds: bool, hook: str, wanted: str, got: object) -> None:
    if not holds:
        raise ProjectError(f"{hook}: expected {wanted}, got {got!r}.")
