"""Makes the calls of a law, each in the same world, and tells what came of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from ..canaries import as_text
from ..changes import AnyChange
from ..decision import completed
from ..errors import ContractError, users_mistake
from ..identity.principal import CHANNELS, RESOURCE_SHARING
from ..invocation import blocked_message
from ..outcome import BlockedError, Decision, Outcome
from ..surroundings import Calls
from .answers import decided
from .case import ANYONE, NOBODY, Case, anonymous, case_of, sharing
from .effects import Evidence, answered
from .verdict import Verdict
from .whoami import tells_caller
from .world import NEWCOMER, World, frozen, name_of, told

__tracebackhide__ = users_mistake

#: What the platform sends for a timer (docs), which any client can send as well.
TIMER_EVENT = {"Type": "Timer", "TriggerName": "daily", "Time": "2024-02-29T00:00:00Z", "Message": ""}


class Attempts:
    """The calls on one world. Every one finds it as it was arranged."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[Evidence] = []
        self.verdicts: list[Verdict] = []  # every one, also when a law raises
        self.notes: dict[str, str] = {}  # kind → text

    def attempt(self, case: Case, *, frozen_at: str = "", fresh: bool = False) -> Evidence:
        """Make one call, look at what it did, and take that back; `fresh` in a new instance."""
        if case.genuine:
            with self.world.cloud.scene():
                return self.play(self._made_genuine(case))
        if fresh:
            self._forget()
        with frozen(frozen_at or self.world.instant), self.world.cloud.trial() as trial:
            outcome = self._call(case, fresh)
        return self.evidence(case, self._with_late(outcome), trial.changes, trial.calls)

    def play(self, case: Case, *, fresh: bool = False) -> Evidence:
        """Make one call and look at what it did, which stays."""
        cloud = self.world.cloud
        if fresh:
            self._forget()
        with frozen(self.world.instant), cloud.changes() as changes, cloud.recording() as calls:
            outcome = self._call(case, fresh)
            cloud.settle()
        return self.evidence(case, self._with_late(outcome), list(changes), calls)

    def once(self, case: Case, *, fresh: bool = False) -> Evidence:
        """`attempt`, for the laws: what a law before it has tried is not tried again."""
        key, tried = self.key(case, fresh=fresh), self.world.tried
        if key not in tried:
            tried[key] = self.attempt(case, fresh=fresh)
        found: Evidence = tried[key]
        return replace(found, case=case)

    def key(self, case: Case, *, fresh: bool = False) -> Any:
        """Under which it is kept what came of a call: who makes it, and with what."""
        return case.principal, case.genuine, as_text(case.event), fresh

    def _made_genuine(self, case: Case) -> Case:
        operation = self.world.operation
        sent = {**(TIMER_EVENT if case.principal.channel.name == "timer" else {}), **case.event}
        event = told(operation, "genuine", partial(operation.genuine, self.world.cloud, sent))
        if not isinstance(event, dict):
            raise ContractError(f"{name_of(operation)}.genuine answered {event!r}; it answers the true event, a dict.")
        return case.with_event(event, case.note, case.oddity)

    def _forget(self) -> None:
        """Have a web app forget its last caller, as far as it can: in this process no second one can be started."""
        web, world = self.world.web, self.world
        if web is not None:
            newcomer = world[NEWCOMER].user
            request = world.template.request(world.event("owner", newcomer))
            with frozen(world.instant), world.cloud.scene():
                web.request(**request, caller=newcomer, allow_blocked=True)

    def _call(self, case: Case, fresh: bool) -> Outcome:
        world = self.world
        if world.web is not None:
            return world.web.request(
                **world.template.request(case.event),
                caller=case.principal,
                decide=self._rule(),
                allow_blocked=case.plain is not None,
            )
        fresh, world.untried = fresh or world.untried, False
        return world.cloud.call(
            world.operation.function,
            case.event,
            caller=case.principal,
            fresh=fresh,
            decide=self._rule(),
            allow_blocked=case.plain is not None,  # an odd value may lead where no call that is meant goes
        )

    def _with_late(self, outcome: Outcome) -> Outcome:
        """With what was refused when the function had answered: it belongs to the call."""
        attempts = self.world.cloud.late.take_attempts()
        unmeant = [attempt for attempt in attempts if not attempt.allowed]
        if attempts:
            outcome = replace(outcome, blocked=(*outcome.blocked, *attempts))
        if unmeant:
            raise BlockedError(blocked_message(unmeant[0].by, unmeant), outcome)
        return outcome

    def evidence(self, case: Case, outcome: Outcome, changes: list[AnyChange], calls: Calls) -> Evidence:
        """What was seen of one call."""
        seen = self.world.secrets.seen_in(answered(outcome), case.event)
        evidence = Evidence(case, outcome, tuple(changes), tuple(calls), seen, calls.tokens)
        self.made.append(evidence)
        return evidence

    def control(self, case: Case | None = None) -> Evidence:
        """What somebody does with the operation who may, by which the others are measured."""
        return self.once(case or self.controls()[0])

    def controls(self) -> list[Case]:
        """A call by each kind of caller that the contract allows, the owner first."""
        world = self.world
        operation = world.operation
        found: list[Case] = []
        if "owner" in operation.allow:
            found.append(case_of(world, "owner"))
        elif ANYONE in operation.allow:
            found.append(case_of(world, "stranger"))
        found += [case_of(world, role) for role in operation.roles if role in operation.allow]
        for name in sorted(operation.allow):
            if name == RESOURCE_SHARING.name:
                found.append(sharing(world, "stranger"))
            elif name in CHANNELS or name == NOBODY:
                case = anonymous(world, CHANNELS[name] if name in CHANNELS else CHANNELS["http_api"])
                found.append(replace(case, note="with a genuine event", genuine=True))
        return found

    def has_effect(self, evidence: Evidence) -> bool:
        """Whether the call did what it is for: by the contract's own rule, or else by what can be seen."""
        said = decided(self.world.operation, evidence.outcome)
        if said is not None or self.left_something(evidence):
            return said is not False
        return self.only_tells and tells_caller(self.world, evidence)

    @cached_property
    def only_tells(self) -> bool:
        """Whether nobody who may does any more with the operation than read its answer, which holds no secrets."""
        return not any(self.left_something(self.control(case)) for case in self.controls())

    def left_something(self, evidence: Evidence) -> bool:
        """Whether the call changed, showed or called something, whatever it answered."""
        ignore = self.world.operation.ignore
        kept = [change for change in evidence.documents if change.collection not in ignore]
        return bool(kept or evidence.files or evidence.secrets or evidence.calls)

    def note(self, kind: str, text: str) -> None:
        """Have the summary and the JSON tell what is neither a pass nor a failure; of each kind the first."""
        self.notes.setdefault(kind, text)

    def retell(self, verdict: Verdict, better: Verdict) -> Verdict:
        """Put a verdict that tells more in the place of one that was noted."""
        self.verdicts = [better if one is verdict else one for one in self.verdicts]
        return better

    def _rule(self) -> Any:
        operation, default = self.world.operation, self.world.cloud.settings.rule
        by_default = completed(default)  # of what a contract asks of an outcome in its rule, not that rule again

        def rule(outcome: Outcome) -> Decision | bool | None:
            said = decided(operation, replace(outcome, rule=by_default))
            if said is None:
                return default(outcome)
            return Decision.ALLOW if said else Decision.DENY

        return rule


@contextmanager
def attempting(world: World) -> Iterator[Attempts]:
    """Attempts on a world, at its instant. Time is frozen once for all of them, which costs some milliseconds."""
    with frozen(world.instant), world.cloud.scene():
        yield Attempts(world)
