"""The positive controls: who may has an effect that can be seen, at the right time, whatever lies around the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ..errors import users_mistake
from ..identity.principal import CHANNELS
from .attempt import Attempts
from .case import Case, case_of
from .effects import LATE, LOST, Effect, Evidence
from .law import Law, concluded, inconclusive, require_control, verdict_of
from .oddity import Oddity
from .reproduction import Kept, reproduction
from .shortest import Again
from .verdict import Verdict, Violation
from .world import told

__tracebackhide__ = users_mistake

LAW = Law("allowed_callers_have_the_effect", "who may has the promised effect, when they may", lambda _: ())
KEPT = Law(
    "the_channel_takes_no_right",
    "the owner stays the owner in the developer tools, through other functions, with and without a UNIONID",
    lambda _: (),
)


def allowed_have_the_effect(attempts: Attempts) -> list[Verdict]:
    """Every kind of caller that the contract allows calls once; the first of them once more when not even they may.

    Raises:
        Inconclusive: for a caller without an effect.
        Violation: when the owner has one at a time when they may not, or on what is retired.
    """
    for case in attempts.controls():
        evidence = attempts.control(case)
        if not attempts.has_effect(evidence):
            raise inconclusive(LAW, attempts, evidence)
        verdict_of(LAW, attempts, evidence, [])
    for when, evidence, kept, instant in _too_late(attempts):
        if attempts.has_effect(evidence) and not _lost(attempts, evidence):
            verdict = verdict_of(LAW, attempts, evidence, _still(evidence, when))
            code = reproduction(attempts.world, evidence, verdict.effects[0], kept, law=LAW.name, instant=instant)
            raise Violation([attempts.retell(verdict, replace(verdict, reproduction=code))])
    return attempts.verdicts


def _too_late(attempts: Attempts) -> Iterator[tuple[str, Evidence, Kept, str]]:
    """A call by one who may, where the contract says that not even they do; what was there, and the time."""
    world = attempts.world
    operation, cloud = world.operation, world.cloud
    if operation.denied_at:
        late = attempts.attempt(attempts.controls()[0], frozen_at=operation.denied_at)
        yield f"at {operation.denied_at}, when nobody may", late, Kept.of(cloud), operation.denied_at
    owner = world["owner"]
    with cloud.scene():
        retired = told(operation, "retire", partial(operation.retire, cloud, owner.user, owner.resource))
        if retired is not NotImplemented:
            case = replace(case_of(world, "owner"), note="of what is retired", oddity=Oddity.RETIRED)
            kept = Kept.of(cloud)
            yield "after it was retired", attempts.play(case), kept, ""


def _still(evidence: Evidence, when: str) -> list[Effect]:
    effects = [Effect(LATE, "", f"{change} {when}", change) for change in evidence.changes]
    if not effects:
        effects = [Effect(LATE, "", f"{when} they got what they asked for")]
    return effects


def the_owner_keeps_their_right(attempts: Attempts) -> list[Verdict]:
    """The owner calls in ways that change nothing about who they are.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when they have less of an effect then.
    """
    require_control(KEPT, attempts)
    verdicts = []
    for case in _ways(attempts) if "owner" in attempts.world.operation.allow else ():
        evidence = attempts.once(case)
        verdicts.append(verdict_of(KEPT, attempts, evidence, _missing(attempts, evidence)))
    again = Again(attempts, partial(_missing, attempts), lessens=False)  # with less there is less to lose
    return concluded(KEPT, attempts, verdicts, again=again)


def _missing(attempts: Attempts, evidence: Evidence) -> list[Effect]:
    lost = _lost(attempts, evidence)
    return [Effect(LOST, "", f"what the owner did otherwise did not happen: {lost}")] if lost else []


def _ways(attempts: Attempts) -> Iterator[Case]:
    world = attempts.world
    case = case_of(world, "owner")
    tools = case_of(world, "owner", channel=CHANNELS["devtools"])
    yield replace(tools, note="in the developer tools", oddity=Oddity.CHANNEL, plain=case)
    chained = case.principal.through_function()
    yield replace(case, principal=chained, note="through a function", oddity=Oddity.CHAIN, plain=case)
    if world.operation.keyed_by == "openid" and world["owner"].user.unionid is not None:
        shown = replace(case.principal, shows_unionid=True)
        yield replace(case, principal=shown, note="showing UNIONID", oddity=Oddity.UNIONID, plain=case)


def _lost(attempts: Attempts, evidence: Evidence) -> str:
    """What the owner's plain call did to documents and files there were, or showed, and this one did not."""
    control = attempts.control()
    done = {_id(change) for change in evidence.changes}
    for change in control.changes:
        if change.kind != "inserted" and _id(change) not in done:
            return str(change)
    if set(control.secrets) - set(evidence.secrets):
        return "they saw what is theirs"
    if attempts.has_effect(control) and not attempts.has_effect(evidence):
        return "; ".join(map(str, (*control.changes, *control.calls))) or "they got what they asked for"
    return ""


def _id(change: object) -> object:
    return getattr(change, "path", None) or (getattr(change, "collection", ""), str(getattr(change, "id", "")))
