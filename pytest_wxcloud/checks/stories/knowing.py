"""Roles that are held by knowing something, in stories: who was told sends it, everybody else guesses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..operation import Operation
from ..shared_secrets import guessed, is_of, secret_of, with_secret
from ..world import told
from .model import Model, Thing


def with_what_is_known(
    model: Model, operation: Operation, event: Mapping[str, Any], person: str, target: Thing | None, resource: Any
) -> dict[str, Any]:
    """An event about `target`, which `resource` names, as `person` sends it."""
    sent = dict(event)
    for role in sorted(operation.roles, key=lambda role: _holds(model, role, person, target)):
        wanted = told(operation, "knows", partial(secret_of, operation, resource, role))
        own = target is not None and target.owner == person and is_of(target.document, wanted)
        sent = with_secret(sent, wanted if own or _holds(model, role, person, target) else guessed(wanted))
    return sent


def is_known_of(operation: Operation, role: str, target: Thing | None, resource: Any) -> bool:
    """Whether to hold a role is to know something about the target."""
    if target is None:
        return False
    return is_of(target.document, told(operation, "knows", partial(secret_of, operation, resource, role)))


def _holds(model: Model, role: str, person: str, target: Thing | None) -> bool:
    return any((person, role, scope) in model.held for scope in (None, *model.scopes(target)))
