"""Threads go on as whoever started them, and a pool works as whoever handed it the work.

A new thread's context is empty, and that of a pool's is whatever it was when the pool grew. Where calls
overlap, the identity found there would be another call's.
"""

from __future__ import annotations

import contextvars
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from .acting import Overlay, left_running, overlay

T = TypeVar("T")

_start = threading.Thread.start
_submit: Callable[..., Future[Any]] = ThreadPoolExecutor.submit


def _work_as(mine: Overlay | None, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    token = overlay.set(mine)
    try:
        return work(*args, **kwargs)
    finally:
        overlay.reset(token)


def _run_as(mine: Overlay, thread: threading.Thread) -> None:
    del vars(thread)["run"]  # its own again
    _work_as(mine, thread.run)


@functools.wraps(_start)
def _start_as(self: threading.Thread) -> None:
    mine = overlay.get()
    if mine is not None and "run" not in vars(self):
        vars(self)["run"] = functools.partial(_run_as, mine, self)
        if mine.who.in_web_app:
            self.daemon = True  # one that never ends does not hold up the end of the run
    _start(self)
    left_running(self)


@functools.wraps(_submit)
def _submit_as(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
    future = _submit(self, _work_as, overlay.get(), fn, *args, **kwargs)
    left_running(future)
    return future


def install() -> None:
    """Make threads and pools inherit."""
    threading.Thread.start = _start_as  # type: ignore[method-assign]
    ThreadPoolExecutor.submit = _submit_as  # type: ignore[method-assign, assignment]


def uninstall() -> None:
    """Undo `install`, unless somebody has replaced the same methods since."""
    if threading.Thread.start is _start_as:
        threading.Thread.start = _start  # type: ignore[method-assign]
    if ThreadPoolExecutor.submit is _submit_as:
        ThreadPoolExecutor.submit = _submit  # type: ignore[method-assign]


def elsewhere(work: Callable[[], T]) -> T:
    """Do `work` in a thread of its own, in this context, and wait for it."""
    box: list[tuple[Any, BaseException | None]] = []
    context = contextvars.copy_context()

    def target() -> None:
        try:
            box.append((context.run(work), None))
        except BaseException as error:  # handed to the caller below
            box.append((None, error))

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    value, error = box[0]
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]
