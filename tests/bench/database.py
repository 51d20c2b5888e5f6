"""What the local database costs: a call of it from a function, seeding, snapshots, and a whole property test."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_wxcloud import Project, WxCloud

from .figure import Figure
from .measure import FEW, NotMeasured, in_turns, run_process, seconds
from .suites import DEPENDENCIES, OURS, pytest_command

#: Answers how many milliseconds each of `event.times` database calls took, and the last answer.
CALLS = """
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
const todos = db.collection('todos')
const actions = {
  nothing: async () => ({}),
  get: () => todos.doc('7').get(),
  add: () => todos.add({ data: { text: 'milk', done: false } }),
  update: () => todos.doc('7').update({ data: { count: _.inc(1) } }),
  count: () => todos.where({ owner: 'o7' }).count(),
  aggregate: () => todos.aggregate().match({ owner: 'o7' }).group({ _id: '$owner', n: { $sum: 1 } }).end(),
  where: () => db.collection('many').where({ owner: 'o7' }).get(),
  all: () => db.collection('many').where({ owner: _.neq('') }).limit(1).count(),
}
exports.main = async ({ action, times }) => {
  let answer
  for (let i = 0; i < times; i += 1) answer = await actions[action]()
  return answer
}
"""
TIMES = 200
MANY = 10_000

TEST = """
import json
import pathlib
import time
from hypothesis import given, settings, strategies as st
from pytest_wxcloud import strategies as wx

def test_property(wx_cloud):
    @settings(max_examples=200, database=None, deadline=None)
    @given(st.integers(0, 2**32))
    def plain(number):
        pass

    @settings(max_examples=200, database=None, deadline=None)
    @given(people=wx.pairs("strangers"))
    def strangers(people):
        owner, stranger = people
        with wx_cloud.scenario({"todos": [{"_id": "7", "owner": owner.openid}]}) as db:
            wx_cloud.call("calls", {"action": "get", "times": 1}, caller=stranger)
            assert db["todos"].count_documents() == 1

    def taken(test):
        began = time.process_time(), time.perf_counter()
        test()
        return time.process_time() - began[0], time.perf_counter() - began[1]

    rounds = [(taken(plain), taken(strangers)) for _ in range(11)]
    pathlib.Path("rounds.json").write_text(json.dumps(rounds[1:]))
"""


def figures(folder: Path) -> Iterator[Figure]:
    """Each database call beside a bare echo through the same worker, then seeds, snapshots and a property test."""
    function = folder / "cloudfunctions" / "calls"
    function.mkdir(parents=True)
    (function / "index.js").write_text(CALLS, "utf-8")
    with WxCloud(Project(folder / "cloudfunctions")) as cloud, cloud.acting_as(cloud.people["alice"]):
        yield from _calls(cloud)
        yield from _seeds(cloud)
    yield from _property(folder)


def _document(number: int) -> dict[str, Any]:
    return {"_id": str(number), "owner": f"o{number}", "text": f"todo {number}", "done": False, "count": 0}


def _run(cloud: WxCloud, action: str, times: int) -> Any:
    return cloud.call("calls", {"action": action, "times": times}).result


def _calls(cloud: WxCloud) -> Iterator[Figure]:
    """A call is what a function that makes `TIMES` of them takes longer than one that makes none."""
    echo = functools.partial(cloud.node.worker().ask, {"kind": "echo", "payload": _document(7)}, 5)
    actions = ("get", "add", "update", "count", "aggregate")
    with cloud.scenario({"todos": [_document(number) for number in range(20)]}):
        if _run(cloud, "count", 1)["total"] != 1:
            raise NotMeasured("count did not find the one document")
        sides = [functools.partial(seconds, functools.partial(_repeat, echo, TIMES))]
        sides += [functools.partial(seconds, functools.partial(_run, cloud, action, TIMES)) for action in actions]
        rounds = in_turns(sides, FEW, warm=2)
    for i, action in enumerate(actions, 1):
        yield Figure(
            f"speed: {action} from a function / a bare echo", [row[0] / row[i] for row in rounds], 0.1, at_least=True
        )
    yield Figure("  get from a function", [1e6 * row[1] / TIMES for row in rounds], unit="µs")


def _seeds(cloud: WxCloud) -> Iterator[Figure]:
    documents = [_document(number) for number in range(MANY)]
    with cloud.scenario({"todos": documents[:100]}):
        # A scene in which nothing is asked costs nothing; so one with a count, less a count.
        acts = (_scene, _count, functools.partial(_run, action="get", times=TIMES))
        sides = [
            functools.partial(seconds, functools.partial(_repeat, functools.partial(act, cloud), TIMES))
            for act in acts[:2]
        ]
        sides.append(functools.partial(seconds, functools.partial(acts[2], cloud)))
        rounds = in_turns(sides, FEW, warm=2)
        yield Figure(
            "snapshot and restore of 100 documents / a get", [(scene - count) / get for scene, count, get in rounds], 1
        )
        call = functools.partial(seconds, functools.partial(_run, cloud, "get", 1))
        rounds = in_turns([functools.partial(seconds, functools.partial(_seed, cloud, documents)), call], FEW)
        yield Figure(f"seeding {MANY:,} documents / a call with one get", [seeded / one for seeded, one in rounds], 100)
    sizes = (MANY // 10, MANY)
    taken = []
    for size in sizes:
        with cloud.scenario({"many": documents[:size]}):
            taken.append([seconds(functools.partial(_run, cloud, "where", 10)) for _ in range(FEW)])
    yield Figure("where on one of 10,000 / on one of 1,000", [many / few for few, many in zip(*taken, strict=True)], 10)


def _scene(cloud: WxCloud) -> None:
    with cloud.scenario():
        _count(cloud)


def _count(cloud: WxCloud) -> None:
    cloud.db["todos"].count_documents()


def _seed(cloud: WxCloud, documents: list[dict[str, Any]]) -> None:
    with cloud.scenario({"many": documents}):
        pass


def _repeat(action: Callable[[], object], times: int) -> None:
    for _ in range(times):
        action()


def _property(folder: Path) -> Iterator[Figure]:
    (folder / "pytest.ini").write_text("[pytest]\nwxcloud_root = cloudfunctions\n", "utf-8")
    (folder / "test_property.py").write_text(TEST, "utf-8")
    run_process(pytest_command(plugins=(OURS, *DEPENDENCIES)), folder)
    rounds = json.loads((folder / "rounds.json").read_text("utf-8"))
    yield Figure(
        "property test: seed, call, look / integers(0, 2**32)", [whole[1] / plain[1] for plain, whole in rounds], 4
    )
    yield Figure("  the same in processor time of the test", [whole[0] / plain[0] for plain, whole in rounds])
    yield Figure("  an example of it", [1e6 * whole[1] / 200 for _, whole in rounds], unit="µs")
