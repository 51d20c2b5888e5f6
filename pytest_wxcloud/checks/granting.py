"""Roles are taken back: as the contract says, or by undoing what granting them wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ..changes import Change
from ..cloud import WxCloud
from ..errors import ContractError, users_mistake
from ..identity import WxUser
from .operation import Operation
from .world import Grant, name_of, told

__tracebackhide__ = users_mistake


def taken_back(
    operation: Operation, cloud: WxCloud, person: WxUser, role: str, scope: Any, granted: list[Change]
) -> None:
    """Take a role away as the contract says; else undo what granting it wrote."""
    if told(operation, "revoke", partial(operation.revoke, cloud, person, role, scope)) is not NotImplemented:
        return
    if not _is_here(cloud, granted):
        raise ContractError(
            f"{name_of(operation)} has no revoke(cloud, person, role, scope). What grant writes into a database of "
            "your own cannot be undone from here: take the role away there."
        )
    undo(cloud, granted)


def can_be_undone(cloud: WxCloud, grants: Iterable[Grant]) -> bool:
    """Whether all that was granted is in the local database."""
    return cloud.node.running and all(_is_here(cloud, grant.changes) for grant in grants)


def undo(cloud: WxCloud, granted: Sequence[Change]) -> None:
    """Have documents be as they were before they were changed."""
    for change in granted:
        cloud.db[change.collection].delete_many({"_id": change.id})
        if change.before is not None:
            cloud.db[change.collection].insert_one(change.before)


def _is_here(cloud: WxCloud, granted: Sequence[Change]) -> bool:
    there = cloud.db.collection_names()
    return all(change.collection in there for change in granted)
