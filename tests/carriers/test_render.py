"""Several carriers rendered as one, and what holds for each."""

from __future__ import annotations

import copy
import json

import pytest

from pytest_wxcloud import People, Principal
from pytest_wxcloud.carriers import CARRIERS, EVENT_FUNCTION, Injection, render
from pytest_wxcloud.identity import CHANNELS

PEOPLE = People()
ALICE = PEOPLE["alice"]
PRINCIPALS = [
    Principal(user, channel, shows_unionid=user is not None, env_id="cloud1-0", host_appid=PEOPLE.app.appid)
    for channel in CHANNELS.values()
    for user in (ALICE, None)
]

#: Which tests read the carrier with a reader that is not ours.
PROVEN_IN = {
    "environment": "test_getwxcontext.py",
    "scf_context": "test_node_sdk.py",
    "scf_context_older": "test_node_sdk.py",
    "user_info": "test_user_info.py",
    "functions_framework": "test_functions_framework.py",
    "http_headers": "test_http_headers.py",
}


def test_every_carrier_is_proven() -> None:
    """A carrier that is added gets a test against what reads it on the platform, and a line in this table."""
    assert set(PROVEN_IN) == set(CARRIERS)
    assert set(EVENT_FUNCTION) <= set(CARRIERS)


@pytest.mark.parametrize("name", CARRIERS)
def test_a_carrier_is_pure(name: str) -> None:
    """The same principal is rendered the same each time, and no rendering shares data with another."""
    for principal in PRINCIPALS:
        first = CARRIERS[name](principal)
        kept = copy.deepcopy(first)
        for part in (first.environment, first.context, first.event, first.headers):
            part.clear()  # type: ignore[union-attr]  # as a handler might do with what it is given
        assert CARRIERS[name](principal) == kept


@pytest.mark.parametrize("name", CARRIERS)
def test_what_is_rendered_can_travel(name: str) -> None:
    """Context and event are JSON; variables are strings or None; headers are strings."""
    for principal in PRINCIPALS:
        injection = CARRIERS[name](principal)
        for part in (injection.context, injection.event):
            assert json.loads(json.dumps(part)) == part
        assert all(value is None or isinstance(value, str) for value in injection.environment.values())
        assert all(isinstance(value, str) for value in injection.headers.values())


def test_the_later_carrier_wins() -> None:
    """Where two carriers set the same thing the later one's stays; what only one sets is kept."""

    def one(principal: Principal) -> Injection:
        return Injection({"A": "1", "B": "1"}, {"x": 1, "y": 1}, {"e": 1}, {"H": "1"})

    def other(principal: Principal) -> Injection:
        return Injection({"B": None}, {"y": 2}, {"e": 2}, {"H": "2"})

    rendered = render(Principal(ALICE), [one, other])
    assert rendered == Injection({"A": "1", "B": None}, {"x": 1, "y": 2}, {"e": 2}, {"H": "2"})


def test_no_carrier_carries_nothing() -> None:
    """Without a carrier nothing is injected."""
    assert render(Principal(ALICE), ()) == Injection()
