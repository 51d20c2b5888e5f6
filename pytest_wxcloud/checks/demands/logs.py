"""What is private stays out of the logs, which whoever runs the back end can read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..attempt import Attempts
from ..effects import LOGGED, Effect, Evidence
from ..exposed import credentials, logged
from ..law import Law, looked_through
from ..sensitive import cases
from ..verdict import Verdict
from ..weakness import LOGGING

LAW = Law(
    "logs_hold_nothing_private",
    "no log holds credentials, secrets, session keys, phone numbers or unionids",
    cases,
    weakness=LOGGING,
)


def logs_hold_nothing_private(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may and who may not, and what the function writes to its logs is looked through.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when a log holds what is private, also where the caller sent it.
    """
    return looked_through(LAW, attempts, partial(_logged, attempts))


def _logged(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    world = attempts.world
    logs = logged(evidence)
    for name, value in credentials(evidence).items():
        if value in logs:
            yield Effect(LOGGED, "", f"the log holds {name}: {value!r}")
    for person, secrets in world.secrets.seen_in(logs, "").items():
        yield Effect(LOGGED, person, f"the log holds a secret: {secrets[0]!r}")
    for person, values in world.private.items():
        yield from (
            Effect(LOGGED, person, f"the log holds a {what}: {value!r}")
            for value, what in values.items()
            if value in logs
        )
    for name, party in world.parties.items():
        if party.user.session_key in logs:
            yield Effect(LOGGED, name, f"the log holds a session_key: {party.user.session_key!r}")
