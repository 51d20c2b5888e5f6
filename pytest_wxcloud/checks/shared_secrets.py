"""Roles that are held by knowing something: a code of invitation, a password, the token in a link.

Nobody needs to be stored for that. Who knows it sends it, and everybody else sends a guess in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..canaries import leaves
from ..errors import ContractError
from .operation import Operation


def secret_of(operation: Operation, resource: Any, role: str) -> Mapping[str, Any]:
    """What holders of a role over `resource` know; nothing where that is no matter of knowing.

    Raises:
        ContractError: when the contract answers something else than a dict.
    """
    told = operation.knows(resource, role)
    if isinstance(told, Mapping):
        return told
    raise ContractError(
        f"{type(operation).__name__}.knows(resource, {role!r}) answered {told!r}; it answers what only holders of the "
        'role know and send, a dict: {"code": group["invite"]}, and {} for a role that is stored.'
    )


def is_of(resource: Any, told: Mapping[str, Any]) -> bool:
    """Whether what is known is about one resource, as the code of a group is, and not a password of the whole."""
    there = [value for _, value in leaves(resource)]
    return any(value in there for _, value in leaves(told) if value is not None)


def with_secret(event: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """An event, or a request, and what its sender adds to it."""
    merged = dict(event)
    for name, value in told.items():
        before = merged.get(name)
        both = isinstance(value, Mapping) and isinstance(before, Mapping)
        merged[name] = with_secret(before, value) if both else value  # type: ignore[arg-type]  # both are
    return merged


def guessed(told: Any) -> Any:
    """What somebody sends who does not know: something else that looks alike."""
    if isinstance(told, Mapping):
        return {name: guessed(value) for name, value in told.items()}
    if isinstance(told, list):
        return [guessed(value) for value in told]
    if type(told) is int:
        return int(guessed(str(abs(told))))
    if not isinstance(told, str):
        return told
    likely = ("7", "8") if told.isdigit() else ("guess", "other")
    return next(text for text in ((word * len(told))[: len(told) or 1] for word in likely) if text != told)
