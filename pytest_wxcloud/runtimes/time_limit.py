"""Takes back control from code in this process that does not come to an end.

Time is real, whatever a test has done to its clock. On the main thread, where there are signals, also code
that waits inside the system (`time.sleep`, a lock, a socket) is interrupted; elsewhere Python code is, as
soon as it comes back from there.
"""

from __future__ import annotations

import ctypes
import heapq
import itertools
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from .base import real_seconds

T = TypeVar("T")

_AGAIN = 0.05  # seconds after which code that swallowed the exception gets another
_CROWDED = 1000  # deadlines that are kept before those that are over are thrown away


class OutOfTime(BaseException):
    """Raised in the middle of code whose time is over. No Exception, so that fewer handlers catch it."""

    def __init__(self, deadline: Deadline | None = None) -> None:
        super().__init__("the time limit is over")
        self.deadline = deadline


class Deadline:
    """When one piece of work must have ended. From then on `act` is called again and again until `close`."""

    def __init__(self, seconds: float, act: Callable[[], object]) -> None:
        self.at = real_seconds() + seconds
        self.passed = False
        self.interrupts = False
        self.open = True
        self._act = act
        self._lock = threading.Lock()
        _watcher.add(self)

    def ring(self) -> None:
        """Act, unless the work has ended in the meantime."""
        with self._lock:
            if self.open:
                self.passed = True
                self._act()

    def close(self) -> None:
        """The work has ended: nothing is done any more once this returns."""
        with self._lock:
            self.open = False
            self._act = _nothing  # which keeps nothing alive


class _Watcher:
    """One thread for all deadlines, while there are any."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, Deadline]] = []
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._running = False

    def add(self, deadline: Deadline) -> None:
        """Watch it."""
        with self._changed:
            if len(self._waiting) > _CROWDED:
                self._waiting = [entry for entry in self._waiting if entry[2].open]
                heapq.heapify(self._waiting)
            heapq.heappush(self._waiting, (deadline.at, next(self._number), deadline))
            if not self._running:
                self._running = True
                threading.Thread(target=self._watch, name="pytest-wxcloud time limit", daemon=True).start()
            elif self._waiting[0][2] is deadline:
                self._changed.notify()

    def _watch(self) -> None:
        # Untraced: in Python 3.11 a traced thread does not get past a call while an exception is on its way to another
        # one, and this thread is the one that has to wake that other one.
        sys.settrace(None)
        while (due := self._next()) is not None:
            due.ring()
            if due.open:
                due.at = real_seconds() + _AGAIN
                self.add(due)

    def _next(self) -> Deadline | None:
        """The next one to pass, when it does; None when there are no more."""
        with self._changed:
            while self._waiting:
                at, _, deadline = self._waiting[0]
                left = at - real_seconds()
                if deadline.open and left > 0:
                    self._changed.wait(left)
                    continue
                heapq.heappop(self._waiting)
                if deadline.open:
                    return deadline
            self._running = False
            return None


_watcher = _Watcher()


class _Alarm:
    """SIGALRM raises in the main thread while work with a time limit is under way there."""

    def __init__(self) -> None:
        self._deadlines: list[Deadline] = []
        self._before: Any = None

    def add(self, deadline: Deadline) -> None:
        """Work begins."""
        if not self._deadlines:
            self._before = signal.signal(signal.SIGALRM, self._rung)
        self._deadlines.append(deadline)

    def remove(self, deadline: Deadline) -> None:
        """Work has ended."""
        self._deadlines.remove(deadline)
        if not self._deadlines:
            signal.signal(signal.SIGALRM, signal.SIG_DFL if self._before is None else self._before)

    def ring(self, deadline: Deadline, thread: int) -> None:
        """Have the main thread raise; called from another one."""
        deadline.interrupts = True
        signal.pthread_kill(thread, signal.SIGALRM)

    def _rung(self, number: int, frame: FrameType | None) -> None:
        for deadline in reversed(self._deadlines):
            if deadline.interrupts and deadline.open:
                deadline.interrupts = False
                raise OutOfTime(deadline)
        if callable(self._before):  # somebody else's alarm
            self._before(number, frame)


_alarm = _Alarm()


@contextmanager
def interruptible(seconds: float, act: Callable[[Callable[[], object]], object]) -> Iterator[Deadline]:
    """After `seconds`, `act` is called with what raises `OutOfTime` in this thread."""
    thread = threading.get_ident()
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "pthread_kill"):
        deadline = Deadline(seconds, lambda: act(lambda: _alarm.ring(deadline, thread)))
        _alarm.add(deadline)
        try:
            yield deadline
        finally:
            try:
                deadline.close()
            finally:
                _alarm.remove(deadline)
    else:
        deadline = Deadline(seconds, lambda: act(lambda: _raise_in(thread, OutOfTime)))
        try:
            yield deadline
        finally:
            deadline.close()
            if deadline.passed:
                _let_it_come()


def run_limited(work: Callable[[], T], seconds: float, wake: Callable[[], object] | None = None) -> T:
    """Do `work` on this thread.

    Args:
        work: what to do.
        seconds: of real time, after which it is interrupted.
        wake: has the thread come back from a wait inside the system; called from another one.

    Raises:
        OutOfTime: when it had not ended by then.
    """

    def act(interrupt: Callable[[], object]) -> None:
        interrupt()
        if wake is not None:
            wake()

    with interruptible(seconds, act) as deadline:
        try:
            return work()
        except OutOfTime as error:
            if error.deadline not in (None, deadline):
                raise  # of work around this
            raise OutOfTime(deadline) from None


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def _let_it_come() -> None:
    """An exception that is on its way to this thread, too late, comes here.

    To take it back by setting none instead leaves Python 3.11 with the signal of one that never comes: a traced
    thread then does not get past the next call (its RESUME is tried again as long as there is a signal).
    """
    with suppress(OutOfTime):
        for _ in range(10):
            _nothing()


def _nothing() -> None:
    pass
