"""``os.environ`` as the acting principal's function would find it.

Nothing is copied in or out: the mapping's class is replaced, while anybody acts, by one that looks at
the acting identity first. So two tasks read two identities from the same `os.environ`, entering costs
no more than a list append, and there is nothing to restore.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from .acting import acting

_Environ: Any = type(os.environ)


def _overlay() -> Mapping[str, str | None]:
    who = acting()
    return who.injection.environment if who is not None else {}


class _ActingEnviron(_Environ):  # type: ignore[misc]  # the class of os.environ has no public name
    """`os.environ`, with the variables of whoever acts in front of it."""

    def __getitem__(self, key: str) -> str:
        overlay = _overlay()
        if key in overlay:
            value = overlay[key]
            if value is None:
                raise KeyError(key)
            return value
        return super().__getitem__(key)  # type: ignore[no-any-return]

    def __setitem__(self, key: str, value: str) -> None:
        overlay = _overlay()
        if key not in overlay:
            super().__setitem__(key, value)
        elif isinstance(value, str):
            overlay[key] = value  # type: ignore[index]  # what a test sets by hand wins while this identity acts
        else:
            raise TypeError(f"str expected, not {type(value).__name__}")

    def __delitem__(self, key: str) -> None:
        overlay = _overlay()
        if key not in overlay:
            super().__delitem__(key)
        elif overlay[key] is None:
            raise KeyError(key)
        else:
            overlay[key] = None  # type: ignore[index]

    def __iter__(self) -> Iterator[str]:
        overlay = _overlay()
        yield from [key for key in super().__iter__() if key not in overlay]
        yield from [key for key, value in overlay.items() if value is not None]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, str]:
        return dict(self)


def install() -> None:
    """Make `os.environ` follow whoever acts; when nobody does it is what it was."""
    if type(os.environ) is not _ActingEnviron:
        os.environ.__class__ = _ActingEnviron


def uninstall() -> None:
    """Give `os.environ` its own class back."""
    if type(os.environ) is _ActingEnviron:
        os.environ.__class__ = _Environ
