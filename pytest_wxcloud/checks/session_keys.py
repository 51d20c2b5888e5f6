"""Session keys in what a caller is told."""

from __future__ import annotations

from collections.abc import Iterator

from ..canaries import leaves
from ..outcome import Outcome
from .effects import answered
from .world import OWNERS, World

_KEYS = frozenset(("session_key", "sessionKey", "sessionkey"))


def session_keys_in(world: World, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Each with the place where it stands: one that a user has, or what goes by that name."""
    known = {world[name].user.session_key for name in OWNERS}
    for place, value in leaves(answered(outcome)):
        if isinstance(value, str) and value and (value in known or (place and place[-1] in _KEYS)):
            yield ".".join(map(str, place)), value
