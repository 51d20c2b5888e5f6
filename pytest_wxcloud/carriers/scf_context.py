"""The event function's ``context`` argument.

Source: @cloudbase/node-sdk, ``parseContext``: ``environment`` is a JSON string; the older
``environ`` is ``k=v;k=v`` and is read only when there is no ``environment``; a value in it that
holds a comma is read as a list, and one with a semicolon is cut.
"""

from __future__ import annotations

import json
from typing import Any

from ..identity import Principal
from .environment import environment
from .injection import Injection

#: Limits of a function with the platform's default settings.
LIMITS: dict[str, Any] = {"memory_limit_in_mb": 256, "time_limit_in_ms": 3000, "function_version": "$LATEST"}


def scf_context(principal: Principal) -> Injection:
    """Today's form, with ``environment``."""
    variables = _set_variables(principal)
    return _with(principal, environment=json.dumps(variables))


def scf_context_older(principal: Principal) -> Injection:
    """The older form, with ``environ``."""
    variables = _set_variables(principal)
    return _with(principal, environ=";".join(f"{name}={value}" for name, value in variables.items()))


def _set_variables(principal: Principal) -> dict[str, str]:
    variables = environment(principal).environment
    return {name: value for name, value in variables.items() if value is not None}


def _with(principal: Principal, **variables: str) -> Injection:
    return Injection(context={**LIMITS, "namespace": principal.context.env or "", **variables})
