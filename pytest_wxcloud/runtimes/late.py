"""What functions do when they have answered: what they started and did not await."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..outcome import Blocked, LateAttempt
from .base import real_seconds

#: What a Python function starts beside itself.
Work = threading.Thread | Future[Any]

MOMENT = 0.5  # seconds that are waited for threads
PATIENCE = 5.0  # seconds that are waited in vain, all in all
#: Threads of pools, which go on when their work is done.
_OF_POOLS = ("concurrent.futures.", "anyio.")
MANY = 100  # threads, after which those that have ended are forgotten


class Afterwards(Protocol):
    """Is told what a function does that may outlive its answer."""

    def refused(self, *attempts: Blocked) -> None:
        """It tried to leave the machine."""

    def left(self, work: Work) -> None:
        """It has started something beside itself."""


@dataclass
class Late:
    """What was seen of it since somebody last asked.

    `attempts` are calls that were refused, `errors` what functions threw, `mistakes` what the test's own code raised
    that answers for the world outside.
    """

    attempts: list[LateAttempt] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mistakes: list[BaseException] = field(default_factory=list)
    _left: list[Work] = field(default_factory=list)
    _endless: set[str] = field(default_factory=set)  # kinds of threads that were waited for in vain
    _patience: float = PATIENCE

    def refused(self, attempt: Blocked, function: str, origin: str, *, allowed: bool = False) -> None:
        """Note a call that was refused."""
        self.attempts.append(LateAttempt(attempt.what, attempt.address, function, origin, allowed))

    def left(self, work: Work) -> None:
        """Note what a function started beside itself, unless it is of a kind that has no end."""
        kind = _kind(work)
        if kind.startswith(_OF_POOLS) or kind in self._endless:
            return
        self._left.append(work)
        if len(self._left) > MANY:
            self._left = [one for one in self._left if not _is_over(one)]

    @property
    def underway(self) -> bool:
        """Whether any thread may go on."""
        return bool(self._left)

    def settle(self) -> None:
        """Wait for threads of functions, for a moment; for those of a kind that goes on for ever only once."""
        deadline = real_seconds() + min(MOMENT, self._patience)
        while self._left:
            work = self._left.pop()
            remaining = deadline - real_seconds()
            if remaining > 0 and not _is_over(work):
                _wait(work, remaining)
                if not _is_over(work):
                    self._patience -= remaining
                    self._endless.add(_kind(work) or "a future")

    def take_attempts(self) -> list[LateAttempt]:
        """The calls that were refused."""
        taken, self.attempts = self.attempts, []
        return taken

    def take_errors(self) -> list[str]:
        """The errors of functions."""
        taken, self.errors = self.errors, []
        return taken

    def raise_mistakes(self) -> None:
        """Tell of the first mistake.

        Raises:
            BaseException: whatever the test's own code raised.
        """
        taken, self.mistakes = self.mistakes, []
        for mistake in taken[:1]:
            raise mistake


def _kind(work: Work) -> str:
    """What runs: the function of a thread, or the thread's class."""
    if isinstance(work, Future):
        return ""
    runs = getattr(work, "_target", None) or type(work)
    return f"{getattr(runs, '__module__', '')}.{getattr(runs, '__qualname__', '')}"


def _is_over(work: Work) -> bool:
    if isinstance(work, Future):
        return work.done()
    return not work.is_alive() or work is threading.current_thread()


def _wait(work: Work, seconds: float) -> None:
    if isinstance(work, Future):
        wait([work], seconds)
    else:
        work.join(seconds)
