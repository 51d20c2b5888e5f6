"""Snapshots of the local cloud and ways back to them, which cost no message of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Snapshots:
    """Snapshots by number. What is asked for happens when the next message arrives, before what that asks.

    Until an answer says that a message has arrived, every message carries it all: those that are on
    their way at once may overtake each other, and a worker may die with the first.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._sent = 0
        self._taken = 0
        self._back: dict[str, Any] = {"number": 0}  # where to go back to
        self._gone_back = 0

    def take(self) -> int:
        """The number of a snapshot of the present state."""
        self._asked += 1
        return self._asked

    def give_back(self, number: int) -> bool:
        """Whether nothing was asked of the worker since `number` was taken, the latest: then it never was."""
        if not self.is_new(number) or number != self._asked:
            return False
        self._asked -= 1
        return True

    def go_back(self, snapshot: int, kept: Sequence[int]) -> None:
        """Have everything be as it was when `snapshot` was taken. Later ones are forgotten, but for `kept`."""
        self._back = {"number": self._back["number"] + 1, "snapshot": snapshot, "kept": list(kept)}

    @property
    def has_way_back(self) -> bool:
        """Whether there is a way back that no message has gone yet, as far as is known."""
        return bool(self._back["number"] > self._gone_back)

    def is_new(self, number: int) -> bool:
        """Whether nothing was asked of the worker since `number` was taken."""
        return number > self._sent

    def attach(self, message: dict[str, Any]) -> tuple[int, int]:
        """Let `message` carry what has not happened yet; answers up to which snapshot and which way back."""
        if self._back["number"] > self._gone_back:
            message["back"] = self._back
        if self._asked > self._taken:
            message["snapshots"] = self._asked
        self._sent = self._asked
        return self._asked, self._back["number"]

    def arrived(self, carried: tuple[int, int]) -> None:
        """The worker has answered a message that carried up to these."""
        snapshot, back = carried
        self._taken = max(self._taken, snapshot)
        self._gone_back = max(self._gone_back, back)
