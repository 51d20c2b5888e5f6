"""A client that sends the shape of a timer's or a payment's event gets nothing for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...canaries import changed_at
from ..attempt import TIMER_EVENT, Attempts
from ..case import Case, anonymous, case_of, refused_own
from ..law import Law
from ..oddity import Oddity
from ..world import held_at

#: What the platform sends (docs), which any client can send as well.
SHAPES: dict[str, dict[str, Any]] = {
    "a timer's event": TIMER_EVENT,
    "a payment callback": {
        "returnCode": "SUCCESS",
        "resultCode": "SUCCESS",
        "tradeState": "SUCCESS",
        "outTradeNo": "1",
        "transactionId": "4200000000000000000000000001",
        "totalFee": 1,
        "cashFee": 1,
    },
    "an HTTP request": {"httpMethod": "POST", "path": "/", "headers": {}, "queryStringParameters": {}, "body": "{}"},
}


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger, nobody, and an owner who may not, with the platform's names beside what the operation takes."""
    world = attempts.world
    for case in (case_of(world, "stranger"), anonymous(world), *refused_own(world)):
        for what, shape in SHAPES.items():
            place = world.main_place(case.event)
            event = changed_at(case.event, place, {**shape, **held_at(case.event, place)})
            yield case.with_event(event, f"sending {what}", Oddity.SHAPED)


LAW = Law("platform_events_are_not_believed", "only the platform's own channel makes an event the platform's", cases)
