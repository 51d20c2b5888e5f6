"""A scenario costs no message until something is asked in it, and is taken back whatever is asked first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.errors import DatabaseError

ADD = "await db.collection('one').add({ data: { _id: event.id } })"


def asked(cloud: WxCloud, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the messages that reach the worker from now on."""
    worker, kinds = cloud.node.worker(), []
    ask = worker.ask

    def listening(message: dict[str, Any], *rest: Any) -> Any:
        kinds.append(message["kind"])
        return ask(message, *rest)

    monkeypatch.setattr(worker, "ask", listening)
    return kinds


def test_a_scenario_without_use_costs_nothing(cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.db.seed({"one": [{"_id": "1"}]})
    kinds = asked(cloud, monkeypatch)
    with cloud.scenario(), cloud.scenario(), cloud.changes():
        pass
    assert kinds == []
    with cloud.scenario({"one": [{"_id": "2"}]}), cloud.scenario():
        pass
    assert kinds == ["command"]  # the seed; the way back travels with what is asked next
    assert cloud.db.dump() == {"one": [{"_id": "1"}]}


def test_calls_that_overlap_from_the_start(cloud) -> None:
    """Whichever comes first, everything that they add is taken back."""
    cloud.db.create_collection("one")

    async def together() -> None:
        code = {"code": ADD}
        calls = (cloud.acall("run-4.0.2", {**code, "id": str(n)}, caller=cloud.people["alice"]) for n in range(8))
        await asyncio.gather(*calls)

    for _ in range(5):
        with cloud.scenario():
            asyncio.run(together())
            assert cloud.db["one"].count_documents() == 8
        with cloud.scenario():  # they take the way back with them, and the first of them goes it
            asyncio.run(together())
            assert cloud.db["one"].count_documents() == 8
        assert cloud.db["one"].count_documents() == 0


def test_a_worker_that_dies_at_once(cloud) -> None:
    """A scenario begins before its first call, and that call's worker may be gone with it."""
    cloud.db.seed({"one": [{"_id": "1"}]})
    for code in (f"{ADD}; process.exit(1)", "process.exit(1)"):
        with cloud.scenario():
            cloud.call("run-4.0.2", {"code": code, "id": "2"}, caller=cloud.people["alice"])
            cloud.db["one"].insert_one({"_id": "3"})
        assert cloud.db.dump() == {"one": [{"_id": "1"}]}


def test_a_worker_that_dies_on_the_way_back(cloud) -> None:
    """Whether it went it or not, what comes next finds the scenario taken back, once."""
    cloud.db.seed({"one": [{"_id": "1"}]})
    for code in (f"{ADD}; process.exit(1)", "process.exit(1)"):
        with cloud.scenario({"one": [{"_id": "2"}]}):
            pass
        with cloud.scenario():
            cloud.call("run-4.0.2", {"code": code, "id": "3"}, caller=cloud.people["alice"])
            ids = [one["_id"] for one in cloud.db["one"].find()]
            assert ids == (["1", "3"] if "add" in code else ["1"])
        assert cloud.db.dump() == {"one": [{"_id": "1"}]}


def test_what_cannot_be_seeded_leaves_nothing(cloud) -> None:
    """A scenario that is refused is taken back as well."""
    cloud.db.seed({"one": [{"_id": "1"}]})
    with (
        pytest.raises(DatabaseError, match="E11000"),
        cloud.scenario({"two": [{}], "one": [{"_id": "2"}, {"_id": "1"}]}),
    ):
        pass
    assert cloud.db.dump() == {"one": [{"_id": "1"}]}
