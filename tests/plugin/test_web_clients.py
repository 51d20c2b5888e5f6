"""The test clients that people already use are signed in as whoever acts."""

import asyncio
import concurrent.futures
import subprocess
import sys
import textwrap
import threading
from importlib.util import find_spec

import pytest

from pytest_wxcloud import Principal
from pytest_wxcloud.carriers.credentials import CREDENTIALS

flask = pytest.importorskip("flask")
fastapi = pytest.importorskip("fastapi")
httpx = pytest.importorskip("httpx")
testclient = pytest.importorskip("starlette.testclient")
werkzeug_test = pytest.importorskip("werkzeug.test")

URL = "http://testserver"
#: httpx, and its successor where that is installed.
LIBRARIES = [pytest.importorskip(name) for name in ("httpx", "httpx2") if find_spec(name)]


def flask_app():
    app = flask.Flask("shop")

    @app.get("/")
    def me():
        return dict(flask.request.headers)

    @app.get("/moved")
    def moved():
        return flask.redirect("/")

    return app


def fastapi_app():
    app = fastapi.FastAPI()

    @app.get("/")
    async def me(request: fastapi.Request):
        await asyncio.sleep(0)
        return list(request.headers.items())

    @app.get("/moved")
    async def moved():
        return fastapi.responses.RedirectResponse("/")

    @app.websocket("/ws")
    async def ws(socket: fastapi.WebSocket):
        await socket.accept()
        await socket.send_json(list(socket.headers.items()))

    return app


FLASK, FASTAPI = flask_app(), fastapi_app()


def of_flask(headers, path="/", client=None):
    return (client or FLASK.test_client()).get(path, headers=headers, follow_redirects=True).json


def of_a_builder(headers, path="/"):
    builder = werkzeug_test.EnvironBuilder(path, headers=headers)
    return FLASK.test_client().open(builder, follow_redirects=True).json


def of_an_environ(headers, path="/"):
    environ = werkzeug_test.create_environ(path, headers=headers)
    return werkzeug_test.Client(FLASK).open(environ, follow_redirects=True).json


def of_a_request_context(headers, path="/"):
    with FLASK.test_request_context("/", headers=headers):
        return FLASK.view_functions["me"]()


def of_wsgi_transport(library):
    def ask(headers, path="/"):
        with library.Client(transport=library.WSGITransport(app=FLASK), base_url=URL, follow_redirects=True) as client:
            return client.get(path, headers=headers).json()

    return ask


def of_asgi_transport(library):
    async def aask(headers, path="/"):
        transport = library.ASGITransport(app=FASTAPI)
        async with library.AsyncClient(transport=transport, base_url=URL, follow_redirects=True) as client:
            return (await client.get(path, headers=headers)).json()

    return lambda *arguments: asyncio.run(aask(*arguments))


def of_test_client(headers, path="/"):
    return testclient.TestClient(FASTAPI).get(path, headers=headers).json()


def of_a_test_client_with_lifespan(headers, path="/"):
    with testclient.TestClient(FASTAPI) as client:
        return client.get(path, headers=headers).json()


def of_a_websocket(headers, path="/"):
    with testclient.TestClient(FASTAPI).websocket_connect("/ws", headers=headers) as socket:
        return socket.receive_json()


CLIENTS = {
    "Flask's test client": of_flask,
    "an EnvironBuilder": of_a_builder,
    "an environ": of_an_environ,
    "a request context": of_a_request_context,
    **{f"WSGITransport of {library.__name__}": of_wsgi_transport(library) for library in LIBRARIES},
    **{f"ASGITransport of {library.__name__}": of_asgi_transport(library) for library in LIBRARIES},
    "TestClient": of_test_client,
    "TestClient with a lifespan": of_a_test_client_with_lifespan,
    "a websocket": of_a_websocket,
}


@pytest.fixture(params=CLIENTS.values(), ids=CLIENTS)
def sent(request):
    """Ask through one of the clients; answers the headers that the app saw, by their names in lower case."""

    def sent(headers=None, path="/"):
        seen = request.param(headers or {}, path)
        pairs = seen.items() if isinstance(seen, dict) else seen
        names = [name.lower() for name, _ in pairs]
        assert len(names) == len(set(names)), "a header was sent twice"
        return {name.lower(): value for name, value in pairs}

    return sent


@pytest.fixture
def cloud(new_cloud):
    return new_cloud()


@pytest.fixture
def alice(cloud):
    return cloud.people["alice"]


@pytest.fixture
def bob(cloud):
    return cloud.people["bob"]


def test_the_headers_of_whoever_acts(cloud, alice, bob, sent):
    """A client sends what the platform does, for each who acts, and nothing while nobody does."""
    before = sent()
    assert not any(name.startswith("x-wx-") for name in before)

    with cloud.acting_as(alice):
        mine = sent()
        with cloud.acting_as(bob):
            his = sent()
        with cloud.acting_as(None):
            nobodys = sent()
    assert sent() == before

    added = {name: mine[name] for name in mine if name not in before}
    assert added == {
        "x-wx-openid": alice.openid,
        "x-wx-appid": alice.app.appid,
        "x-wx-env": cloud.wx_app.env_id,
        "x-wx-source": "wx_client",
        "x-wx-cloudbase-access-token": CREDENTIALS["X-WX-CLOUDBASE-ACCESS-TOKEN"],
        "x-forwarded-for": "203.0.113.7",
    }
    assert his["x-wx-openid"] == bob.openid
    told = {"x-wx-env", "x-wx-source", "x-wx-cloudbase-access-token"}
    assert {name for name in nobodys if name.startswith("x-wx-")} == told


def test_a_principal_says_everything(cloud, alice, sent):
    """The unionid is sent where the platform shows it, and under resource sharing the user stands elsewhere."""
    with cloud.acting_as(Principal(alice, "resource_sharing", shows_unionid=True)):
        seen = sent()

    assert seen["x-wx-from-openid"] == alice.openid
    assert seen["x-wx-from-unionid"] == alice.unionid
    assert "x-wx-openid" not in seen


def test_what_is_set_by_hand_wins(cloud, alice, sent):
    """A header that a test sets is sent as it is, beside the others of whoever acts, and remembered for the report."""
    with cloud.acting_as(alice):
        seen = sent({"X-WX-OPENID": "by hand", "X-WX-SOURCE": "wx_client"})

    assert seen["x-wx-openid"] == "by hand"
    assert seen["x-wx-appid"] == alice.app.appid
    told = {note.partition(": ")[2] for note in cloud.notes}
    assert told == {"X-WX-OPENID was set by hand to 'by hand' while alice acted"}


def test_redirects_are_followed_as_the_same_person(cloud, alice, bob, sent, request):
    """The request that follows a redirect is signed too."""
    with cloud.acting_as(alice):
        assert sent(path="/moved")["x-wx-openid"] == alice.openid
    assert not cloud.notes


def test_threads_keep_their_own(cloud, alice, bob, sent):
    """Two who overlap in threads each send their own headers."""
    together = threading.Barrier(2)

    def work(one):
        with cloud.acting_as(one):
            together.wait(10)
            seen = [sent()["x-wx-openid"] for _ in range(3)]
            together.wait(10)
            return seen

    with concurrent.futures.ThreadPoolExecutor() as pool:
        assert list(pool.map(work, (alice, bob))) == [[alice.openid] * 3, [bob.openid] * 3]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)
def test_tasks_keep_their_own(cloud, library):
    """Users who overlap in one event loop, even in one client, each send their own headers."""
    people = [cloud.people[f"person{number}"] for number in range(20)]

    async def main():
        async with library.AsyncClient(transport=library.ASGITransport(app=FASTAPI), base_url=URL) as client:

            async def work(one):
                with cloud.acting_as(one):
                    return [dict((await client.get("/")).json())["x-wx-openid"] for _ in range(3)]

            return await asyncio.gather(*map(work, people))

    assert asyncio.run(main()) == [[one.openid] * 3 for one in people]


def test_the_same_request_is_sent_again_by_another(cloud, alice, bob):
    """A request of httpx is not changed: sent again it is the next one's, and its body is sent again too."""
    app = flask.Flask("echo")
    app.post("/")(lambda: [flask.request.headers["X-WX-OPENID"], flask.request.get_data(as_text=True)])
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url=URL) as client:
        request = client.build_request("POST", "/", content=b"body")
        for one in (alice, bob):
            with cloud.acting_as(one):
                answer = client.send(request)
                assert answer.json() == [one.openid, "body"]
                assert answer.request is request
        assert "X-WX-OPENID" not in request.headers


def test_other_spellings_reach_an_asgi_app(cloud, alice):
    """A header with underscores is another header there, and is sent beside the platform's."""
    with cloud.acting_as(alice):
        seen = testclient.TestClient(FASTAPI).get("/", headers={"x_wx_openid": "forged"}).json()

    assert ["x-wx-openid", alice.openid] in seen
    assert ["x_wx_openid", "forged"] in seen
    assert not cloud.notes


def run_python(code):
    return subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False)


def test_clients_are_themselves_again():
    """Once the harness is closed, every client is what it was."""
    done = run_python("""
        import importlib
        from pytest_wxcloud import WxCloud
        from pytest_wxcloud.runtimes.web_clients import POINTS
        import flask, httpx, starlette.testclient, werkzeug.test
        names = {point.module for point in POINTS if not point.module.startswith(("django", "httpx2"))}
        modules = [importlib.import_module(name) for name in sorted(names)]
        owners = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
        before = [dict(vars(owner)) for owner in owners]
        with WxCloud(".") as cloud, cloud.acting_as(cloud.people["alice"]):
            changed = {owner.__name__ for owner, was in zip(owners, before) if dict(vars(owner)) != was}
            wanted = {"EnvironBuilder", "Client", "_TestClientTransport", "WSGITransport", "ASGITransport"}
            wanted |= {"HTTPTransport", "AsyncHTTPTransport"}  # whose requests wx_cloud.http answers
            assert changed == wanted, changed
        assert [dict(vars(owner)) for owner in owners] == before
    """)
    assert done.returncode == 0, done.stderr


def test_no_framework_is_imported_and_later_ones_are_signed_in():
    """Acting imports no framework; one that is imported while somebody acts, or after it, is signed in too."""
    done = run_python("""
        import sys
        from pytest_wxcloud import WxCloud
        frameworks = {"flask", "werkzeug", "django", "starlette", "fastapi", "httpx", "httpx2", "rest_framework"}
        with WxCloud(".") as cloud, cloud.acting_as(cloud.people["alice"]) as alice:
            assert not frameworks & set(sys.modules), frameworks & set(sys.modules)
            from flask import Flask, request
            import werkzeug.test
            assert type(werkzeug.test.__loader__).__module__.startswith(("importlib", "_frozen_importlib"))
            app = Flask("shop")
            app.get("/")(lambda: request.headers["X-WX-OPENID"])
            assert app.test_client().get("/").text == alice.user.openid
    """)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_version_that_is_too_old_is_told():
    """A client whose place is not found warns, once, with what to do, and works as it did."""
    done = run_python("""
        import sys, types, warnings
        old = types.ModuleType("starlette.testclient")
        sys.modules["starlette.testclient"] = old
        from pytest_wxcloud import WxCloud
        with warnings.catch_warnings(record=True) as told, WxCloud(".") as cloud:
            warnings.simplefilter("always")
            for _ in range(2):
                with cloud.acting_as(cloud.people["alice"]):
                    pass
        print(*(warning.message for warning in told), sep="\\n")
    """)

    assert done.stdout.count("\n") == 1, done.stderr
    assert "from Starlette 0.21 on. Upgrade it, or ask the app through wx_cloud.app(app)" in done.stdout


# In pytest


@pytest.fixture
def suite(pytester):
    """Writes files and runs them as a suite of their own."""

    def run(*arguments, **files):
        for name, text in files.items():
            pytester.makepyfile(**{name: textwrap.dedent(text)})
        return pytester.runpytest_subprocess("-p", "no:asyncio", *arguments)

    return run


WHOAMI = """
    from flask import Flask, request
    def make():
        app = Flask("shop")
        app.get("/")(lambda: request.headers.get("X-WX-OPENID", "nobody"))
        return app
"""


def test_fixtures_and_markers(suite):
    """A client is whoever a test's fixtures and markers say, in fixtures too."""
    suite(
        shop=WHOAMI,
        test_it="""
            import pytest
            from shop import make
            @pytest.fixture
            def mine():
                return make().test_client()
            @pytest.fixture
            def seen_in_a_fixture(mine):
                return mine.get("/").text
            def test_nobody(mine):
                assert mine.get("/").text == "nobody"
            def test_a_fixture(mine, wx_user, seen_in_a_fixture):
                assert mine.get("/").text == seen_in_a_fixture == wx_user.openid
            @pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")
            def test_a_marker(mine, seen_in_a_fixture):
                assert mine.get("/").text == seen_in_a_fixture == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
            def test_two(mine, wx_cloud, wx_users):
                for name in ("alice", "bob"):
                    with wx_cloud.acting_as(wx_users[name]):
                        assert mine.get("/").text == wx_users[name].openid
            @pytest.mark.wx_each_user("owner", "stranger")
            def test_each(mine, wx_user):
                assert mine.get("/").text == wx_user.openid
        """,
    ).assert_outcomes(passed=6)


def test_a_header_set_by_hand_is_in_the_report_of_a_failure(suite):
    """Why a test saw somebody else stands in its report, and only in its own."""
    result = suite(
        shop=WHOAMI,
        test_it="""
            from shop import make
            def test_a(wx_user):
                assert make().test_client().get("/", headers={"X-WX-OPENID": "mine"}).text == wx_user.openid
            def test_b(wx_user):
                assert make().test_client().get("/").text == "mine"
        """,
    )

    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("/: X-WX-OPENID was set by hand to 'mine' while wx_user acted") == 1


def test_pytest_flask(suite):
    """The fixtures of pytest-flask are signed in: its client, and the request context that it pushes."""
    pytest.importorskip("pytest_flask")
    suite(
        "-p",
        "no:django",  # whose fixture "client" would come before pytest-flask's
        shop=WHOAMI,
        test_it="""
            import flask
            import pytest
            from shop import make
            @pytest.fixture
            def app():
                return make()
            def test_it(client, wx_user):
                assert client.get("/").text == wx_user.openid
                assert flask.request.headers["X-WX-OPENID"] == wx_user.openid
            @pytest.mark.usefixtures("client_class")
            class TestClass:
                def test_it(self, wx_user):
                    assert self.client.get("/").text == wx_user.openid
        """,
    ).assert_outcomes(passed=2)


DJANGO = {
    "settings": """
        SECRET_KEY = "x"
        ROOT_URLCONF = "urls"
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
        ALLOWED_HOSTS = ["localhost"]
        MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
        USE_TZ = True
    """,
    "urls": """
        import asyncio
        from django.contrib.auth.models import User
        from django.http import JsonResponse
        from django.urls import path
        from rest_framework.decorators import api_view
        from rest_framework.response import Response

        def seen(request):
            return {name: value for name, value in request.META.items() if name.startswith("HTTP_X_")}

        def me(request):
            return JsonResponse(seen(request))

        async def ame(request):
            await asyncio.sleep(0)
            return JsonResponse(seen(request))

        @api_view(["GET", "POST"])
        def drf(request):
            return Response(seen(request))

        def users(request):
            return JsonResponse([user.username for user in User.objects.all()], safe=False)

        urlpatterns = [path("", me), path("async/", ame), path("drf/", drf), path("users/", users)]
    """,
    "test_it": """
        import asyncio
        import django
        import pytest
        from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory, SimpleTestCase
        from rest_framework.test import APIClient, APIRequestFactory, APISimpleTestCase
        from pytest_wxcloud import Decision
        from urls import seen

        OPENID, SOURCE = "HTTP_X_WX_OPENID", "HTTP_X_WX_SOURCE"

        def test_pytest_djangos_fixtures(client, rf, wx_user):
            for headers in (client.get("/").json(), client.get("/async/").json(), seen(rf.get("/"))):
                assert headers[OPENID] == wx_user.openid and headers[SOURCE] == "wx_client"

        def test_pytest_djangos_async_fixtures(async_client, async_rf, wx_user):
            async def main():
                return [(await async_client.get(path)).json() for path in ("/", "/async/", "/drf/")]
            for headers in (*asyncio.run(main()), seen(async_rf.get("/"))):
                assert headers[OPENID] == wx_user.openid and headers[SOURCE] == "wx_client"

        def test_drf(wx_user):
            client = APIClient()
            assert client.get("/drf/").json()[OPENID] == wx_user.openid
            assert client.post("/drf/", {"a": 1}, format="json").json()[OPENID] == wx_user.openid
            assert seen(APIRequestFactory().get("/"))[OPENID] == wx_user.openid

        def test_nobody(client):
            assert OPENID not in client.get("/").json()

        def test_by_hand(client, wx_user, wx_cloud):
            by_hand = [
                client.get("/", HTTP_X_WX_OPENID="mine"),
                Client(HTTP_X_WX_OPENID="mine").get("/"),
                APIClient(HTTP_X_WX_OPENID="mine").get("/drf/"),
            ]
            api = APIClient()
            api.credentials(HTTP_X_WX_OPENID="mine")
            by_hand.append(api.get("/drf/"))
            if django.VERSION >= (4, 2):
                by_hand.append(client.get("/", headers={"X-WX-OPENID": "mine"}))
                by_hand.append(asyncio.run(AsyncClient().get("/", headers={"X-WX-OPENID": "mine"})))
            else:
                by_hand.append(asyncio.run(AsyncClient().get("/", **{"X-WX-OPENID": "mine"})))
            assert [answer.json()[OPENID] for answer in by_hand] == ["mine"] * len(by_hand)
            assert by_hand[0].json()[SOURCE] == "wx_client"
            assert len(wx_cloud.notes) == 2

        def test_overlapping(wx_cloud, wx_users):
            async def ask(name):
                with wx_cloud.acting_as(wx_users[name]):
                    client = AsyncClient()
                    return [(await client.get(path)).json()[OPENID] for path in ("/async/", "/", "/async/")]
            async def main():
                return await asyncio.gather(ask("alice"), ask("bob"))
            assert asyncio.run(main()) == [[wx_users[name].openid] * 3 for name in ("alice", "bob")]

        class TestCase(SimpleTestCase):
            @pytest.fixture(autouse=True)
            def user(self, wx_user):
                self.user = wx_user
            def test_it(self):
                assert self.client.get("/").json()[OPENID] == self.user.openid

        class TestApi(APISimpleTestCase):
            @pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")
            def test_it(self):
                assert self.client.get("/drf/").json()[OPENID] == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"

        def test_a_request_is_made_in_the_tests_transaction(db, wx_cloud, wx_user, django_user_model):
            app = wx_cloud.app("django.core.wsgi:get_wsgi_application()")
            for names in (["ann"], ["ann", "bea"]):
                django_user_model.objects.create(username=names[-1])
                assert app.request("GET", "/users/").result == names

        def test_an_asynchronous_one_sees_what_is_committed(transactional_db, wx_cloud, wx_user, django_user_model):
            app = wx_cloud.app("django.core.wsgi:get_wsgi_application()")
            django_user_model.objects.create(username="ann")
            assert asyncio.run(app.arequest("GET", "/users/")).result == ["ann"]

        @pytest.mark.parametrize("path", ["django.core.wsgi:get_wsgi_application()", "django.core.asgi:get_asgi_application()"])
        def test_the_runtimes(wx_cloud, wx_user, path):
            app = wx_cloud.app(path)
            assert app.request("GET", "/").result[OPENID] == wx_user.openid
            assert app.request("GET", "/nowhere/").decision is Decision.CRASH
            assert app.request("GET", "/drf").decision is Decision.CRASH
            assert app.request("GET", "/", headers={"Host": "elsewhere"}).status == 400
            assert app.request("POST", "/").decision is Decision.CRASH
            assert app.request("POST", "/drf/", json={"a": 1}).allowed
    """,
}


def test_django(suite, pytester):
    """Django, DRF and pytest-django: each client and factory is signed in, and both runtimes run Django."""
    pytest.importorskip("rest_framework")
    pytest.importorskip("pytest_django")
    pytester.makeini("[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\n")
    suite("-p", "no:flask", **DJANGO).assert_outcomes(passed=12)  # its fixture "client" is in the way
