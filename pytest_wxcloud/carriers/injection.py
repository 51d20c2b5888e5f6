"""What a carrier makes of a principal: plain data, put in place by a runtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..identity import Principal


@dataclass(frozen=True)
class Injection:
    """Where identity is to be found by a handler.

    `environment` maps a variable to its value, None for one that must not be set. `context` goes
    into the context argument, `event` is added to the event by the platform, and `headers` to an HTTP
    request.
    """

    environment: Mapping[str, str | None] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """Renders a principal as data. Pure: no I/O, no patching."""

    def __call__(self, principal: Principal, /) -> Injection:
        """Render `principal`."""
