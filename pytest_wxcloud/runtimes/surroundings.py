"""What a function may change that the process has only one of: its working directory, and its search path."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def kept() -> Iterator[None]:
    """Put both back after the block, if it changed them."""
    place, path = _working_directory(), list(sys.path)
    try:
        yield
    finally:
        if sys.path != path:
            sys.path[:] = path
        if place is not None and _working_directory() != place:
            with suppress(OSError):  # it is gone, which is the test's own affair
                os.chdir(place)


def _working_directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None
