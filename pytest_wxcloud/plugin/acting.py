"""From a test's markers and fixtures to who acts in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import WxCloudError
from ..markers import SIGNATURES, Chosen, Mark, bind, choose

if TYPE_CHECKING:
    from ..cloud import WxCloud
    from ..identity import Principal, WxApp, WxUser
    from ..runtimes.acting import Acting

#: Fixtures that have the test act as somebody.
FIXTURES = frozenset({"wx_user", "wx_context", "with_unionid"})
ACTING = "_wx_acting"
TIME = "_wx_time"
SCENE = "_wx_scene"
TRAITS = ("nickname", "avatar_url", "city", "phone_number")

GIVEN = """{name} cannot be combined with @given: pytest makes it once for all examples of a test, and
Hypothesis refuses that. Instead:
  - draw the user:           @given(user=wx.users())  (from pytest_wxcloud import strategies as wx)
  - or name people:          the session-scoped fixture wx_users, wx_users["alice"]
  - or mark the test:        @pytest.mark.wx_user(…) acts for every example
and pass caller=user to wx_cloud.call."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """A user's mistake fails the test with its message, and no traceback of this plugin."""
    try:
        yield
    except WxCloudError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def is_marked(item: pytest.Item) -> bool:
    """Whether any marker of ours is on `item`."""
    return any(mark.name in SIGNATURES for mark in item.iter_markers())


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


def check_marks(item: pytest.Item) -> None:
    """Check every marker of ours on `item`, also those that a closer one overrides.

    Raises:
        InvalidIdentityError: for a wrong argument or a contradiction.
    """
    for mark in item.iter_markers():
        if mark.name in SIGNATURES:
            bind(mark)
    chosen = chosen_for(item)
    if chosen.who is not None and chosen.who.name == "wx_each_user":
        from ..errors import InvalidIdentityError

        names = chosen.who.args
        if not names or len(set(names)) != len(names):
            raise InvalidIdentityError(f"wx_each_user takes one or more different names, not {names!r}.")


def is_ours(item: pytest.Item, fixture: str) -> bool:
    """Whether `item` gets our fixture of that name, and not one that its project has put in its place."""
    known: Any = item
    found = known._fixtureinfo.name2fixturedefs.get(fixture) or known.session._fixturemanager.getfixturedefs(
        fixture, item
    )
    return getattr(found[-1].func, "__module__", None) == f"{__package__}.fixtures"


def acting_fixture(item: pytest.Item) -> str:
    """The fixture that has the resolved wx_user act: ours does it itself."""
    return "wx_user" if is_ours(item, "wx_user") else ACTING


def is_usual(request: pytest.FixtureRequest) -> bool:
    """Whether neither the test nor its project says anything about who acts."""
    item = request.node
    return not is_marked(item) and "with_unionid" not in request.fixturenames and is_ours(item, "wx_app")


def chosen_user(request: pytest.FixtureRequest, cloud: WxCloud) -> tuple[WxUser | None, Acting]:
    """The user that the markers and the project's wx_app choose, ready to act.

    Raises:
        InvalidIdentityError: for what they say wrongly.
    """
    item = request.node
    check_marks(item)
    chosen = chosen_for(item)
    app = cloud.app if is_ours(item, "wx_app") else request.getfixturevalue("wx_app")
    user = fabricate(cloud, app, chosen, getattr(request, "param", None))
    return user, cloud.in_place(principal_for(user, chosen, request.fixturenames))


def fabricate(cloud: WxCloud, app: WxApp, chosen: Chosen, each: str | None) -> WxUser | None:
    """The user a test acts as; None when it is marked anonymous.

    Raises:
        InvalidIdentityError: for malformed ids, or a unionid in an unbound app.
    """
    from ..identity import WxApp

    if chosen.anonymous:
        return None
    if each is not None:
        return cloud.people.user(each, app=app)
    given = {} if chosen.who is None or chosen.who.name == "wx_each_user" else chosen.arguments
    if given.get("appid") is not None:
        app = WxApp(given["appid"], platform=app.platform)
    traits = {name: given[name] for name in TRAITS if given.get(name) is not None}
    return cloud.people.user(
        given.get("name") or "wx_user",
        app=app,
        openid=given.get("openid"),
        unionid=given.get("unionid"),
        traits=traits,
    )


def principal_for(user: WxUser | Principal | None, chosen: Chosen, fixtures: list[str]) -> Principal:
    """The user of the test, through the channel and with the unionid that its markers ask for.

    Raises:
        InvalidIdentityError: for an unknown channel, or a unionid that is not there to show.
    """
    from dataclasses import replace

    from ..identity import Principal, as_principal, channel_named

    if isinstance(user, Principal):  # a project's own wx_user may say everything
        principal = user
    else:
        given = chosen.arguments
        principal = as_principal(user)
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


def refuse_given(item: pytest.Item) -> None:
    """Fail a ``@given`` test that takes a function-scoped fixture of ours, before Hypothesis does."""
    function = getattr(item, "obj", None)
    if not getattr(function, "is_hypothesis_test", False):
        return
    settings = getattr(function, "_hypothesis_internal_use_settings", None)
    suppressed = {check.name for check in getattr(settings, "suppress_health_check", ())}
    names: tuple[str, ...] = item._fixtureinfo.argnames  # type: ignore[attr-defined]  # no public way to the signature
    mine = [name for name in names if name in FIXTURES or name == "wx_app"]
    if mine and "function_scoped_fixture" not in suppressed:
        pytest.fail(GIVEN.format(name=mine[0]), pytrace=False)
