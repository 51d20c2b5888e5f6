"""What a test answers in the place of others: by name, and taken back after the test."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

from ..changes import AnyChange
from ..errors import InvalidAnswerError, users_mistake
from ..identity import Principal

__tracebackhide__ = users_mistake

Call = TypeVar("Call")
_TOKEN = re.compile(r"access_?token$", re.IGNORECASE)
SHORTEST_TOKEN = 8  # characters


class Stubs(MutableMapping[str, Any], Generic[Call]):
    """Name → answer: a value, or a callable that makes one.

    `calls` is what was asked for, in order, and `tokens` the access tokens that WeChat answered.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.tokens: list[str] = []
        self._answers: dict[str, Any] = {}

    def __setitem__(self, name: str, answer: Any) -> None:
        key = self.key(name)
        if not callable(answer):
            self.check(answer, name)
        self._answers[key] = answer

    def __getitem__(self, name: str) -> Any:
        return self._answers[self.key(name)]

    def __delitem__(self, name: str) -> None:
        del self._answers[self.key(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def key(self, name: str) -> str:
        """`name` as it is looked for.

        Raises:
            InvalidAnswerError: when nothing can have that name.
        """
        raise NotImplementedError

    def check(self, answer: Any, name: str) -> None:
        """Refuse an answer that could not be sent.

        Raises:
            InvalidAnswerError: for such a one.
        """
        raise NotImplementedError

    @contextmanager
    def scene(self) -> Iterator[None]:
        """Take back, after the block, what it registers and what it records. Scenes nest."""
        answers, calls, tokens = dict(self._answers), list(self.calls), list(self.tokens)
        try:
            yield
        finally:
            self._answers, self.calls, self.tokens = answers, calls, tokens

    @contextmanager
    def changes(self) -> Iterator[Iterable[AnyChange]]:
        """Nothing is kept here that a function could change; what it asked for stands in `calls`."""
        yield ()


def tokens_in(body: bytes) -> Iterator[str]:
    """The access tokens that an answer of WeChat's holds, if it is JSON. Short ones may be met by chance."""
    if b"ccess" in body:
        with suppress(ValueError):
            yield from _tokens(json.loads(body))


def _tokens(value: Any) -> Iterator[str]:
    for name, held in value.items() if isinstance(value, dict) else ():
        if isinstance(held, str) and len(held) >= SHORTEST_TOKEN and _TOKEN.search(name):
            yield held
        yield from _tokens(held)


def answer_of(answer: Any, asked: Any, caller: Principal, name: str) -> Any:
    """`answer` itself, or what it answers when it is called with `asked` and, if it wants him, the caller.

    Raises:
        InvalidAnswerError: when it is an async function.
        Exception: whatever the callable raises.
    """
    if not callable(answer):
        return answer
    made = answer(asked, caller) if _wants_caller(answer) else answer(asked)
    if inspect.isawaitable(made):
        if inspect.iscoroutine(made):
            made.close()
        raise InvalidAnswerError(f"What answers {name} is async; the function waits for it, so write a plain function.")
    return made


def _wants_caller(answer: Callable[..., Any]) -> bool:
    """Whether it takes two arguments, or one that is named so. A default is no wish: loops bind values with it."""
    try:
        parameters = inspect.signature(answer).parameters.values()
    except (TypeError, ValueError):  # some built-in functions tell nothing
        return False
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    taken = [one for one in parameters if one.kind in places]
    return len(taken) > 1 and (taken[1].default is inspect.Parameter.empty or taken[1].name == "caller")
