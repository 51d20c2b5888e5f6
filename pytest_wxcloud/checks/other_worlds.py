"""Worlds arranged anew: with other secrets, to see what depends on these; with the same, to see what differs anyway.

What is stored while a contract arranges may differ by itself: a clock that is not frozen, a random code. Then every
world is arranged twice, and what differs in an answer between two with the same secrets shows none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..canaries import leaves
from ..changes import Change
from .effects import Evidence, answered
from .requests import Place
from .world import Key, World


@dataclass(frozen=True)
class Told:
    """What strangers are told in a world, whose each document is there, and what people's documents say."""

    answers: Sequence[Evidence]
    belongings: Mapping[Key, str]
    texts: Mapping[str, set[str]]

    def heard(self, at: int) -> Heard:
        """One of the answers."""
        return Heard(self.answers[at], self.belongings, self.texts)


@dataclass(frozen=True)
class Heard:
    """One answer, by its places."""

    evidence: Evidence
    belongings: Mapping[Key, str]
    texts: Mapping[str, set[str]]

    @cached_property
    def leaves(self) -> dict[Place, Any]:
        """Every value in it."""
        return dict(leaves(answered(self.evidence.outcome)))

    def is_like(self, other: Heard, place: Place) -> bool:
        """Whether the same stands there in both, or the keys of the same document."""
        if (place in self.leaves) == (place in other.leaves) and self.leaves.get(place) == other.leaves.get(place):
            return True
        return bool(self._documents_at(place) & other._documents_at(place))

    def is_own(self, place: Place) -> bool:
        """Whether the caller's own documents say what stands there."""
        value = self.leaves.get(place)
        return isinstance(value, str) and value in self.texts.get(self.evidence.case.caller, ())

    def _documents_at(self, place: Place) -> set[tuple[str, str, int]]:
        return self._by_key.get(str(self.leaves.get(place)), set())

    @cached_property
    def _by_key(self) -> dict[str, set[tuple[str, str, int]]]:
        """Which documents each key may stand for, told in words that all worlds share.

        A database that counts goes on from where it was, so the same document has another key in the other world.
        """
        named: dict[str, set[tuple[str, str, int]]] = {}
        counted: Counter[tuple[str, str]] = Counter()
        new = [(change.collection, str(change.id), "") for change in self.evidence.documents if change.before is None]
        for collection, key, whose in (*((*key, whose) for key, whose in self.belongings.items()), *new):
            counted[collection, whose] += 1
            named.setdefault(key, set()).add((collection, whose, counted[collection, whose]))
        return named


def differ_by_themselves(one: World, other: World) -> bool:
    """Whether two worlds were arranged otherwise, secrets and keys aside."""
    return list(_written(one)) != list(_written(other))


def _written(world: World) -> Iterator[tuple[Any, ...]]:
    changes = [change for change in world.written if isinstance(change, Change)]
    names: dict[str, Any] = {str(change.id): number for number, change in enumerate(changes)}
    for person, secrets in world.secrets.planted.items():
        names.update((str(secret), (person, number)) for number, secret in enumerate(secrets))
    for change in changes:
        for place, value in leaves(change.after or {}):
            known = isinstance(value, str | int) and not isinstance(value, bool)
            yield change.collection, place, names.get(str(value), value) if known else value
