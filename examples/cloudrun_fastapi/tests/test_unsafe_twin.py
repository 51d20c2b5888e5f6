"""The twin keeps the caller in a module: two at once get each other's, and nobody gets what is the last one's."""

import asyncio

import pytest


@pytest.fixture
def theirs(safe_app, wx_cloud, wx_users, home):
    """Alice and Bob have an address each."""
    people = [wx_users["alice"], wx_users["bob"]]
    for person in people:
        body = {**home, "name": person.profile.nickname}
        wx_cloud.app(safe_app).request("POST", "/addresses", json=body, caller=person)
    return people


def at_once(app, people):
    async def main():
        return await asyncio.gather(*(app.arequest("GET", "/addresses", caller=person) for person in people))

    return [[address["name"] for address in answer.json] for answer in asyncio.run(main())]


def test_one_at_a_time_nothing_is_found(unsafe_app, wx_cloud, theirs):
    for person in theirs:
        (address,) = wx_cloud.app(unsafe_app).request("GET", "/addresses", caller=person).json
        assert address["name"] == person.profile.nickname


def test_two_at_once_are_mixed(unsafe_app, wx_cloud, theirs):
    assert at_once(wx_cloud.app(unsafe_app), theirs) != [[person.profile.nickname] for person in theirs]


def test_nobody_is_whoever_came_before(unsafe_app, wx_cloud, theirs):
    app = wx_cloud.app(unsafe_app)
    before = app.request("GET", "/addresses", caller=theirs[0]).json

    assert app.request("GET", "/addresses", caller=None).json == before


def test_the_safe_twin_asks_each_request(safe_app, wx_cloud, theirs):
    assert at_once(wx_cloud.app(safe_app), theirs) == [[person.profile.nickname] for person in theirs]
