"""Two worlds that differ only in the owner's secrets give a stranger the same answer.

That finds what no canary can: sums, counts, and whatever is computed from a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import WxCloudError, users_mistake
from .attempt import Attempts, attempting
from .case import Case, anonymous, case_of, is_entitled
from .effects import REVEALED, Effect
from .law import Law, concluded, require_control, verdict_of
from .open_to_all import is_open
from .other_worlds import Heard, Told
from .two_worlds import Exchanged
from .verdict import Verdict
from .world import World

__tracebackhide__ = users_mistake

LAW = Law("secrets_make_no_difference", "nothing computed from the owner's secrets shows to others", lambda _: ())


def told_to_strangers(world: World) -> list[Told]:
    """What those who may not see the owner's secrets are told in this world; nothing where that cannot be tried."""
    try:
        with attempting(world) as attempts:
            answers = [attempts.attempt(case) for case in cases(attempts)]
    except WxCloudError:  # the same calls in the world proper tell of it, in a test
        return []
    return [Told(answers, world.belongings, world.texts)]


def secrets_make_no_difference(attempts: Attempts) -> list[Verdict]:
    """Strangers and nobody call in both worlds, and twice in the first: what differs there differs by itself.

    So does what differs between worlds that were arranged with the same secrets, and what is the caller's own.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when the owner's secrets show in the answer.
    """
    require_control(LAW, attempts)
    world = attempts.world
    if not world.others:
        return []
    verdicts = []
    for at, case in enumerate(cases(attempts)):
        first, again = (Told([attempts.attempt(case)], world.belongings, world.texts) for _ in range(2))
        if is_open(world, case) and "owner" in first.answers[0].secrets:
            continue  # a list that is open to all, from which more follows
        here = [first.heard(0), again.heard(0), *(told.heard(at) for told in world.same)]
        seen = _difference(here, [told.heard(at) for told in world.others])
        effects = [Effect(REVEALED, "owner", seen)] if seen else []
        verdicts.append(verdict_of(LAW, attempts, first.answers[0], effects))
    return concluded(LAW, attempts, verdicts, confirm=False, again=Exchanged(attempts))


def cases(attempts: Attempts) -> Iterator[Case]:
    """Whoever may not see the owner's secrets."""
    world = attempts.world
    for case in (case_of(world, "stranger"), case_of(world, "newcomer"), anonymous(world)):
        if not is_entitled(world, case):
            yield case


def _difference(here: Sequence[Heard], there: Sequence[Heard]) -> str:
    """How the answer depends on the secrets, which are the same in each of `here`; empty when it does not."""
    first, other = here[0], there[0]
    for place in dict.fromkeys((*first.leaves, *other.leaves)):
        if first.is_like(other, place) or (first.is_own(place) and other.is_own(place)):
            continue
        if all(first.is_like(one, place) for one in here) and all(other.is_like(one, place) for one in there):
            where = ".".join(map(str, place)) or "the answer"
            was, now = first.leaves.get(place), other.leaves.get(place)
            return f"{where} is {was!r}, but {now!r} where the owner's secret is another"
    return ""
