"""From a test's markers and fixtures to who acts in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import InvalidIdentityError, WxCloudError
from ..markers import SIGNATURES, Chosen, Mark, bind, choose, misspelt, shown
from .overriding import (
    ACTING,
    USER,
    asks_for_ours,
    definitions,
    find_parameters,
    give_ours,
    is_function_scoped,
    is_ours,
    is_parametrized,
    prefer_ours,
)

if TYPE_CHECKING:
    from ..cloud import WxCloud
    from ..identity import Principal, WxApp, WxUser
    from ..runtimes.acting import Acting

#: Fixtures that have the test act as somebody.
FIXTURES = frozenset({"wx_user", "wx_context", "with_unionid"})
#: What is wrong with the markers of a test, for its set-up to tell.
WRONG = pytest.StashKey[str]()
TIME = "_wx_time"
SCENE = "_wx_scene"
TRAITS = ("nickname", "avatar_url", "city", "phone_number")

GIVEN = """{name} cannot be combined with @given: pytest makes it once for all examples of a test, and
Hypothesis refuses that. Instead:
  - draw the user:           @given(user=wx.users())  (from pytest_wxcloud import strategies as wx)
  - or name people:          the session-scoped fixture wx_users, wx_users["alice"]
  - or mark the test:        @pytest.mark.wx_user(…) acts for every example
and pass caller=user to wx_cloud.call."""

CONTRADICTS = """says who acts in this test, and so does {other}.
They contradict each other. Keep one of them; or let the fixture be built on the marked user, which it finds by
asking for wx_user itself:  def wx_user(wx_user): …"""
NOT_EACH = """{marker} did not run this test once per person.
It cannot where pytest makes no cases of a test: on a method of unittest.TestCase, and in pytest.param(…, marks=…).
Write a function or a method of a plain class; or call in a loop:  for name in (…): wx_cloud.call(…,
caller=wx_users[name])."""


class told_plainly:  # noqa: N801  # it is read as a word; a class costs a test less than a generator
    """A user's mistake in the block fails the test with its message, and no traceback of this plugin."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, WxCloudError):
            raise pytest.fail.Exception(str(error), pytrace=False) from None


def is_marked(item: pytest.Item) -> bool:
    """Whether any marker of ours is on `item`."""
    node: Any = item
    while node is not None:  # every test of every run is asked, and iter_markers would make a list of its parents
        for mark in node.own_markers:
            if mark.name in SIGNATURES:
                return True
        node = node.parent
    return False


def may_act(item: Any, names: Iterable[str]) -> bool:
    """Whether a test that takes the fixtures `names` may have somebody act."""
    return is_marked(item) or not FIXTURES.isdisjoint(names)


def chosen_for(node: pytest.Item | pytest.Function) -> Chosen:
    """What the markers of `node` say.

    Raises:
        InvalidIdentityError: when they contradict each other.
    """
    return choose(_levels(node))


def _levels(node: Any) -> Iterator[list[Mark]]:
    """The marks of each node upwards; those of a parametrization stand before those of its function."""
    callspec = getattr(node, "callspec", None)
    of_case = list(callspec.marks) if callspec is not None else []
    if of_case:
        yield of_case
    yield [mark for mark in node.own_markers if mark not in of_case]
    for parent in reversed(node.listchain()[:-1]):
        yield parent.own_markers


def make_cases(metafunc: pytest.Metafunc) -> None:
    """One case of a test for each of its people, be they of wx_each_user or of a project's own wx_user.

    A marker that says who is closer than a fixture: a test that has one gets our wx_user.
    """
    definition = metafunc.definition
    try:
        who = chosen_for(definition).who
    except WxCloudError:
        return  # told in the test's set-up
    if is_parametrized(definition):
        return
    if who is None:
        find_parameters(metafunc)
    else:
        prefer_ours(metafunc)
    names = list(who.args) if who is not None and who.name == "wx_each_user" else []
    if names and all(isinstance(name, str) and name for name in names) and is_ours(definition, USER):
        if USER not in metafunc.fixturenames:
            metafunc.fixturenames.append(USER)
        names = list(dict.fromkeys(names))
        metafunc.parametrize(USER, names, indirect=True, ids=names)


def put_first(item: Any) -> None:
    """Put our private fixtures, and who acts, before the first function-scoped fixture of a test."""
    names: list[str] = item.fixturenames
    if "wx_cloud" not in names and not may_act(item, names):
        return
    every = {mark.name for mark in item.iter_markers()}
    marks = every & SIGNATURES.keys()
    if wrong := misspelt(every - marks, item.config.getini("markers")):
        item.stash[WRONG] = wrong
    first = [SCENE] if "wx_cloud" in names else []
    if "wx_time" in marks:
        first.append(TIME)
    if marks - {"wx_time"} or not FIXTURES.isdisjoint(names):
        with suppress(WxCloudError):  # told in the test's set-up
            if marks and chosen_for(item).who is not None:
                give_ours(item)
        first.append(acting_fixture(item))
    if first:
        at = 0
        while at < len(names) and not is_function_scoped(item, names[at]):
            at += 1
        # A list of its own: pytest shares one among the cases of a test, of which one may be marked.
        item.fixturenames = [*names[:at], *first, *(name for name in names[at:] if name not in first)]


def check_marks(item: pytest.Item) -> None:
    """Check every marker of ours on `item`, also those that a closer one overrides.

    Raises:
        InvalidIdentityError: for a wrong argument or a contradiction.
    """
    for mark in item.iter_markers():
        if mark.name in SIGNATURES:
            bind(mark)
    chosen = chosen_for(item)
    if chosen.shows_unionid is False and "with_unionid" in item.fixturenames:  # type: ignore[attr-defined]
        raise InvalidIdentityError(
            "The marker without_unionid and the fixture with_unionid contradict each other. Keep one of them."
        )


def acting_fixture(item: pytest.Item) -> str:
    """The fixture that has the resolved wx_user act: ours does it itself."""
    return USER if is_ours(item, USER) else ACTING


def is_usual(request: pytest.FixtureRequest) -> bool:
    """Whether neither the test nor its project says anything about who acts."""
    item = request.node
    said = is_marked(item) or hasattr(request, "param") or "with_unionid" in request.fixturenames
    return not said and is_ours(item, "wx_app")


def chosen_user(request: pytest.FixtureRequest, cloud: WxCloud) -> tuple[WxUser | None, Acting]:
    """The user that the markers and the project's wx_app choose, ready to act.

    Raises:
        InvalidIdentityError: for what they say wrongly.
    """
    item = request.node
    check_marks(item)
    chosen = chosen_for(item)
    app = cloud.wx_app if is_ours(item, "wx_app") else request.getfixturevalue("wx_app")
    user = fabricate(cloud, app, chosen, _named_by_case(request, chosen))
    return user, cloud.in_place(principal_for(user, chosen, request.fixturenames))


def fabricate(cloud: WxCloud, app: WxApp, chosen: Chosen, named: Any) -> WxUser | None:
    """The user a test acts as; None when it is marked anonymous. `named` is what a parametrization says.

    Raises:
        InvalidIdentityError: for malformed ids, or a unionid in an unbound app.
    """
    from ..identity import WxApp

    if chosen.anonymous:
        return None
    if named is not None:
        return cloud.people.user(named, app=app)
    given = chosen.arguments
    if given.get("appid") is not None:
        app = WxApp(given["appid"], platform=app.platform)
    traits = {name: given[name] for name in TRAITS if given.get(name) is not None}
    return cloud.people.user(
        given.get("name") or USER,
        app=app,
        openid=given.get("openid"),
        unionid=given.get("unionid"),
        traits=traits,
    )


def _named_by_case(request: pytest.FixtureRequest, chosen: Chosen) -> str | None:
    """Whom the case of a parametrization names: one of wx_each_user, or of ``parametrize("wx_user", …)``.

    Raises:
        InvalidIdentityError: when a marker says something else, or wx_each_user made no cases.
    """
    named = getattr(request, "param", None)
    who = chosen.who
    if who is None:
        if hasattr(request, "param") and not (isinstance(named, str) and named):
            raise InvalidIdentityError(f'wx_user is parametrized with names, such as "alice", not {named!r}.')
        return named
    if who.name != "wx_each_user":
        if hasattr(request, "param"):
            raise InvalidIdentityError(f"{shown(who)} {CONTRADICTS.format(other='the parametrization of wx_user')}")
        return None
    if named not in who.args:
        raise InvalidIdentityError(NOT_EACH.format(marker=shown(who)))
    return named


def principal_for(user: WxUser | Principal | None, chosen: Chosen, fixtures: list[str]) -> Principal:
    """The user of the test, through the channel and with the unionid that its markers ask for.

    Raises:
        InvalidIdentityError: for an unknown channel, or a unionid that is not there to show.
    """
    from dataclasses import replace

    from ..identity import as_principal, channel_named

    given = chosen.arguments
    principal = as_principal(user)  # a project's own wx_user may say everything
    if "channel" in given:
        principal = replace(principal, channel=channel_named(given["channel"]))
    if given.get("client_ip") is not None:
        principal = replace(principal, client_ip=given["client_ip"])
    shows = chosen.shows_unionid
    if shows is None and "with_unionid" in fixtures:
        shows = True
    if shows is None or principal.user is None:
        return principal
    return replace(principal, shows_unionid=shows)


def overriding_principal(request: pytest.FixtureRequest, user: WxUser | Principal | None) -> Principal:
    """Who acts when the project's own wx_user is `user`: nobody but whom the markers name, if they do.

    Raises:
        InvalidIdentityError: when they say wrongly, or something else.
    """
    from ..runtimes.acting import acting

    item = request.node
    check_marks(item)
    chosen = chosen_for(item)
    principal = principal_for(user, chosen, request.fixturenames)
    if chosen.who is not None:
        ours = acting() if asks_for_ours(item) else None  # which has just begun to act
        if ours is None or _person(ours.principal) != _person(principal):
            raise InvalidIdentityError(f"{shown(chosen.who)} {CONTRADICTS.format(other=_other(item))}")
    return principal


def _person(principal: Principal) -> str | None:
    return None if principal.user is None else principal.user.person


def _other(item: Any) -> str:
    if is_parametrized(item):
        return f"the parametrization of {USER}"
    code = definitions(item, USER)[-1].func.__code__
    return f"the fixture {USER} in {code.co_filename}:{code.co_firstlineno}"


def refuse_given(item: pytest.Item) -> None:
    """Fail a ``@given`` test that takes a function-scoped fixture of ours, before Hypothesis does."""
    function = getattr(item, "obj", None)
    if not getattr(function, "is_hypothesis_test", False):
        return
    settings = getattr(function, "_hypothesis_internal_use_settings", None)
    suppressed = {check.name for check in getattr(settings, "suppress_health_check", ())}
    names: tuple[str, ...] = item._fixtureinfo.argnames  # type: ignore[attr-defined]  # no public way to the signature
    mine = [name for name in names if name in {*FIXTURES, "wx_app"} and is_function_scoped(item, name)]
    if mine and "function_scoped_fixture" not in suppressed:
        pytest.fail(GIVEN.format(name=mine[0]), pytrace=False)
