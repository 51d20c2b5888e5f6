"""Snapshots of the local cloud, which cost no message of their own."""

from __future__ import annotations

from typing import Any


class Snapshots:
    """Snapshots by number. What is asked for is taken when the next message arrives, before what that asks.

    Until an answer says that a message has arrived, every message carries the number: those that are on
    their way at once may overtake each other, and a worker may die with the first.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._sent = 0
        self._taken = 0

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

    def is_new(self, number: int) -> bool:
        """Whether nothing was asked of the worker since `number` was taken."""
        return number > self._sent

    def attach(self, message: dict[str, Any]) -> int:
        """Let `message` carry what is not taken yet; answers up to which number."""
        if self._asked > self._taken:
            message["snapshots"] = self._asked
        self._sent = self._asked
        return self._asked

    def arrived(self, number: int) -> None:
        """The worker has answered a message that carried up to `number`."""
        self._taken = max(self._taken, number)
