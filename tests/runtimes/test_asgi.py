"""ASGI apps: how they are asked, their lifespan, and those that do not come to an end."""

import asyncio
import contextlib
import gc
import json
import sqlite3
import threading
import time

import pytest

from pytest_wxcloud import CrashedError, Decision, LoadError, WxCloud
from pytest_wxcloud.outcome import Failure


def answering(view):
    """An app that answers the JSON of what `view` makes of scope and body; it knows no lifespan."""

    async def application(scope, receive, send):
        assert scope["type"] == "http"
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(await view(scope, body)).encode()})

    return application


async def openids(scope, body):
    return [value.decode() for name, value in scope["headers"] if name == b"x-wx-openid"]


async def well(scope, body):
    return "well"


@pytest.fixture
def alice(cloud):
    return cloud.people["alice"]


@pytest.fixture
def bob(cloud):
    return cloud.people["bob"]


WAYS = ["request", "arequest", "request below a loop"]


@pytest.fixture(params=WAYS)
def ask(request, cloud, alice):
    """Ask an app as alice, in each way in which one can."""

    def ask(app, method="GET", path="/", **how):
        web = cloud.app(app)
        how = {"caller": alice, **how}

        async def below():
            return web.request(method, path, **how)

        if request.param == "request":
            return web.request(method, path, **how)
        return asyncio.run(web.arequest(method, path, **how) if request.param == "arequest" else below())

    return ask


def test_the_scope(ask, alice):
    """The app finds the request as a server hands it on, and its caller in the headers."""

    async def view(scope, body):
        shown = {name: scope[name] for name in ("type", "method", "path", "root_path", "scheme", "asgi")}
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        return [shown, scope["raw_path"].decode(), scope["query_string"].decode(), headers, body.decode()]

    shown, raw_path, query, headers, body = ask(answering(view), "put", "/小/b c?q=1", json={"a": 1}).result

    assert shown == {
        "type": "http", "method": "PUT", "path": "/小/b c", "root_path": "", "scheme": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip
    assert (raw_path, query, body) == ("/%E5%B0%8F/b%20c", "q=1", '{"a": 1}')
    assert headers["x-wx-openid"] == alice.openid
    assert headers["content-type"] == "application/json"
    assert headers["content-length"] == "8"
    assert headers["host"] == "localhost"


def test_variants_and_duplicates_of_a_header_arrive(ask, alice):
    """What could smuggle an identity reaches the app as it was sent: other spellings, and a name that comes twice."""

    async def view(scope, body):
        return [(name.decode(), value.decode()) for name, value in scope["headers"] if b"openid" in name]

    app = answering(view)
    assert ask(app, headers={"x_wx_openid": "forged"}).result == [
        ["x-wx-openid", alice.openid],
        ["x_wx_openid", "forged"],
    ]
    twice = [("X-WX-OPENID", alice.openid), ("X-WX-OPENID", "forged")]
    assert ask(app, headers=twice).result == [["x-wx-openid", alice.openid], ["x-wx-openid", "forged"]]


def test_many_overlap_in_one_loop(cloud):
    """Requests that overlap in one event loop each have their own caller, before and after any await."""
    people = [cloud.people[f"person{number}"] for number in range(50)]

    async def main():
        arrived = []
        all_there = asyncio.Event()

        async def view(scope, body):
            arrived.append(await openids(scope, body))
            if len(arrived) == len(people):
                all_there.set()
            await all_there.wait()
            return await openids(scope, body)

        app = cloud.app(answering(view))
        return await asyncio.gather(*(app.arequest("GET", "/", caller=one) for one in people))

    assert [outcome.result for outcome in asyncio.run(main())] == [[one.openid] for one in people]


def test_work_is_completed_in_the_loop_of_the_app(cloud, alice):
    """One lifespan and one loop for requests that are made plainly, and for those that overlap: a pool is of one loop."""
    loops, started = [], []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            started.append(asyncio.get_running_loop())
        loops.append(asyncio.get_running_loop())
        await answering(openids)(scope, receive, send)

    asked = cloud.app(app)

    async def two():
        return await asyncio.gather(*(asked.arequest("GET", "/", caller=alice) for _ in range(2)))

    asked.request("GET", "/", caller=alice)
    assert [outcome.result for outcome in asked.complete(two())] == [[alice.openid]] * 2
    asked.request("GET", "/", caller=alice)

    assert len(started) == 1
    assert {*loops} == {*started}


def test_two_overlap_in_threads(cloud, alice, bob):
    """Synchronous requests overlap in threads, each in an event loop of its own."""
    together = threading.Barrier(2)

    async def view(scope, body):
        await asyncio.to_thread(together.wait, 10)
        return await openids(scope, body)

    app = cloud.app(answering(view))
    answers = {}

    def work(one):
        answers[one] = app.request("GET", "/", caller=one).result

    threads = [threading.Thread(target=work, args=(one,)) for one in (alice, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == {one: [one.openid] for one in (alice, bob)}


def test_a_request_runs_on_the_thread_of_its_test(cloud, alice):
    """A database connection that a test opened can be used, though it belongs to its thread."""
    connection = sqlite3.connect(":memory:")

    async def view(scope, body):
        return connection.execute("SELECT 1").fetchone()

    assert cloud.app(answering(view)).request("GET", "/", caller=alice).result == [1]
    connection.close()


# Answers


def test_streams_and_disconnects(ask):
    """An answer may come in pieces, and whoever waits for the client to go finds that it does, after the answer."""
    told = []

    async def application(scope, receive, send):
        if scope["type"] == "lifespan":
            raise NotImplementedError
        await receive()

        async def listen():
            told.append((await receive())["type"])

        listening = asyncio.create_task(listen())
        await send({"type": "http.response.start", "status": 201})
        for part in (b"a", b"b"):
            await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        assert told == []
        await send({"type": "http.response.body"})
        await listening

    outcome = ask(application)
    assert (outcome.status, outcome.text) == (201, "ab")
    assert told == ["http.disconnect"]


def test_work_after_the_answer_is_done_and_its_failure_told(ask):
    """Background work belongs to the request; when it fails the client has its answer all the same."""

    def app(work):
        async def application(scope, receive, send):
            if scope["type"] == "lifespan":
                raise NotImplementedError
            await answering(well)(scope, receive, send)
            await asyncio.sleep(0)
            work()

        return application

    done = []
    assert ask(app(lambda: done.append(True))).result == "well"
    assert done == [True]
    outcome = ask(app(lambda: 1 / 0))
    assert outcome.allowed
    assert "Raised after the answer" in outcome.logs[0].text
    assert "ZeroDivisionError" in outcome.logs[0].text


async def raises(scope, receive, send):
    assert scope["type"] == "http"
    raise ZeroDivisionError


async def raises_midway(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"a", "more_body": True})
    raise ZeroDivisionError


async def says_nothing(scope, receive, send):
    assert scope["type"] == "http"


async def ends_nothing(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200})


async def begins_with_the_body(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.body", "body": b""})


async def goes_on(scope, receive, send):
    await answering(well)(scope, receive, send)
    await send({"type": "http.response.body", "body": b""})


async def speaks_otherwise(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "websocket.accept"})


async def cancels(scope, receive, send):
    assert scope["type"] == "http"
    raise asyncio.CancelledError


MISTAKES = {
    raises: "ZeroDivisionError",
    raises_midway: "ZeroDivisionError",
    says_nothing: "answered nothing",
    ends_nothing: "did not end its answer",
    begins_with_the_body: "out of order",
    speaks_otherwise: "'websocket.accept', which is no part of an answer",
    cancels: "CancelledError",
}


@pytest.mark.parametrize(("application", "told"), MISTAKES.items(), ids=[app.__name__ for app in MISTAKES])
def test_an_app_that_fails_crashes(ask, application, told):
    """What an app raises is a crash, told with its own stack, and neither allowed nor denied."""
    outcome = ask(application)

    assert outcome.decision is Decision.CRASH
    with pytest.raises(CrashedError) as caught:
        _ = outcome.denied
    assert told in str(caught.value)
    assert "pytest_wxcloud" not in outcome.error.stack


def test_an_app_that_goes_on_after_its_answer(ask):
    """The client has its answer, and the mistake is told."""
    outcome = ask(goes_on)

    assert outcome.result == "well"
    assert "once its answer was complete" in outcome.logs[0].text


# Time


async def waits(scope, body):
    await asyncio.sleep(3600)


async def waits_for_nothing(scope, body):
    await asyncio.Event().wait()


async def works(scope, body):
    while True:
        pass


async def blocks(scope, body):
    time.sleep(3600)


async def swallows(scope, body):
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(3600)
    await asyncio.sleep(3600)


@pytest.mark.parametrize("view", [waits, waits_for_nothing, works, blocks, swallows])
@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("way", ["request", "arequest"])
def test_an_app_that_never_answers(cloud, alice, view, frozen, way):
    """Is a crash once its time is over, by the real clock, and the next request is as good as any."""
    import freezegun

    web = cloud.app(answering(view))

    async def main():
        # Made before time stands still: a loop that is closed under a clock that is not its own never ends.
        with freezegun.freeze_time("2025-01-01") if frozen else contextlib.nullcontext():
            late = await web.arequest("GET", "/", caller=alice, time_limit=0.1)
        return late, await cloud.app(answering(well)).arequest("GET", "/", caller=alice)

    if way == "arequest":
        outcome, next_one = asyncio.run(main())
    else:
        with freezegun.freeze_time("2025-01-01") if frozen else contextlib.nullcontext():
            outcome = web.request("GET", "/", caller=alice, time_limit=0.1)
            next_one = cloud.app(answering(well)).request("GET", "/", caller=alice)

    assert outcome.error.failure is Failure.TIME_LIMIT
    assert "did not answer within 0.1 seconds" in str(outcome)
    assert next_one.result == "well"


@pytest.mark.parametrize("view", [waits, works])
def test_an_app_that_never_answers_in_another_thread(cloud, alice, view):
    """Elsewhere than on the main thread too."""
    outcomes = []
    app = cloud.app(answering(view))
    thread = threading.Thread(target=lambda: outcomes.append(app.request("GET", "/", caller=alice, time_limit=0.1)))
    thread.start()
    thread.join(20)

    assert outcomes[0].error.failure is Failure.TIME_LIMIT


def test_a_request_that_is_cancelled(cloud, alice):
    """Cancelling the task of a request cancels the app, and is no outcome."""

    async def main():
        seen = []
        begun = asyncio.Event()

        async def view(scope, body):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                seen.append("ended")

        task = asyncio.create_task(cloud.app(answering(view)).arequest("GET", "/", caller=alice))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        return seen

    assert asyncio.run(main()) == ["ended"]


# Lifespan


def living(seen, **how):
    """An app that tells what it is asked to do in its lifespan, and fails or hangs where `how` says."""

    async def application(scope, receive, send):
        if scope["type"] == "http":
            return await answering(view)(scope, receive, send)
        for phase in ("startup", "shutdown"):
            message = await receive()
            seen.append((message["type"], asyncio.get_running_loop()))
            scope["state"]["pool"] = "open"
            if how.get(phase) == "hangs":
                await asyncio.Event().wait()
            elif how.get(phase) == "fails":
                return await send({"type": f"lifespan.{phase}.failed", "message": "no database"})
            elif how.get(phase) == "raises":
                raise ValueError("no database")
            await send({"type": f"lifespan.{phase}.complete"})
        return None

    async def view(scope, body):
        seen.append(("request", asyncio.get_running_loop()))
        return scope["state"]["pool"]

    return application


def test_an_app_lives_from_its_first_request_to_the_end(project_folder):
    """An app is started up once, in the loop of its requests, with a state for them, and shut down with the harness."""
    seen = []
    with WxCloud(project_folder.project) as cloud:
        web = cloud.app(living(seen))
        assert seen == []
        assert [web.request("GET", "/", caller=None).result for _ in range(2)] == ["open", "open"]
        assert [what for what, _ in seen] == ["lifespan.startup", "request", "request"]

    assert [what for what, _ in seen[3:]] == ["lifespan.shutdown"]
    assert len({loop for _, loop in seen}) == 1
    assert seen[0][1].is_closed()


def test_an_app_of_a_scene_ends_with_it(cloud, alice):
    """What a test or a scenario brings along is shut down when that is over; a with block does it sooner."""
    seen, others = [], []
    with cloud.scene():
        cloud.app(living(seen)).request("GET", "/", caller=alice)
        with cloud.app(living(others)):
            assert [what for what, _ in others] == ["lifespan.startup"]
        assert [what for what, _ in others] == ["lifespan.startup", "lifespan.shutdown"]
        assert len(seen) == 2

    assert [what for what, _ in seen] == ["lifespan.startup", "request", "lifespan.shutdown"]
    assert len(others) == 2


def test_an_app_that_outlives_its_scene_starts_again(cloud, alice):
    """An app that is asked again after it was shut down is started up again, and shut down with the next scene."""
    seen = []
    with cloud.scene():
        web = cloud.app(living(seen))
    for _ in range(2):
        seen.clear()
        with cloud.scene():
            web.request("GET", "/", caller=alice)
        assert [what for what, _ in seen] == ["lifespan.startup", "request", "lifespan.shutdown"]


def test_an_app_of_a_wider_scene_outlives_narrower_ones(project_folder):
    """A wider fixture's app is started up once for all examples of a property."""
    seen = []
    with WxCloud(project_folder.project) as cloud:
        everywhere = cloud.app(living(seen))
        with cloud.scene():
            here = cloud.app(living(seen))
            for _ in range(2):
                with cloud.scene():
                    everywhere.request("GET", "/", caller=None)
                    here.request("GET", "/", caller=None)
            assert [what for what, _ in seen] == ["lifespan.startup", "request"] * 2 + ["request"] * 2
        assert [what for what, _ in seen[6:]] == ["lifespan.shutdown"]

    assert [what for what, _ in seen[7:]] == ["lifespan.shutdown"]


def test_an_app_in_somebody_elses_loop_ends_with_that(cloud, alice):
    """In each loop it is started up once, however many ask at once, and shut down as the loop is closed."""
    seen = []
    web = cloud.app(living(seen))

    async def main():
        requests = (web.arequest("GET", "/", caller=alice) for _ in range(3))
        return [outcome.result for outcome in await asyncio.gather(*requests)]

    for _ in range(2):
        seen.clear()
        assert asyncio.run(main()) == ["open"] * 3
        assert [what for what, _ in seen] == ["lifespan.startup", *["request"] * 3, "lifespan.shutdown"]


LIFESPANS = {
    "startup fails": ({"startup": "fails"}, "failed in the startup of its lifespan.\nno database"),
    "startup raises": ({"startup": "raises"}, "ValueError: no database"),
    "startup hangs": ({"startup": "hangs"}, "did not end the startup of its lifespan within 0.5 seconds"),
}


@pytest.mark.parametrize(("how", "told"), LIFESPANS.values(), ids=LIFESPANS)
@pytest.mark.parametrize("way", ["request", "arequest"])
@pytest.mark.parametrize("frozen", [False, True])
def test_an_app_that_does_not_start(new_cloud, how, told, way, frozen):
    """A failure of the startup is told, each time it is tried, and there is no outcome."""
    import freezegun

    cloud = new_cloud(time_limit=0.5 if "hangs" in how.values() else 60)
    web = cloud.app(living([], **how))

    async def ask():
        await web.arequest("GET", "/", caller=None)

    for _ in range(2):
        clock = freezegun.freeze_time("2025-01-01") if frozen else contextlib.nullcontext()
        with clock, pytest.raises(LoadError) as caught:
            asyncio.run(ask()) if way == "arequest" else web.request("GET", "/", caller=None)
        assert told in str(caught.value)
        assert "'application'" in str(caught.value)
        assert "pytest_wxcloud/runtimes" not in str(caught.value)


ENDINGS = {
    "fails": "failed in the shutdown of its lifespan.\nno database",
    "raises": "ValueError: no database",
    "hangs": "did not end the shutdown of its lifespan within 2 seconds",
}


@pytest.mark.parametrize(("how", "told"), ENDINGS.items(), ids=ENDINGS)
def test_an_app_that_does_not_end(new_cloud, how, told):
    """A failure of the shutdown is told where the app is shut down."""
    cloud = new_cloud(time_limit=2 if how == "hangs" else 60)
    with pytest.raises(LoadError) as caught, cloud.app(living([], shutdown=how)) as web:
        assert web.request("GET", "/", caller=None).result == "open"

    assert told in str(caught.value)


def test_no_loop_is_left_open(cloud, alice, recwarn):
    """Hundreds of apps of as many tests leave no event loop behind."""
    for _ in range(300):
        with cloud.scene():
            assert cloud.app(answering(well)).request("GET", "/", caller=alice).result == "well"
    gc.collect()

    assert [str(warning.message) for warning in recwarn] == []


# Frameworks


@pytest.fixture
def fastapi():
    return pytest.importorskip("fastapi")


def test_fastapi(fastapi, ask, alice):
    """FastAPI: a missing identity, a route that is not there, and an error in a view that is not async."""
    app = fastapi.FastAPI()

    @app.get("/todos/{id}")
    def todo(id: int, x_wx_openid: str = fastapi.Header()):
        if id == 0:
            raise fastapi.HTTPException(404)
        return {"id": id, "owner": x_wx_openid, "share": 1 / (id - 1)}

    assert ask(app, path="/todos/2").result == {"id": 2, "owner": alice.openid, "share": 1.0}
    assert ask(app, path="/todos/2", caller=None).denied
    assert ask(app, path="/todos/0").denied
    assert ask(app, path="/todo/0").decision is Decision.CRASH
    with pytest.raises(CrashedError, match="1 / \\(id - 1\\)"):
        _ = ask(app, path="/todos/1").denied


def test_starlettes_background_tasks_and_lifespan(fastapi, ask):
    """A background task has run when the outcome is there, and the lifespan's state is at hand."""
    done = []

    @contextlib.asynccontextmanager
    async def lifespan(app):
        yield {"greeting": "hello"}

    app = fastapi.FastAPI(lifespan=lifespan)

    @app.post("/")
    async def work(request: fastapi.Request, tasks: fastapi.BackgroundTasks):
        tasks.add_task(done.append, 1)
        return request.state.greeting

    app.add_api_route("/", work, methods=["POST"])
    assert ask(app, "POST").result == "hello"
    assert done == [1]


def test_a_failing_lifespan_of_starlette(fastapi, cloud, alice):
    """What is raised in a lifespan is told with its line."""

    @contextlib.asynccontextmanager
    async def lifespan(app):
        raise RuntimeError("no database")
        yield

    with pytest.raises(LoadError) as caught:
        cloud.app(fastapi.FastAPI(lifespan=lifespan)).request("GET", "/", caller=alice)

    assert "test_asgi.py" in str(caught.value)
    assert "RuntimeError: no database" in str(caught.value)
