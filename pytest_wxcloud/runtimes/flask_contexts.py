"""Flask's application context, when requests are made while a test has one pushed.

Flask takes the one that is there, and with it `g` and what extensions keep beside it, as Flask-SQLAlchemy its session:
each request would find what the one before left. In production every request has its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


@contextmanager
def of_its_own() -> Iterator[None]:
    """What is pushed outside the block is not there in it."""
    pushed = getattr(sys.modules.get("flask.globals"), "_cv_app", None)  # there since Flask 2.2
    if not isinstance(pushed, ContextVar) or pushed.get(None) is None:
        yield
        return
    token = pushed.set(None)
    try:
        yield
    finally:
        pushed.reset(token)
