"""What third-party plugins add, collected and checked when the run starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ..carriers import CARRIERS, Carrier, Injection
from ..errors import ProjectError
from ..identity import CHANNELS, Channel, IdPool, People, Principal, WxUser


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
    for answer in config.hook.pytest_wxcloud_carriers(config=config):
        _check(isinstance(answer, Mapping), "pytest_wxcloud_carriers", "a dict of carriers by name", answer)
        for name, carrier in answer.items():
            _check_carrier(name, carrier, {**CARRIERS, **carriers})
            carriers[name] = carrier
    channels: list[Channel] = []
    for channel in _listed(config.hook.pytest_wxcloud_channels(config=config), "pytest_wxcloud_channels"):
        _check(isinstance(channel, Channel), "pytest_wxcloud_channels", "a list of Channel", channel)
        taken = {**CHANNELS, **{one.name: one for one in channels}}
        _check(channel.name not in taken, "pytest_wxcloud_channels", "channels with new names", channel)
        channels.append(channel)
    pools = _listed(config.hook.pytest_wxcloud_id_pools(config=config), "pytest_wxcloud_id_pools")
    for pool in pools:
        usable = callable(getattr(pool, "find_id", None))
        _check(usable, "pytest_wxcloud_id_pools", "a list of objects with find_id(kind, person, app)", pool)
    return Extensions(carriers, tuple(channels), tuple(pools), _customiser(config))


def _customiser(config: pytest.Config) -> Callable[[WxUser], WxUser] | None:
    hook = config.hook.pytest_wxcloud_customise_user
    if not hook.get_hookimpls():
        return None

    def customise(user: WxUser) -> WxUser:
        for changed in hook(user=user):
            _check(isinstance(changed, WxUser), "pytest_wxcloud_customise_user", "a WxUser or None", changed)
            user = changed
        return user

    customise(People().user(0))  # a hook that answers nonsense is told now
    return customise


def _check_carrier(name: Any, carrier: Any, taken: Mapping[str, Carrier]) -> None:
    where = "pytest_wxcloud_carriers"
    _check(isinstance(name, str) and name not in taken, where, "carriers with new names", name)
    _check(callable(carrier), where, f"a function render(principal) for {name!r}", carrier)
    rendered = carrier(Principal(People().user(0)))
    _check(isinstance(rendered, Injection), where, f"{name!r} to return an Injection", rendered)


def _listed(answers: Sequence[Any], hook: str) -> list[Any]:
    for answer in answers:
        _check(isinstance(answer, list | tuple), hook, "a list", answer)
    return [entry for answer in answers for entry in answer]


def _check(holds: bool, hook: str, wanted: str, got: object) -> None:
    if not holds:
        raise ProjectError(f"{hook}: expected {wanted}, got {got!r}.")
