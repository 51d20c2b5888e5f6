"""What `WxCloud.scenario` answers: a block, and a word to whoever forgets that it is one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import GuessedError, users_mistake

__tracebackhide__ = users_mistake

T = TypeVar("T")
BLOCK = "A scenario is a block: with wx_cloud.scenario(…) as db: …"


class Scenario(AbstractContextManager[T]):
    """A block that is yet to begin, and on the list of those until it does."""

    def __init__(self, begin: Callable[[], AbstractContextManager[T]], waiting: list[Scenario[Any]]) -> None:
        self._begin = begin
        self._waiting = waiting
        waiting.append(self)

    def __enter__(self) -> T:
        self._wait_no_more()
        self._block = self._begin()
        return self._block.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> bool | None:
        return self._block.__exit__(kind, error, where)

    def _wait_no_more(self) -> None:
        if self in self._waiting:
            self._waiting.remove(self)

    if not TYPE_CHECKING:  # to a type checker these are wrong as they are

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            self._wait_no_more()  # one word about it is enough
            raise GuessedError(f"It has no {name!r}. {BLOCK}")

        def __getitem__(self, name: str) -> Any:
            self._wait_no_more()
            raise GuessedError(f"It has no collection {name!r}. {BLOCK}")
