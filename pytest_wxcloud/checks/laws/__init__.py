"""The laws, one file each; `LAWS` is all of them, in the order in which a contract tries them."""

from __future__ import annotations

from ..law import Law
from . import (
    bystander,
    channels,
    forged,
    mixed_ids,
    nobody,
    odd_values,
    other_app,
    planted,
    platform_events,
    privileges,
    roles,
    side_effects,
    strangers,
    unionid,
)

LAWS: dict[str, Law] = {
    law.name: law
    for law in (
        strangers.LAW,
        roles.LAW,
        nobody.LAW,
        channels.LAW,
        other_app.LAW,
        unionid.LAW,
        forged.LAW,
        odd_values.LAW,
        mixed_ids.LAW,
        planted.LAW,
        privileges.LAW,
        side_effects.LAW,
        platform_events.LAW,
        bystander.LAW,
    )
}
