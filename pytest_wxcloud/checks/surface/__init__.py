"""Laws of web apps alone, one file each: of headers, which only there carry identity, and of requests that overlap.

`SURFACE` has them by name: each is tried on the attempts of a contract with an `app`, and raises like any law.
"""

from __future__ import annotations

from collections.abc import Callable

from ..attempt import Attempts
from ..verdict import Verdict
from . import header_variants, missing_identity, overlapping, resource_sharing

SURFACE: dict[str, Callable[[Attempts], list[Verdict]]] = {
    "without_identity_it_refuses": missing_identity.without_identity_it_refuses,
    "no_header_smuggles_identity": header_variants.no_header_smuggles_identity,
    "resource_sharing_gets_what_is_said": resource_sharing.resource_sharing_gets_what_is_said,
    "overlapping_requests_never_mix": overlapping.overlapping_requests_never_mix,
}
