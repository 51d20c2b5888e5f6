"""``os.environ`` as the acting principal's function would find it.

Nothing is copied in or out: the mapping's class is replaced, while anybody acts, by one that looks at
the acting identity first. So two tasks read two identities from the same `os.environ`, entering costs
no more than a list append, and there is nothing to restore. What a function sets itself stays with it,
as it does on the platform.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..carriers import PLATFORM
from ..carriers.environment import environment
from ..identity import as_principal
from . import threads
from .acting import acting
from .outgoing import answered
from .web_clients import signed_in

_Environ: Any = type(os.environ)
_TOKEN = "TENCENTCLOUD_SESSIONTOKEN"
#: Every variable that tells a function who calls, not set: a web app is told in headers. What it has, though, are
#: credentials: one that no test sets stands for them.
NO_IDENTITY: dict[str, str | None] = {
    **dict.fromkeys(name for name in environment(as_principal(None)).environment if name not in PLATFORM),
    _TOKEN: PLATFORM[_TOKEN],
}
_ZONE = "TZ"  # time.tzset() and the C library find it in the real environment only


def _layers() -> tuple[Any, ...]:
    """What lies over the real environment, topmost first: name → value, None for one that is not set."""
    who = acting()
    if who is None:
        return ()
    return (who.injection.environment,) if who.own is None else (who.injection.environment, who.own)


class _ActingEnviron(_Environ):  # type: ignore[misc]  # the class of os.environ has no public name
    """`os.environ`, with the variables of whoever acts in front of it."""

    def __getitem__(self, key: str) -> str:
        for layer in _layers():
            if key in layer:
                if layer[key] is None:
                    raise KeyError(key)
                return layer[key]  # type: ignore[no-any-return]
        return _Environ.__getitem__(self, key)  # type: ignore[no-any-return]

    def __setitem__(self, key: str, value: str) -> None:
        layers = _layers()
        layer = _writable(layers, key)
        if layer is None:
            _Environ.__setitem__(self, key, value)
        elif not isinstance(value, str):
            raise TypeError(f"str expected, not {type(value).__name__}")
        else:
            layer[key] = value  # what a test sets by hand wins while this identity acts
            if key == _ZONE:
                _set_real_zone(value)

    def __delitem__(self, key: str) -> None:
        layer = _writable(_layers(), key)
        if layer is None:
            super().__delitem__(key)
        elif key not in self:
            raise KeyError(key)
        else:
            layer[key] = None
            if key == _ZONE:
                _set_real_zone(None)

    def __iter__(self) -> Iterator[str]:
        shown: dict[str, str | None] = dict.fromkeys(super().__iter__(), "")
        for layer in reversed(_layers()):
            shown.update(layer)
        yield from [key for key, value in shown.items() if value is not None]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, str]:
        return dict(self)


def _writable(layers: tuple[Any, ...], key: str) -> Any:
    """The layer that a change of `key` goes to; None for the real environment."""
    for layer in layers:
        if key in layer:
            return layer
    return layers[-1] if len(layers) > 1 else None


@contextmanager
def own_time_zone(own: dict[str, str | None]) -> Iterator[None]:
    """Put a function's own time zone in place for a block, and the process's back after it."""
    before = _real_zone()
    if own.get(_ZONE, before) != before:
        _set_real_zone(own[_ZONE])
        _apply_zone()
    try:
        yield
    finally:
        if _real_zone() != before:
            _set_real_zone(before)
            _apply_zone()


def _real_zone() -> str | None:
    try:
        return _Environ.__getitem__(os.environ, _ZONE)  # type: ignore[no-any-return]
    except KeyError:
        return None


def _set_real_zone(zone: str | None) -> None:
    if zone is not None:
        _Environ.__setitem__(os.environ, _ZONE, zone)
    elif _real_zone() is not None:
        _Environ.__delitem__(os.environ, _ZONE)


def _apply_zone() -> None:
    if hasattr(time, "tzset"):  # not on Windows
        time.tzset()


def real_variables() -> dict[Any, Any]:
    """The process's own variables, whoever acts; encoded, where the system's are."""
    variables: dict[Any, Any] = os.environ._data  # type: ignore[attr-defined]  # read at each call: os.environ decodes
    return variables


def decoded(name_or_value: Any) -> str:
    """What `real_variables` holds, as `os.environ` shows it."""
    return os.fsdecode(name_or_value)


_installed: list[object] = []  # by whom; a run inside a run must not take the outer one's away


def install(owner: object) -> None:
    """Make `os.environ`, threads and test clients follow whoever acts; when nobody does they are what they were."""
    if owner not in _installed:
        _installed.append(owner)
    if type(os.environ) is not _ActingEnviron:
        threads.install()
        signed_in.install()
        answered.install()
        os.environ.__class__ = _ActingEnviron


def uninstall(owner: object) -> None:
    """Give `os.environ` its own class back, when nobody is left who needs the other."""
    if owner in _installed:
        _installed.remove(owner)
    if not _installed and type(os.environ) is _ActingEnviron:
        os.environ.__class__ = _Environ
        threads.uninstall()
        answered.uninstall()
        signed_in.uninstall()
