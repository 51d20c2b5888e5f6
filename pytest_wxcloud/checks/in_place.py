"""Somebody else where a call puts its caller: among those who like, join or read something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..canaries import leaves
from ..changes import Change
from .case import Case
from .world import World


class _Seen(Protocol):
    @property
    def documents(self) -> list[Change]: ...


def in_place_of_caller(world: World, change: Change, case: Case, usual: Callable[[], _Seen | None]) -> set[str]:
    """Who stands in an update of a document into which the same call, without what is odd about it, puts its caller.

    An event may add others, a guest or a member; then the caller does not stand there as a rule.
    """
    caller = world.party_of(case.principal.user) if case.principal.user is not None else None
    others = _named_anew(world, change)
    if caller is None or not others or caller.name in others:
        return set()
    plain = usual()
    for one in plain.documents if plain is not None else ():
        same = (one.collection, one.id) == (change.collection, change.id)
        if same and one.fields.keys() & change.fields.keys() and _named_anew(world, one) == {caller.name}:
            return others
    return set()


def _named_anew(world: World, change: Change) -> set[str]:
    """Who stands in an update, as a value or as a key, and did not before."""
    if change.kind != "updated":
        return set()
    new = {text for before, after in change.fields.values() for text in _said(after) - _said(before)}
    return {party.name for party in world.parties.values() if new & world.known.texts(party.user)}


def _said(held: Any) -> set[str]:
    return {str(text) for place, value in leaves(held) for text in (*place, value)}
