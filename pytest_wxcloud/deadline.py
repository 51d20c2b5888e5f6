"""Keeps start-up off Hypothesis's clock, without importing Hypothesis.

Functions are loaded before an example begins wherever their names can be known. One that is called by a
name made at run time, or whose instance died in an earlier example, is loaded inside one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .errors import users_mistake
from .runtimes.base import real_seconds

__tracebackhide__ = users_mistake

_KEY = "load cloud functions"


@contextmanager
def off_the_clock() -> Iterator[None]:
    """Time spent in the block counts as drawing, which the deadline of an example leaves out."""
    control: Any = sys.modules.get("hypothesis.control")
    if control is None or not control.currently_in_test_context():
        yield
        return
    began = real_seconds()
    try:
        yield
    finally:
        times = control.current_build_context().data.draw_times
        times[_KEY] = times.get(_KEY, 0.0) + real_seconds() - began
