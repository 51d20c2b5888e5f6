"""Canaries: values that only their owner may see, and that nobody can guess or meet by chance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_TEXT = json.JSONEncoder(ensure_ascii=False, default=str)


@dataclass
class Secrets:
    """The secrets planted so far, by the name of the person they belong to.

    `other` has the secrets of these people be others, and nothing else.
    """

    other: frozenset[str] = frozenset()
    planted: dict[str, list[str | int]] = field(default_factory=dict)
    _owner: str = ""

    @contextmanager
    def of(self, person: str) -> Iterator[None]:
        """Secrets planted in the block belong to `person`."""
        before, self._owner = self._owner, person
        try:
            yield
        finally:
            self._owner = before

    def plant(self, kind: type[str] | type[int] = str) -> Any:
        """A new secret of the person at hand: a string of 24 characters, or a number of nine digits."""
        mine = self.planted.setdefault(self._owner, [])
        digest = hashlib.blake2b(f"{self._owner}/{len(mine)}/{self._owner in self.other}".encode(), digest_size=8)
        secret = (
            f"secret-{digest.hexdigest()}a" if kind is str else 100_000_000 + int(digest.hexdigest(), 16) % 899_999_999
        )
        mine.append(secret)
        return secret

    def seen_in(self, told: Any, sent: Any) -> dict[str, list[str | int]]:
        """Whose secrets `told` holds that `sent` did not: an echo is no leak."""
        text, echoed = as_text(told), as_text(sent)
        return {
            person: seen
            for person, secrets in self.planted.items()
            if (seen := [secret for secret in secrets if str(secret) in text and str(secret) not in echoed])
        }


def as_text(value: Any) -> str:
    """`value` as text in which each string and number of it is found."""
    return value if isinstance(value, str) else _TEXT.encode(value)


def leaves(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value in JSON data that holds no other, with the way to it."""
    if isinstance(value, str | int):  # most are, and to ask for an abstract class takes longer
        yield place, value
    elif isinstance(value, Mapping) and value:
        for key, held in value.items():
            yield from leaves(held, (*place, key))
    elif isinstance(value, list) and value:
        for at, held in enumerate(value):
            yield from leaves(held, (*place, at))
    else:
        yield place, value


def changed_at(value: Any, place: tuple[str | int, ...], to: Any) -> Any:
    """A copy of JSON data in which `to` stands at `place`."""
    if not place:
        return to
    step, *rest = place
    if isinstance(value, Mapping):
        return {**value, step: changed_at(value.get(step), tuple(rest), to)}
    return [changed_at(held, tuple(rest), to) if at == step else held for at, held in enumerate(value)]
