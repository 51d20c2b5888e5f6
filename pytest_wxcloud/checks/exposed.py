"""Credentials of the back end itself, in an answer, a log or a document: what the platform or WeChat gave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..canaries import as_text
from ..carriers.credentials import CREDENTIALS
from ..carriers.scf_context import scf_context
from .effects import EXPOSED, Effect, Evidence, answered


def exposed(evidence: Evidence) -> Iterator[Effect]:
    """What of them came out. An access token may be stored, in a cache; in a log it is a demand's matter."""
    for name, value in _found(credentials(evidence), as_text(answered(evidence.outcome))):
        yield Effect(EXPOSED, "", f"the answer holds {name}: {value!r}")
    for name, value in _found(CREDENTIALS, logged(evidence, but_for_context=True)):
        yield Effect(EXPOSED, "", f"the log holds {name}: {value!r}")
    for change in evidence.documents:
        written = as_text({name: after for name, (_, after) in change.fields.items()})
        for name, value in _found(CREDENTIALS, written):
            yield Effect(EXPOSED, "", f"{name} was stored: {change.collection}/{change.id} now holds {value!r}", change)


def credentials(evidence: Evidence) -> dict[str, str]:
    """What the back end alone has to have: what the platform gave it, and what WeChat gave it in the call."""
    return {**CREDENTIALS, **{f"access token {at}": token for at, token in enumerate(evidence.tokens, 1)}}


def logged(evidence: Evidence, *, but_for_context: bool = False) -> str:
    """All that the call logged. WeChat's own template logs the context as it is, which holds credentials."""
    logs = "\n".join(line.text for line in evidence.outcome.logs)
    if but_for_context and logs:
        environment = scf_context(evidence.outcome.principal).context["environment"]
        for said in (environment, as_text([environment])[2:-2]):
            logs = logs.replace(said, "")
    return logs


def _found(known: Mapping[str, str], text: str) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in known.items() if value in text)
