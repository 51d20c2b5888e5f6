"""A document that says of nobody that it is theirs is not that of whoever is nobody: `undefined === undefined`.

Not every back end has such documents; they come from imports, from a console, from an add without an OPENID.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...errors import ContractError
from ..attempt import Attempts
from ..case import anonymous, case_of, is_allowed
from ..law import Law, check, concluded, require_control
from ..oddity import Oddity
from ..vacant import at_another_time
from ..verdict import Verdict
from ..world import World, name_of

LAW = Law("nobody_gets_what_has_no_owner", "a document without an owner is not that of whoever calls", lambda _: ())


def nobody_gets_what_has_no_owner(attempts: Attempts) -> list[Verdict]:
    """Nobody and a stranger ask for what is the owner's, whose documents have lost the fields that say so.

    Raises:
        ContractError: when no document that the contract arranges in the local database has such a field.
        Inconclusive: when the control has no effect.
        Violation: when they touch or see it.
    """
    require_control(LAW, attempts)
    world = attempts.world
    cases = [case for case in (anonymous(world), case_of(world, "stranger")) if not is_allowed(world, case)]
    with at_another_time(attempts, partial(_leave_out_owners, world)) as there:
        verdicts = [check(LAW, there, replace(case, oddity=Oddity.OWNERLESS)) for case in cases]
        return concluded(LAW, there, verdicts)


def _leave_out_owners(world: World) -> None:
    """Have what is arranged for the owner not say whose it is."""
    left_out, db = [], world.cloud.db
    there = db.collection_names()
    for (collection, key), whose in world.belongings.items():
        document = db[collection].find_one({"_id": key}) if whose == "owner" and collection in there else None
        fields = {name: "" for name in world.keys_of(collection) - {"_id"} if name in (document or {})}
        if fields:
            db[collection].update_one({"_id": key}, {"$unset": fields})
            left_out.append(key)
    if not left_out:
        raise ContractError(
            f"{name_of(world.operation)} demands {LAW.name!r}, but no document that it arranges in the local "
            "database has a field that says whose it is."
        )
