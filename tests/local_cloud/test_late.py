"""What a function starts and does not await is served, refused and recorded like what it awaits."""

from __future__ import annotations

import threading
import time

import pytest

from pytest_wxcloud import WxCloud

from .conftest import outcome_of

SEND = "cloud.openapi.subscribeMessage.send({ touser: event.to })"
CALL = "cloud.callFunction({ name: 'run-4.0.2', data: { code: event.inner } })"
ADD = "db.collection('late').add({ data: { from: 'inside' } })"
ASKS = {
    "fetch": "fetch('https://api.example.com/v1', { method: 'POST', body: 'x' }).then((r) => r.json())",
    "https": "new Promise((done) => require('https').get('https://api.example.com/v1', (answer) => {"
    " let text = ''; answer.on('data', (part) => { text += part }).on('end', () => done(JSON.parse(text))) }))",
}


@pytest.fixture(autouse=True)
def nothing_left(cloud: WxCloud) -> None:
    """No test hears of what another one left."""
    cloud.settle()
    cloud.late.take_attempts()
    cloud.late.take_errors()
    cloud.db.create_collection("late")


def forget(cloud: WxCloud, code: str, **event: object) -> None:
    """A call that answers at once, and whatever it left under way."""
    assert outcome_of(cloud, "4.0.2", f"{code}; return 1", **event).result == 1
    cloud.settle()


def test_an_open_api(cloud: WxCloud, run) -> None:
    """It is answered, and recorded with who caused it, on every SDK."""
    cloud.openapi["subscribeMessage.send"] = {}
    assert run(f"{SEND}.then(() => db.collection('late').add({{ data: {{ sent: true }} }})); return 1", to="x") == 1
    cloud.settle()

    assert [(one.data, one.caller.user) for one in cloud.openapi.calls] == [({"touser": "x"}, cloud.people["alice"])]
    assert cloud.db["late"].count_documents({"sent": True}) == 1


def test_another_function(cloud: WxCloud) -> None:
    """It runs, as the one who called first, and so does what it leaves under way itself."""
    cloud.openapi["subscribeMessage.send"] = {}
    forget(cloud, CALL, inner=f"{SEND.replace('event.to', 'process.env.WX_OPENID')}; return {ADD}")

    assert [one.data for one in cloud.openapi.calls] == [{"touser": cloud.people["alice"].openid}]
    assert cloud.db["late"].count_documents() == 1


@pytest.mark.parametrize("request_", ASKS.values(), ids=ASKS)
def test_a_host(cloud: WxCloud, request_: str) -> None:
    """It is answered, and what follows is done."""
    cloud.http["api.example.com"] = {"temperature": 21}
    forget(cloud, f"{request_}.then((told) => db.collection('late').add({{ data: told }}))")

    assert [one.url for one in cloud.http.calls] == ["https://api.example.com/v1"]
    assert [one["temperature"] for one in cloud.db["late"].find()] == [21]


def test_many_one_after_the_other(cloud: WxCloud) -> None:
    """However long the chain is."""
    cloud.openapi["subscribeMessage.send"] = {}
    forget(cloud, f"(async () => {{ for (let i = 0; i < 30; i += 1) {{ await {SEND}; await {ADD} }} }})()", to="x")

    assert len(cloud.openapi.calls) == 30
    assert cloud.db["late"].count_documents() == 30


def test_a_later_call_waits_for_it(cloud: WxCloud) -> None:
    """A promise of an earlier call is answered while a later one awaits it, as in a warm instance."""
    cloud.openapi["subscribeMessage.send"] = {"sent": "x"}
    started = f"global.kept = new Promise((done) => setTimeout(done, 20)).then(() => {SEND}); return 1"
    assert outcome_of(cloud, "4.0.2", started, to="x").result == 1

    assert outcome_of(cloud, "4.0.2", "return global.kept").result["sent"] == "x"


REFUSED = {
    "an open API": (SEND, ["the open API subscribeMessage.send"]),
    "a host": (f"setImmediate(() => {ASKS['fetch']}.catch(() => {{}}))", ["a connection to api.example.com:443"]),
    "an open API of another function": (CALL, ["the open API subscribeMessage.send"]),
}


@pytest.mark.parametrize(("code", "said"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("allowed", [False, True])
def test_what_nobody_answers(cloud: WxCloud, code: str, said: list[str], allowed: bool) -> None:
    """It is refused, and told with the function's name and whether the call allowed it."""
    event = {"code": f"{code}; return 1", "to": "x", "inner": f"return t(() => {SEND})"}
    cloud.call("run-4.0.2", event, caller=cloud.people["alice"], allow_blocked=allowed)
    cloud.settle()
    attempts = cloud.late.take_attempts()

    assert [(str(one), one.function, one.allowed) for one in attempts] == [(said[0], "run-4.0.2", allowed)]


def test_a_mistake_of_what_answers(cloud: WxCloud) -> None:
    """It is raised where somebody waits, and once."""

    def broken(data: object) -> None:
        raise ZeroDivisionError("of the test's own")

    cloud.openapi["subscribeMessage.send"] = broken
    assert outcome_of(cloud, "4.0.2", f"{SEND}; return 1", to="x").result == 1
    with pytest.raises(ZeroDivisionError):
        cloud.settle()
    cloud.settle()


def test_what_answers_may_wait_itself(cloud: WxCloud) -> None:
    """Neither waits for the other."""
    cloud.openapi["subscribeMessage.send"] = lambda data: cloud.settle() or {}
    forget(cloud, SEND, to="x")

    assert len(cloud.openapi.calls) == 1


def fetch() -> None:
    import urllib.request

    urllib.request.urlopen("https://api.example.com/v1").read()


def in_a_thread(event: object, context: object) -> int:
    threading.Thread(target=lambda: (time.sleep(0.05), fetch())).start()
    return 1


def in_a_pool(event: object, context: object) -> int:
    from concurrent.futures import ThreadPoolExecutor

    ThreadPoolExecutor(1).submit(lambda: (time.sleep(0.05), fetch()))
    return 1


@pytest.mark.parametrize("function", [in_a_thread, in_a_pool])
def test_a_thread_of_a_python_function(cloud: WxCloud, function, monkeypatch) -> None:
    """Its requests are answered, recorded and refused like those of the function."""
    monkeypatch.setattr(threading, "excepthook", lambda told: None)
    cloud.http["api.example.com"] = {}
    assert cloud.call(function, caller=None).result == 1
    cloud.settle()
    assert [one.url for one in cloud.http.calls] == ["https://api.example.com/v1"]

    del cloud.http["api.example.com"]
    assert cloud.call(function, caller=None).result == 1
    cloud.settle()
    assert [(str(one), one.function) for one in cloud.late.take_attempts()] == [
        ("a name lookup of api.example.com", function.__name__)
    ]


def test_a_thread_without_an_end(cloud: WxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for once, and not for long; so are others that do the same."""
    monkeypatch.setattr("pytest_wxcloud.runtimes.late.MOMENT", 1.0)
    over = threading.Event()

    def endless(event: object, context: object) -> int:
        threading.Thread(target=over.wait).start()
        return 1

    took = []
    for _ in range(2):
        cloud.call(endless, caller=None)
        began = time.monotonic()
        cloud.settle()
        took.append(time.monotonic() - began)
    over.set()

    assert took[0] >= 1 > took[1]
    assert not cloud.late.underway


def test_threads_of_a_pool_are_not_waited_for(cloud: WxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go on when their work is done."""
    monkeypatch.setattr("pytest_wxcloud.runtimes.late.MOMENT", 4.0)
    assert cloud.call(in_a_pool, caller=None).result == 1
    began = time.monotonic()
    cloud.settle()

    assert time.monotonic() - began < 4


@pytest.mark.parametrize("delay", [0, 3, 20, 60])
def test_what_sleeps_for_a_moment(cloud: WxCloud, delay: int) -> None:
    """It is waited for, or it would land in the midst of another call; so is what it does after that."""
    twice = (
        f"const sleep = () => new Promise((done) => setTimeout(done, {delay})); sleep().then(() => {ADD}).then(sleep)"
    )
    forget(cloud, f"{twice}.then(() => {ADD})")

    assert cloud.db["late"].count_documents() == 2


def test_one_timer_after_the_other_is_waited_for_once(cloud: WxCloud) -> None:
    """There is no end to that: the next time a test goes on at once, and other functions are waited for as before."""
    ringing = "globalThis.rung = globalThis.rung || 0; const ring = () => { rung += 1; setTimeout(ring, 10) }; ring()"
    seen = []
    for code in (f"{ringing}; return rung", "return rung", "return rung"):
        seen.append(outcome_of(cloud, "3.0.4", code).result)
        cloud.settle()
    first, second, third = seen

    assert second - first > 5 * (third - second + 1)
    forget(cloud, f"setTimeout(() => {ADD}, 20)")
    assert cloud.db["late"].count_documents() == 1
