"""Two worlds that differ only in the owner's secrets give a stranger the same answer.

That finds what no canary can: sums, counts, and whatever is computed from a secret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..canaries import leaves
from ..errors import WxCloudError, users_mistake
from .attempt import Attempts
from .case import Case, anonymous, case_of, is_entitled
from .effects import REVEALED, Effect, Evidence, answered
from .law import Law, concluded, require_control, verdict_of
from .open_to_all import is_open
from .two_worlds import Exchanged
from .verdict import Verdict
from .world import Key, World

__tracebackhide__ = users_mistake

LAW = Law("secrets_make_no_difference", "nothing computed from the owner's secrets shows to others", lambda _: ())


def told_to_strangers(attempts: Attempts) -> list[Evidence]:
    """What those who may not see the owner's secrets are told in this world; nothing where that cannot be tried."""
    try:
        return [attempts.attempt(case) for case in cases(attempts)]
    except WxCloudError:  # the same calls in the world proper tell of it, in a test
        return []


def secrets_make_no_difference(attempts: Attempts) -> list[Verdict]:
    """Strangers and nobody call in both worlds, and twice in the first: what differs there differs by itself.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when the owner's secrets show in the answer.
    """
    require_control(LAW, attempts)
    if not attempts.world.twin:
        return []
    verdicts = []
    for case, other in zip(cases(attempts), attempts.world.twin, strict=True):
        first, again = attempts.attempt(case), attempts.attempt(case)
        if is_open(attempts.world, case) and "owner" in first.secrets:
            continue  # a list that is open to all, from which more follows
        seen = _difference(attempts.world, first, again, other)
        effects = [Effect(REVEALED, "owner", seen)] if seen else []
        verdicts.append(verdict_of(LAW, attempts, first, effects))
    return concluded(LAW, attempts, verdicts, confirm=False, again=Exchanged(attempts))


def cases(attempts: Attempts) -> Iterator[Case]:
    """Whoever may not see the owner's secrets."""
    world = attempts.world
    for case in (case_of(world, "stranger"), case_of(world, "newcomer"), anonymous(world)):
        if not is_entitled(world, case):
            yield case


def _difference(world: World, first: Evidence, again: Evidence, other: Evidence) -> str:
    """How the answer depends on the secrets; empty when it does not."""
    here, repeated, there = (dict(leaves(answered(one.outcome))) for one in (first, again, other))
    ours, theirs = _by_key(world.belongings, first), _by_key(world.twin_belongings, other)
    for place in dict.fromkeys((*here, *there)):
        if place in here and repeated.get(place) != here[place]:
            continue
        if (place in here) != (place in there) or here.get(place) != there.get(place):
            if ours.get(str(here.get(place)), set()) & theirs.get(str(there.get(place)), set()):
                continue
            where = ".".join(map(str, place)) or "the answer"
            return f"{where} is {here.get(place)!r}, but {there.get(place)!r} where the owner's secret is another"
    return ""


def _by_key(belongings: Mapping[Key, str], evidence: Evidence) -> dict[str, set[tuple[str, str, int]]]:
    """Which documents each key may stand for, told in words that both worlds share.

    A database that counts goes on from where it was, so the same document has another key in the other world.
    """
    named: dict[str, set[tuple[str, str, int]]] = {}
    counted: Counter[tuple[str, str]] = Counter()
    inserted = [(change.collection, str(change.id), "") for change in evidence.documents if change.before is None]
    for collection, key, whose in (*((*key, whose) for key, whose in belongings.items()), *inserted):
        counted[collection, whose] += 1
        named.setdefault(key, set()).add((collection, whose, counted[collection, whose]))
    return named
