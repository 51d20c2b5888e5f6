"""How identity travels: each carrier renders a principal as data, and a runtime puts it in place.

A new carrier is one file here and one line in `CARRIERS`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..identity import Principal
from .environment import PLATFORM, environment
from .functions_framework import functions_framework
from .http_headers import http_headers
from .injection import Carrier, Injection
from .patch_target import PatchTarget
from .scf_context import scf_context, scf_context_older
from .user_info import user_info

CARRIERS: dict[str, Carrier] = {
    "environment": environment,
    "scf_context": scf_context,
    "scf_context_older": scf_context_older,
    "user_info": user_info,
    "functions_framework": functions_framework,
    "http_headers": http_headers,
}

#: What the platform uses for an event function.
EVENT_FUNCTION: tuple[str, ...] = ("environment", "scf_context", "user_info")


def render(principal: Principal, carriers: Iterable[Carrier]) -> Injection:
    """One injection out of several carriers; where two set the same thing, the later one wins."""
    environment_: dict[str, str | None] = {}
    context: dict[str, object] = {}
    event: dict[str, object] = {}
    headers: dict[str, str] = {}
    for carrier in carriers:
        injection = carrier(principal)
        environment_.update(injection.environment)
        context.update(injection.context)
        event.update(injection.event)
        headers.update(injection.headers)
    return Injection(environment_, context, event, headers)


__all__ = ["CARRIERS", "EVENT_FUNCTION", "PLATFORM", "Carrier", "Injection", "PatchTarget", "render"]
