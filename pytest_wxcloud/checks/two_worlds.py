"""The call of a finding in two worlds that differ in the owner's secrets, and the test that shows the difference."""

from __future__ import annotations

from typing import Any

from ..canaries import Secrets, as_text, leaves
from .attempt import Attempts
from .callers import caller_source
from .case import Case
from .effects import REVEALED, Effect, Evidence, answered
from .literals import source
from .pasted import calling, openids, whole_test
from .reproduction import Kept, is_elsewhere, mentioned
from .requests import Place
from .shortest import Again, with_differences


def _differing(one: Evidence, other: Evidence) -> list[Place]:
    """The places at which two answers differ."""
    here, there = (dict(leaves(answered(evidence.outcome))) for evidence in (one, other))
    missing = object()
    return [place for place in dict.fromkeys((*here, *there)) if here.get(place, missing) != there.get(place, missing)]


class Exchanged(Again):
    """Makes the call in the world as it is, and again with other secrets in the same documents."""

    def __init__(self, attempts: Attempts) -> None:
        super().__init__(attempts, lambda _: [])
        planted = attempts.world.secrets.planted.get("owner", [])
        others = Secrets(other=frozenset({"owner"}))
        with others.of("owner"):
            self.secrets = {secret: others.plant(type(secret)) for secret in planted}
        self.differing: list[Place] = []  # places of the last answer
        self.is_random = False  # whether others in it differ from call to call

    def __call__(self, case: Case, kept: Kept | None = None, *, fresh: bool = False) -> tuple[Evidence, list[Effect]]:
        """See `Again`. An answer that differs is the effect, but for what differs from call to call."""
        here = kept or Kept.of(self.attempts.world.cloud)
        evidence, _ = super().__call__(case, here, fresh=fresh)
        other, _ = super().__call__(case, self._exchanged(here))
        self.differing = _differing(evidence, other)
        if not self.differing:
            return evidence, []
        repeated, _ = super().__call__(case, here)
        random = _differing(evidence, repeated)
        self.differing, self.is_random = [place for place in self.differing if place not in random], bool(random)
        if not self.differing:
            return evidence, []
        was, now = (as_text(answered(one.outcome)) for one in (evidence, other))
        return evidence, [
            Effect(REVEALED, "owner", f"the answer is {was}, but {now} where the owner's secret is another")
        ]

    def source(self, evidence: Evidence, effect: Effect, kept: Kept, law: str) -> str:
        """A test that asks in both worlds, and fails where the answers differ.

        There is none for a database that only the contract fills: it has no way to exchange the secrets there.
        """
        world = self.attempts.world
        if is_elsewhere(world, effect, kept):
            return ""
        documents = mentioned(world, kept, effect)
        text = as_text(documents)
        secrets = [secret for secret in self.secrets if str(secret) in text]
        variables = ["secret"] if len(secrets) == 1 else [f"secret_{at}" for at in range(1, len(secrets) + 1)]
        caller = caller_source(world, evidence.case.principal)
        names = {**openids(world), **caller.names, **dict(zip(secrets, variables, strict=True))}
        worlds = [secrets, [self.secrets[secret] for secret in secrets]]
        planted = [source(one[0] if len(one) == 1 else one) for one in worlds]
        code = [
            *(f"    {line}" for line in caller.lines),
            "    answers = []",
            f"    for {', '.join(variables)} in ({', '.join(planted)}):",
            f"        documents = {source(documents, names, indent=8)}",
            "        with wx_cloud.scenario(documents):",
            *(f"            {line}" for line in calling(world, evidence.case, names, outcome="outcome = ")),
            f"        answers.append({self._compared(evidence)})",
            "    assert answers[0] == answers[1]",
        ]
        return whole_test(world, law, code, world.instant)

    def _compared(self, evidence: Evidence) -> str:
        """What of the outcome is compared: all of it, where nothing differs from call to call."""
        if not self.is_random or evidence.outcome.error is not None:
            return "(outcome.value, str(outcome.error))"
        return "outcome.value" + "".join(f"[{source(step)}]" for step in self.differing[0])

    def _exchanged(self, kept: Kept) -> Kept:
        changes = [(place, self._other(value)) for place, value in leaves(kept.documents)]
        return Kept(with_differences(kept.documents, changes), kept.files)

    def _other(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret, other in self.secrets.items():
                value = value.replace(str(secret), str(other))
            return value
        return self.secrets.get(value, value) if type(value) is int else value
