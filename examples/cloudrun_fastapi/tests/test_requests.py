"""Requests as anyone, one at a time and several at once."""

import asyncio

import pytest
from hypothesis import given, settings

from pytest_wxcloud import strategies as wx


@pytest.fixture(scope="module")
def shop(safe_app, wx_cloud):
    return wx_cloud.app(safe_app)


def test_the_row_is_the_callers(shop, wx_cloud, wx_user, home):
    with wx_cloud.changes() as changes:
        number = shop.request("POST", "/addresses", json=home).json["id"]

    (change,) = changes
    assert change.after == {"id": number, "openid": wx_user.openid, **home}


@settings(deadline=None)  # it writes to a disk
@given(people=wx.pairs("strangers"))
def test_only_the_owner(shop, wx_cloud, people):
    owner, stranger = people
    home = {"name": "小红", "phone": "13900000000", "street": "解放路 3 号"}
    with wx_cloud.scenario():
        number = shop.request("POST", "/addresses", json=home, caller=owner).json["id"]
        with wx_cloud.changes() as changes:
            assert shop.request("GET", f"/addresses/{number}", caller=stranger).denied
            assert shop.request("PUT", f"/addresses/{number}", json=home, caller=stranger).denied
            assert shop.request(
                "DELETE", f"/addresses/{number}", query={"openid": owner.openid}, caller=stranger
            ).denied
        assert not changes


def test_several_at_once(shop, wx_cloud, wx_users, home):
    people = [wx_users[name] for name in ("alice", "bob", "carol", "dave")]
    for person in people:
        shop.request("POST", "/addresses", json={**home, "name": person.profile.nickname}, caller=person)

    async def main():
        return await asyncio.gather(*(shop.arequest("GET", "/addresses", caller=person) for person in people))

    seen = [[address["name"] for address in answer.json] for answer in asyncio.run(main())]
    assert seen == [[person.profile.nickname] for person in people]
