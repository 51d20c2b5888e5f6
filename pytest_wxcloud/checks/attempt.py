"""Makes the calls of a law, each in the same world, and tells what came of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..changes import AnyChange
from ..errors import ContractError, users_mistake
from ..identity.principal import CHANNELS
from ..outcome import Decision, Outcome
from .case import ANYONE, NOBODY, Case, anonymous, case_of
from .effects import Evidence, answered
from .world import World, frozen, name_of, told

__tracebackhide__ = users_mistake


class Attempts:
    """The calls on one world. Every one finds it as it was arranged."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: list[Evidence] = []
        self._controls: dict[str, Evidence] = {}
        self._plain: dict[tuple[str, str, str], Evidence] = {}

    def attempt(self, case: Case, *, frozen_at: str = "") -> Evidence:
        """Make one call, look at what it did, and take that back."""
        with frozen(frozen_at or self.world.instant), self.world.cloud.trial() as trial:
            outcome = self._call(case)
        return self._evidence(case, outcome, trial.changes, trial.calls)

    def play(self, case: Case) -> Evidence:
        """Make one call and look at what it did, which stays."""
        cloud = self.world.cloud
        with frozen(self.world.instant), cloud.changes() as changes, cloud.recording() as calls:
            outcome = self._call(case)
            cloud.settle()
        return self._evidence(case, outcome, list(changes), calls)

    def _call(self, case: Case) -> Outcome:
        world = self.world
        fresh, world.untried = world.untried, False
        function = world.operation.function
        return world.cloud.call(function, case.event, caller=case.principal, fresh=fresh, decide=self._rule())

    def _evidence(self, case: Case, outcome: Outcome, changes: list[AnyChange], calls: list[str]) -> Evidence:
        seen = self.world.secrets.seen_in(answered(outcome), case.event)
        evidence = Evidence(case, outcome, tuple(changes), tuple(calls), seen)
        self.made.append(evidence)
        return evidence

    def control(self, case: Case | None = None) -> Evidence:
        """What somebody does with the operation who may, by which the others are measured.

        Raises:
            ContractError: when the contract allows nobody.
        """
        case = case or self.controls()[0]
        if case.caller not in self._controls:
            self._controls[case.caller] = self.attempt(case)
        return self._controls[case.caller]

    def plain(self, case: Case) -> Evidence:
        """What comes of a call with nothing odd about it; made once."""
        key = (case.caller, case.principal.channel.name, case.target)
        if key not in self._plain:
            self._plain[key] = self.attempt(case)
        return self._plain[key]

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
            if name in CHANNELS or name == NOBODY:
                case = anonymous(world, CHANNELS[name] if name in CHANNELS else CHANNELS["http_api"])
                event = dict(case.event)
                event = told(operation, "genuine", partial(operation.genuine, world.cloud, event))
                found.append(case.with_event(event, "genuine"))
        if not found:
            raise ContractError(
                f"{name_of(operation)} allows nobody, so nothing shows that the operation works at all. "
                "Put who may call it into allow: 'owner', 'anyone', a role, a channel."
            )
        return found

    def has_effect(self, evidence: Evidence) -> bool:
        """Whether the call did something that can be seen, apart from its answer."""
        verdict = self.world.operation.decide(evidence.outcome)
        if verdict is not None:
            return verdict
        return bool(evidence.changes or evidence.secrets or evidence.calls)

    def _rule(self) -> Any:
        decide, default = self.world.operation.decide, self.world.cloud.settings.rule

        def rule(outcome: Outcome) -> Decision | bool | None:
            said = told(self.world.operation, "decide", lambda: decide(outcome))
            if said is None:
                return default(outcome)
            return Decision.ALLOW if said else Decision.DENY

        return rule


@contextmanager
def attempting(world: World) -> Iterator[Attempts]:
    """Attempts on a world, at its instant. Time is frozen once for all of them, which costs some milliseconds."""
    with frozen(world.instant), world.cloud.scene():
        yield Attempts(world)
