"""WSGI apps: how they are found, asked as anyone, and what becomes of their answers."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import os
import signal
import sys
import threading
import time

import pytest

from pytest_wxcloud import CrashedError, Decision, HttpOutcome, LoadError, NoIdentityError, Principal
from pytest_wxcloud.errors import InvalidRequestError
from pytest_wxcloud.outcome import Failure
from pytest_wxcloud.runtimes.error_log import ErrorLog


def answering(view):
    """An app that answers the JSON of what `view` makes of the environ, or what it says itself."""

    def application(environ, start_response):
        said = view(environ)
        status, headers, body = said if isinstance(said, tuple) else ("200 OK", [], json.dumps(said).encode())
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [body]

    return application


def identity(environ):
    """The headers of the platform, as the app finds them."""
    return {name: value for name, value in environ.items() if name.startswith("HTTP_X_")}


@pytest.fixture
def alice(cloud):
    return cloud.people["alice"]


@pytest.fixture
def ask(cloud, alice):
    """Ask an app made of a view, as alice."""

    def ask(view, method="GET", path="/", **how) -> HttpOutcome:
        return cloud.app(answering(view)).request(method, path, **{"caller": alice, **how})

    return ask


# Who asks


def test_the_caller_is_in_the_headers_and_nowhere_else(cloud, alice, ask):
    """The platform's headers tell who asks; what tells a function is not there, whoever acts around the request."""
    with cloud.acting_as(cloud.people["bob"]):
        outcome = ask(lambda environ: [identity(environ), [name for name in os.environ if name.startswith("WX_")]])

    headers, variables = outcome.result
    assert headers["HTTP_X_WX_OPENID"] == alice.openid
    assert headers["HTTP_X_WX_APPID"] == alice.app.appid
    assert headers["HTTP_X_WX_SOURCE"] == "wx_client"
    assert "HTTP_X_WX_UNIONID" not in headers
    assert variables == []


def test_nobody_and_others_ask_too(cloud, alice, ask):
    """None is nobody, a principal says everything, and without a caller it is whoever acts."""
    assert "HTTP_X_WX_OPENID" not in ask(identity, caller=None).result
    shown = Principal(alice, "resource_sharing", shows_unionid=True)
    assert ask(identity, caller=shown).result["HTTP_X_WX_FROM_UNIONID"] == alice.unionid
    with cloud.acting_as(alice):
        assert cloud.app(answering(identity)).request("GET", "/").result["HTTP_X_WX_OPENID"] == alice.openid
    with pytest.raises(NoIdentityError, match="GET /todos"):
        cloud.app(answering(identity)).request("GET", "/todos")


def test_what_is_set_by_hand_wins_and_is_told(ask):
    """A header of the platform's that a test sets is sent as it is, one set to None is not sent, and both are told."""
    outcome = ask(identity, headers={"x-wx-openid": "mine", "X-WX-Source": None})

    assert outcome.result["HTTP_X_WX_OPENID"] == "mine"
    assert "HTTP_X_WX_SOURCE" not in outcome.result
    assert outcome.by_hand == {"X-WX-OPENID": "mine", "X-WX-SOURCE": None}
    assert "called by alice, X-WX-OPENID set by hand to 'mine'" in str(outcome)


def test_headers_arrive_as_a_server_passes_them_on(alice, ask):
    """A header that comes twice is joined, and one with an underscore, which would pass for another, is dropped."""
    headers = [("x_wx_openid", "forged"), ("X-Tag", "a"), ("X-Tag", "b")]
    found = ask(identity, headers=headers).result

    assert found["HTTP_X_WX_OPENID"] == alice.openid
    assert found["HTTP_X_TAG"] == "a,b"


def test_two_who_overlap_in_threads(cloud):
    """Requests that overlap in threads, and in one event loop, each have their own caller."""
    together = threading.Barrier(2)

    def view(environ):
        together.wait(10)
        return environ["HTTP_X_WX_OPENID"]

    async def overlapping():
        app = cloud.app(answering(view))
        return await asyncio.gather(*(app.arequest("GET", "/", caller=one) for one in people))

    people = [cloud.people["alice"], cloud.people["bob"]]
    assert [outcome.result for outcome in asyncio.run(overlapping())] == [one.openid for one in people]


# What is asked


def seen(environ):
    body = environ["wsgi.input"].read().decode()
    names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH")
    return [*(environ.get(name) for name in names), body]


REQUESTS = {
    "nothing": ({}, [None, None, ""]),
    "json": ({"json": {"名": [1, None]}}, ["application/json", "18", '{"名": [1, null]}']),
    "json null": ({"json": None}, ["application/json", "4", "null"]),
    "a form": ({"form": {"a": "1 2", "b": ["x", "y"]}}, ["application/x-www-form-urlencoded", "13", "a=1+2&b=x&b=y"]),
    "a body": ({"body": "<xml/>", "headers": {"Content-Type": "text/xml"}}, ["text/xml", "6", "<xml/>"]),
}


@pytest.mark.parametrize(("how", "arrives"), REQUESTS.values(), ids=REQUESTS)
def test_bodies(ask, how, arrives):
    """Each kind of body arrives as a client sends it."""
    assert ask(seen, "post", "/", **how).result == ["POST", "/", "", *arrives]


def test_path_and_query(ask):
    """A path holds any character, and a query comes from the path, from `query`, or from both."""
    _, path, query, *_ = ask(seen, path="/待办/a b%2Fc?x=1&y=é", query={"z": [1, "&"]}).result

    assert path.encode("latin-1").decode() == "/待办/a b/c"
    assert query == "x=1&y=%C3%A9&z=1&z=%26"


def test_files(ask):
    """Files are sent as a browser sends a form, with the fields beside them."""
    files = {"text": "hello", "photo": ("我.png", b"\x89PNG"), "raw": ("a", b"x", "a/b")}
    *_, kind, _length, body = ask(seen_bytes, "POST", form={"title": "T"}, files=files).result

    assert kind == "multipart/form-data; boundary=wxcloud-boundary"
    parts = body.split("--wxcloud-boundary")[1:]
    assert 'name="title"\r\n\r\nT\r\n' in parts[0]
    assert 'name="text"; filename="text"\r\nContent-Type: application/octet-stream\r\n\r\nhello\r\n' in parts[1]
    assert 'filename="æ\x88\x91.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n' in parts[2]
    assert "Content-Type: a/b" in parts[3]
    assert parts[4] == "--\r\n"


def seen_bytes(environ):
    return [environ.get("CONTENT_TYPE"), environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read().decode("latin-1")]


IMPOSSIBLE = {
    "no method": (("/todos", "/todos"), {}, "begins with its method"),
    "no slash": (("GET", "todos"), {}, "begins with a slash"),
    "two bodies": (("POST", "/"), {"json": 1, "form": {}}, "this has json and form or files"),
    "no JSON": (("POST", "/"), {"json": {1, 2}}, "is not JSON"),
    "a query that is none": (("GET", "/"), {"query": "a=1"}, "query is a dict"),
    "a header of two lines": (("GET", "/"), {"headers": {"A": "b\r\nX-WX-OPENID: c"}}, "one line"),
    "a header in Chinese": (("GET", "/"), {"headers": {"A": "甲"}}, "Percent-encode"),
    "a file that is none": (("POST", "/"), {"files": {"a": 1}}, r"files\['a'\] is content"),
}


@pytest.mark.parametrize(("request_", "how", "told"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_request_that_nobody_could_send(ask, request_, how, told):
    """Is told where it is written, before the app sees anything."""
    with pytest.raises(InvalidRequestError, match=told):
        ask(lambda environ: pytest.fail("it was sent"), *request_, **how)


# What is answered


ANSWERS = {
    "JSON": (("200 OK", [], b'{"a": 1}'), {"a": 1}, Decision.ALLOW),
    "JSON that refuses": (("200 OK", [], b'{"code": 403}'), {"code": 403}, Decision.DENY),
    "nothing": (("204 No Content", [], b""), None, Decision.ALLOW),
    "JSON that is none": (("200 OK", [], b"{oh"), "{oh", Decision.ALLOW),
    "unauthorized": (("401 Unauthorized", [], b""), None, Decision.DENY),
    "forbidden": (("403 Forbidden", [], b'"no"'), "no", Decision.DENY),
    "not found": (("404 Not Found", [], b""), None, Decision.DENY),
    "invalid": (("422 Unprocessable", [], b"[]"), [], Decision.DENY),
    "method not allowed": (("405 No", [("Allow", "GET, PUT")], b""), None, Decision.CRASH),
    "no CSRF token": (("403 Forbidden", [], b'{"detail":"CSRF Failed"}'), {"detail": "CSRF Failed"}, Decision.CRASH),
    "a server error": (("503 Busy", [], b'{"code": 0}'), {"code": 0}, Decision.CRASH),
    "moved on": (("303 See Other", [("Location", "/todos/2")], b""), None, Decision.ALLOW),
    "to log in": (("302 Found", [("Location", "/accounts/login/?next=/")], b""), None, Decision.DENY),
    "to the same with a slash": (("301 Moved", [("Location", "http://localhost/a/")], b""), None, Decision.CRASH),
}


@pytest.mark.parametrize(("said", "value", "decision"), ANSWERS.values(), ids=ANSWERS)
def test_answers(ask, said, value, decision):
    """The status decides, and where it says yes the body does, as for functions."""
    outcome = ask(lambda environ: said, path="/a")

    assert outcome.status == int(said[0][:3])
    assert outcome.value == value
    assert outcome.text == said[2].decode()
    assert outcome.decision is decision


def test_why_nothing_was_decided(ask):
    """A crash that is no error says what became of the request."""
    with pytest.raises(CrashedError, match=r"It allows: GET, PUT") as caught:
        _ = ask(lambda environ: ANSWERS["method not allowed"][0]).denied

    assert caught.value.outcome.status == 405


def test_the_rule_can_be_replaced(ask):
    """`decide` judges one request; it sees the whole outcome."""
    assert ask(lambda environ: ANSWERS["not found"][0], decide=lambda outcome: Decision.ALLOW).allowed


def test_headers_and_texts(ask):
    """Headers are found in any case, one that comes twice is listed; text follows the charset, json any type."""
    said = ("200 OK", [("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Content-Type", "text/plain; charset=gbk")], b"")
    outcome = ask(lambda environ: said)
    assert outcome.headers["SET-COOKIE"] == "a=1"
    assert outcome.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert outcome.headers["X-None"] is None
    plain = ask(lambda environ: ("200 OK", [], b"[1]"))
    assert plain.json == [1]
    with pytest.raises(CrashedError, match="answered no JSON"):
        _ = outcome.json


def test_a_streaming_body_and_write(cloud, alice):
    """A body comes in pieces, from a generator or through write(), and is closed when it is over."""
    closed = []

    class Body:
        def __iter__(self):
            yield from (b"b", b"c")

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])(b"a")
        return Body()

    def lazily(environ, start_response):
        start_response("200 OK", [])
        yield b"later"

    assert cloud.app(application).request("GET", "/", caller=alice).text == "abc"
    assert closed == [True]
    assert cloud.app(lazily).request("GET", "/", caller=alice).text == "later"
    assert cloud.app(application).request("HEAD", "/", caller=alice).text == ""


MISTAKES = {
    "raises": (lambda environ, start: 1 / 0, "ZeroDivisionError: division by zero"),
    "answers text": (lambda environ, start: start("200 OK", []) and ["text"], "answers bytes, not str"),
    "starts nothing": (lambda environ, start: [b"x"], "before it called start_response"),
    "answers None": (lambda environ, start: None, "TypeError"),
    "a bare status": (lambda environ, start: start(200, []) and [], "and not like '200 OK'"),
    "starts twice": (lambda environ, start: [start("200 OK", []), start("200 OK", [])], "called twice"),
    "ends": (lambda environ, start: sys.exit(3), "SystemExit"),
}


@pytest.mark.parametrize(("application", "told"), MISTAKES.values(), ids=MISTAKES)
def test_an_app_that_fails_crashes(cloud, alice, application, told):
    """What an app raises is a crash, told with its own stack, and neither allowed nor denied."""
    outcome = cloud.app(application).request("GET", "/", caller=alice)

    assert outcome.decision is Decision.CRASH
    with pytest.raises(CrashedError) as caught:
        _ = outcome.denied
    assert told in str(caught.value)
    assert "pytest_wxcloud" not in outcome.error.stack


def test_the_error_stream_is_kept(cloud, alice):
    """What an app writes to its server's error stream is in the logs."""

    def application(environ, start_response):
        environ["wsgi.errors"].write("oh no\n")
        start_response("500 Oh", [])
        return []

    outcome = cloud.app(application).request("GET", "/", caller=alice)
    assert [(line.stream, line.text) for line in outcome.logs] == [("stderr", "oh no\n")]


# Time


def forever(environ):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def asleep(environ):
    time.sleep(3600)


def locked(environ):
    threading.Event().wait()


@pytest.mark.parametrize("view", [forever, asleep, locked])
@pytest.mark.parametrize("frozen", [False, True])
def test_an_app_that_never_answers(cloud, ask, view, frozen):
    """Is a crash once its time is over, by the real clock, and the next request is as good as any."""
    import freezegun

    if frozen:
        with freezegun.freeze_time("2025-01-01"):
            outcome = ask(view, time_limit=0.1)
    else:
        outcome = ask(view, time_limit=0.1)

    assert outcome.error.failure is Failure.TIME_LIMIT
    assert outcome.decision is Decision.CRASH
    assert "did not answer within 0.1 seconds" in str(outcome)
    assert ask(lambda environ: "well").result == "well"


#: There no traced thread gets past a call while an exception is on its way to one that waits inside the system.
not_traced = pytest.mark.skipif(
    sys.version_info[:2] == (3, 11) and sys.gettrace() is not None, reason="Python 3.11 hangs when it is traced"
)


def asleep_for_long(environ):
    time.sleep(2)


TEST_IS_OVER = threading.Event()


def locked_for_long(environ):
    TEST_IS_OVER.wait()


@pytest.fixture
def no_thread_stays():
    """What waits for long comes to its end with the test: until then Python 3.11 hangs where anything is traced."""
    TEST_IS_OVER.clear()
    yield
    TEST_IS_OVER.set()
    for thread in threading.enumerate():
        if thread.name == "GET /":
            thread.join(20)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    "view",
    [forever, pytest.param(asleep_for_long, marks=not_traced), pytest.param(locked_for_long, marks=not_traced)],
)
def test_an_app_that_never_answers_holds_up_no_event_loop(cloud, alice, view, no_thread_stays):
    """The same for arequest, while others are answered."""

    async def ask():
        late = asyncio.create_task(cloud.app(answering(view)).arequest("GET", "/", caller=alice, time_limit=0.1))
        well = await cloud.app(answering(lambda environ: "well")).arequest("GET", "/", caller=alice)
        return well, await late

    well, late = asyncio.run(ask())
    assert well.result == "well"
    assert late.error.failure is Failure.TIME_LIMIT


def test_an_app_that_never_answers_in_another_thread(ask):
    """Elsewhere than on the main thread Python code is interrupted too."""
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(ask(forever, time_limit=0.1)))
    thread.start()
    thread.join(20)

    assert outcomes[0].error.failure is Failure.TIME_LIMIT


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="this system has no alarm")
def test_other_peoples_alarms_still_ring(ask):
    """A time limit leaves the signal that it uses to its owner, during a request and after it."""
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    try:
        assert ask(lambda environ: signal.raise_signal(signal.SIGALRM)).result is None
        assert rung == [True]
        assert ask(asleep, time_limit=0.05).error.failure is Failure.TIME_LIMIT
        signal.raise_signal(signal.SIGALRM)
        assert rung == [True, True]
    finally:
        signal.signal(signal.SIGALRM, before)


# Where apps come from


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module that can be imported during the test."""

    def write(text):
        name = f"wxcloud_web_{len(list(tmp_path.glob('wxcloud_web_*')))}_{abs(hash(str(tmp_path)))}"
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
        return name

    monkeypatch.syspath_prepend(tmp_path)
    return write


APP = "def application(environ, start_response):\n    start_response('200 OK', [])\n    return [b'found']\n"


@pytest.mark.parametrize("suffix", ["", ":application", ":make()", ":holder.app"])
def test_an_app_by_its_path(cloud, alice, module, suffix):
    """A path names an app, a factory of one, something deeper, or a module with the usual name; it is one app."""
    more = "def make(): return application\nclass holder: app = staticmethod(application)\n"
    path = module(APP + more) + suffix

    assert cloud.app(path).request("GET", "/", caller=alice).text == "found"
    assert cloud.app(path) is cloud.app(path)


def test_an_app_is_loaded_by_nobody(cloud, alice, module):
    """While a module is imported nobody calls, whoever acts."""
    name = module(f"import os\nseen = os.environ.get('WX_OPENID')\n{APP}")
    with cloud.acting_as(alice):
        cloud.app(name)

    assert __import__(name).seen is None


BROKEN = {
    "no such module": (None, "wxcloud_nowhere:app", ["'wxcloud_nowhere:app' cannot be imported", "pythonpath ="]),
    "no such name": ("def applicaton(): pass", ":application", ["has no 'application'. Did you mean 'applicaton'?"]),
    "no usual name": ("server = 1", "", ["has no application or app"]),
    "raises": ("x = 1\n1 / 0", ":app", ["raised ZeroDivisionError", "line 2"]),
    "lacks a package": ("import wxcloud_missing.x", ":app", ["pip install wxcloud_missing"]),
    "ends": ("raise SystemExit(1)", ":app", ["raised SystemExit"]),
    "a factory that raises": ("def make(): 1 / 0", ":make()", ["makes no app: it raised ZeroDivisionError"]),
    "a factory that is not called": ("def make(): pass", ":make", ['write "module:create_app()"']),
    "no app": ("app = 1", ":app", ["is int, no app"]),
    "an app of ASGI 2": ("def app(scope): pass", ":app", ["as apps of ASGI 2 did"]),
    "something else": ("def app(a, b, c, d): pass", ":app", ["takes 4 arguments, so it is no app"]),
}


@pytest.mark.parametrize(("text", "path", "told"), BROKEN.values(), ids=BROKEN)
def test_an_app_that_cannot_be_loaded(cloud, module, text, path, told):
    """Each reason has its message, and what to do."""
    with pytest.raises(LoadError) as caught:
        cloud.app(path if text is None else module(text) + path)

    message = str(caught.value)
    assert [part for part in told if part not in message] == []
    assert "pytest_wxcloud/runtimes" not in message.replace(os.sep, "/")


def test_outcomes_are_observed(project_folder):
    """Whoever observes outcomes sees those of web apps."""
    from pytest_wxcloud import WxCloud

    seen = []
    with WxCloud(project_folder.project, observers=[seen.append]) as cloud:
        outcome = cloud.app(answering(lambda environ: 1)).request("GET", "/a", caller=None)

    assert seen == [outcome]
    assert outcome.function == "GET /a"
    assert outcome.event == {"method": "GET", "path": "/a"}


# Frameworks


def test_flask(cloud, alice):
    """Flask: a route that is not there is told from a thing that is not there, and errors with their stack."""
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")

    @app.route("/todos/<id>")
    def todo(id):
        if id == "none":
            flask.abort(404)
        if id == "boom":
            raise KeyError("boom")
        return {"id": id, "owner": flask.request.headers["X-WX-OPENID"]}

    web = cloud.app(app)
    assert web.request("GET", "/todos/1", caller=alice).result == {"id": "1", "owner": alice.openid}
    assert web.request("GET", "/todos/none", caller=alice).denied
    assert web.request("GET", "/todo", caller=alice).decision is Decision.CRASH
    assert web.request("POST", "/todos/1", caller=alice).decision is Decision.CRASH
    with pytest.raises(CrashedError, match="KeyError: 'boom'"):
        _ = web.request("GET", "/todos/boom", caller=alice).denied


@pytest.mark.parametrize("pushed", ["app_context", "test_request_context"])
def test_flask_has_an_application_context_for_each_request(cloud, alice, pushed):
    """What a request keeps in `g` is gone with it, also where a test has a context pushed; the test keeps its own."""
    flask = pytest.importorskip("flask")
    app = flask.Flask("shop")

    @app.route("/caller")
    def caller():
        if "caller" not in flask.g:
            flask.g.caller = flask.request.headers["X-WX-OPENID"]
        return flask.g.caller

    with getattr(app, pushed)():
        flask.g.mine = "kept"
        for user in (alice, cloud.people["bob"]):
            assert cloud.app(app).request("GET", "/caller", caller=user).text == user.openid
        assert "caller" not in flask.g
        assert flask.g.mine == "kept"


def test_a_request_that_is_given_up_leaves_no_handler() -> None:
    """Its block is closed by the garbage collector, wherever that runs."""
    kept = ErrorLog().kept()
    contextvars.copy_context().run(kept.__enter__)
    kept.gen.close()

    assert not any(isinstance(handler, ErrorLog) for handler in logging.root.handlers)
