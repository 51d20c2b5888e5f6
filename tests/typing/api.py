"""The public API as a typed user writes it; checked by mypy --strict and pyright, never run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

import pytest_wxcloud
from pytest_wxcloud import (
    AuthorizationContract,
    AuthorizationMachine,
    BlockedError,
    CallFunctionError,
    Channel,
    CloudID,
    CrashedError,
    Database,
    Decision,
    Failure,
    FunctionError,
    HttpAnswer,
    HttpOutcome,
    HttpRequest,
    IdPool,
    Injection,
    OpenApiCall,
    OpenApiError,
    OpenPlatform,
    Outcome,
    People,
    Principal,
    Profile,
    Project,
    Settings,
    Users,
    WebApp,
    WeChatProvider,
    WxApp,
    WxCloud,
    WXContext,
    WxUser,
    verbatim,
)
from pytest_wxcloud import strategies as wx
from pytest_wxcloud.checks.attempt import Attempts
from pytest_wxcloud.stores import Rows, Store, django_store, rows_store, sqlite_store


def test_call(wx_cloud: WxCloud, wx_user: WxUser) -> None:
    outcome: Outcome = wx_cloud.call("f", {"id": 1}, caller=wx_user, fresh=True, time_limit=1.5, allow_blocked=True)
    result: Any = outcome.result
    allowed: bool = outcome.allowed
    denied: bool = outcome.denied
    decision: Decision = outcome.decision
    error: FunctionError | None = outcome.error
    texts: list[str] = [line.text for line in outcome.logs]
    addresses: list[str] = [attempt.address for attempt in outcome.blocked]
    _ = (result, allowed, denied, decision, error, texts, addresses)
    wx_cloud.call("f", caller=None)
    wx_cloud.call(lambda event, context: event)
    with wx_cloud.acting_as(wx_user) as principal:
        assert principal.user is wx_user


async def test_acall(wx_cloud: WxCloud) -> None:
    outcome: Outcome = await wx_cloud.acall("f", {}, caller=Principal(None, shows_unionid=False))
    assert outcome.error is None or outcome.error.failure is Failure.THROWN


def test_client(wx_cloud: WxCloud) -> None:
    answer: dict[str, Any] = wx_cloud.call_function("f", {}, caller=None)
    wx_cloud.call_function(name="f", data={}, success=print, fail=print, complete=print)
    wx_cloud.call_function("f", complete=print)
    wx_cloud.call_function("f", fail=print)
    with pytest.raises(CallFunctionError) as failure:
        wx_cloud.call_function("f")
    code: int = failure.value.err_code
    _ = (answer, code)


def test_people(wx_users: Users, wx_db: Database) -> None:
    user: WxUser = wx_users["alice"]
    channel: Channel = Principal(user, "timer", supposing="app_is_told").channel
    wx_db["todos"].insert_one({"_openid": user.openid, "through": channel.name})


def refuses(outcome: Outcome) -> bool | None:
    return None if outcome.error else outcome.value != 0


def decide(outcome: Outcome) -> Decision:
    return Decision.DENY if outcome.value is None else Decision.ALLOW


def test_plain() -> None:
    with WxCloud(Project.read(__import__("pathlib").Path("x")), Settings(seed=1, rule=decide)) as cloud:
        user: WxUser = cloud.people.user("alice", traits={"city": "深圳"})
        cloud.call("f", caller=user, decide=decide)
        cloud.call("f", caller=user, decide=refuses)


def test_local_cloud(wx_cloud: WxCloud) -> None:
    file: str = wx_cloud.storage.put("a.png", b"")
    content: bytes = wx_cloud.storage.read(file)
    paths: list[str] = wx_cloud.storage.list("a")
    with wx_cloud.changes() as changes, wx_cloud.storage.changes() as files, wx_cloud.db.changes() as documents:
        wx_cloud.storage.remove(file)
    kinds: list[str] = [change.kind for change in changes]
    before: bytes | None = files.removed[0].before
    after: dict[str, Any] | None = documents.all[0].after
    with wx_cloud.scenario({"todos": []}, files={"a.png": b"", "b.txt": "text"}):
        _ = (content, paths, kinds, before, after)


def test_stores(wx_cloud: WxCloud, rows: Rows) -> None:
    own: Store = rows_store(lambda: {"users": {1: {"name": "ann"}}}, lambda before: print(before["users"]))
    wx_cloud.use(own, sqlite_store("app.db"), django_store("default"))


def test_identity(people: People, fake: Faker) -> None:
    app: WxApp = WxApp("wx1234567890abcdef", platform=OpenPlatform("ours"))
    user: WxUser = WxUser(app, verbatim("user-1"))
    elsewhere: WxUser = user.in_app(people.fabricate_app(1))
    unionid: str | None = elsewhere.unionid
    profile: Profile = user.profile
    context: WXContext = Principal(user, Channel("mine", "wx_mine")).context
    openid: str | None = context.openid
    fake.add_provider(WeChatProvider)
    _ = (unionid, profile.nickname, openid, people["alice"])


class Pool:
    def find_id(self, kind: str, person: str, app: WxApp) -> str | None:
        return None


def gateway(principal: Principal) -> Injection:
    return Injection(environment={"X_USER": principal.context.openid})


pool: IdPool = Pool()
render: Callable[[Principal], Injection] = gateway
users: SearchStrategy[WxUser] = wx.users()
openids: SearchStrategy[str] = wx.near_miss(People()["alice"])


@given(people=wx.pairs("strangers"), principal=wx.principals())
def test_drawn(wx_cloud: WxCloud, people: tuple[WxUser, WxUser], principal: Principal) -> None:
    owner, stranger = people
    assert owner != stranger
    with pytest.raises(CrashedError):
        _ = wx_cloud.call("f", caller=principal).result
    with pytest.raises(BlockedError):
        wx_cloud.call("g", caller=None)
    version: str = pytest_wxcloud.__version__
    assert version


def test_answered(wx_cloud: WxCloud, user: WxUser) -> None:
    def check(data: dict[str, Any], caller: Principal) -> dict[str, Any]:
        raise OpenApiError(87014, f"{caller}: {data}")

    def answer(request: HttpRequest) -> HttpAnswer:
        return HttpAnswer(404, {"X-Path": request.path}, request.json())

    wx_cloud.openapi["security.msgSecCheck"] = check
    wx_cloud.http["api.example.com"] = answer
    phone: CloudID = wx_cloud.cloud_id(phone_number="13800138000", user=user)
    wx_cloud.call("f", {"phone": phone})
    calls: list[OpenApiCall] = wx_cloud.openapi.calls
    requests: list[HttpRequest] = wx_cloud.http.calls
    _ = (calls[0].data, calls[0].caller, requests[0].caller)


def test_web(wx_cloud: WxCloud, wx_user: WxUser) -> None:
    app: WebApp = wx_cloud.app("shop.wsgi:application")
    outcome: HttpOutcome = app.request(
        "PUT",
        "/todos/1",
        json={"text": "milk"},
        query=[("a", 1), ("a", 2)],
        headers={"X-WX-SOURCE": None},
        caller=wx_user,
        time_limit=2,
        allow_blocked=True,
    )
    app.request(
        "POST", "/files", form={"name": "a"}, files={"file": ("a.png", b"", "image/png"), "b": b""}, caller=None
    )
    app.request(
        "POST",
        "/raw",
        body=b"x",
        decide=lambda outcome: outcome.status == 200 if isinstance(outcome, HttpOutcome) else None,
    )
    status: int = outcome.status
    text: str = outcome.text
    kind: str | None = outcome.headers["Content-Type"]
    body: bytes = outcome.body
    allowed: bool = outcome.allowed
    _ = (status, text, kind, body, allowed, outcome.json)
    with wx_cloud.app(object()) as other:
        other.close()


async def test_aweb(wx_cloud: WxCloud) -> None:
    outcome: HttpOutcome = await wx_cloud.app("shop.asgi").arequest("GET", "/", caller=None)
    _ = outcome.headers.get_all("Set-Cookie")


class TestAddTodo(AuthorizationContract):
    function = "addTodo"
    allow = {"owner"}
    gives = "reader"
    roles = ("reader",)

    def arrange(self, cloud: WxCloud, person: WxUser) -> str:
        return str(cloud.db["todos"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id)

    def event(self, resource: str, caller: WxUser | None) -> dict[str, Any]:
        return {"id": resource}

    def test_strangers_have_no_effect(self, wx_attempts: Attempts) -> None:
        super().test_strangers_have_no_effect(wx_attempts)

    test_nobody_has_no_effect = pytest.mark.skip(reason="…")(AuthorizationContract.test_nobody_has_no_effect)


class TestTodos(AuthorizationMachine):
    contracts = [TestAddTodo]
    settings = settings(max_examples=10, stateful_step_count=30)
