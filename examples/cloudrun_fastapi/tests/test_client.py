"""FastAPI's own test client, which sends the headers of whoever acts."""

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def client(safe_app):
    return TestClient(safe_app)


def test_an_address_is_added_changed_and_removed(client, wx_user, home):
    number = client.post("/addresses", json=home).json()["id"]

    assert client.put(f"/addresses/{number}", json={**home, "street": "人民路 2 号"}).status_code == 200
    assert client.get(f"/addresses/{number}").json() == {"id": number, **home, "street": "人民路 2 号"}
    assert client.delete(f"/addresses/{number}").status_code == 204
    assert client.get("/addresses").json() == []


def test_what_is_no_address_is_refused(client, wx_user, wx_cloud, home):
    with wx_cloud.changes() as changes:
        for field, value in {"name": "", "phone": "110", "street": None}.items():
            assert client.post("/addresses", json={**home, field: value}).status_code == 422

    assert not changes


def test_somebody_elses_is_not_there(client, wx_cloud, wx_users, home):
    with wx_cloud.acting_as(wx_users["alice"]):
        number = client.post("/addresses", json=home).json()["id"]

    with wx_cloud.acting_as(wx_users["bob"]):
        theirs, none = (client.get(f"/addresses/{one}") for one in (number, number + 1))
    assert (theirs.status_code, theirs.json()) == (none.status_code, none.json()) == (404, {"detail": "没有这个地址"})


def test_without_a_user_nothing_is_served(client):
    assert client.get("/addresses").status_code == 401
