"""The fixtures. Each constructs, yields and undoes; the work is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import ContractError, WxCloudError
from .acting import (
    SCENE,
    TIME,
    acting_fixture,
    check_marks,
    chosen_user,
    is_usual,
    overriding_principal,
    refuse_given,
    told_plainly,
)
from .contracts import where
from .overriding import ACTING
from .state import STATE

if TYPE_CHECKING:
    from ..checks.attempt import Attempts
    from ..checks.stories.story import Script
    from ..checks.world import World
    from ..cloud import WxCloud
    from ..database import Database
    from ..identity import Users, WxApp, WxUser


@pytest.fixture(scope="session")
def wx_cloud(request: pytest.FixtureRequest) -> Iterator[WxCloud]:
    """Calls cloud functions as anyone: wx_cloud.call("addTodo", {…}, caller=…). Safe under @given."""
    with told_plainly():
        cloud = request.config.stash[STATE].cloud
    yield cloud
    with told_plainly():
        cloud.apps.close()


@pytest.fixture(scope="session")
def wx_users(wx_cloud: WxCloud) -> Users:
    """Named people: wx_users["alice"] is the same WxUser in every test. Safe under @given."""
    from ..identity import Users

    return Users(lambda: wx_cloud.people)


@pytest.fixture(scope="session")
def wx_db(wx_cloud: WxCloud) -> Database:
    """The local database, in pymongo's words; each test starts from what wider fixtures put there."""
    return wx_cloud.db


@pytest.fixture(name=SCENE)
def _scene(wx_cloud: WxCloud) -> Iterator[None]:
    """Takes back, after the test, whatever it did to the local cloud."""
    with told_plainly(), wx_cloud.scene():
        yield


@pytest.fixture
def wx_app(request: pytest.FixtureRequest, wx_cloud: WxCloud) -> WxApp:
    """The Mini Program under test: its appid, environment and Open Platform account."""
    refuse_given(request.node)
    return wx_cloud.wx_app


@pytest.fixture
def wx_user(request: pytest.FixtureRequest) -> Iterator[WxUser | None]:
    """The WeChat user that this test acts as; None when it is marked wx_anonymous."""
    state = request.config.stash[STATE]
    refuse_given(request.node)
    with told_plainly():
        user, someone = state.usual if is_usual(request) else chosen_user(request, state.cloud)
        state.cloud.enter(someone)
    yield user
    state.cloud.leave(someone)


@pytest.fixture
def with_unionid(wx_user: WxUser) -> str | None:
    """Has the platform show the user's unionid, and returns it."""
    user = getattr(wx_user, "user", wx_user)  # a project's own wx_user may be a Principal
    return getattr(user, "unionid", None)


@pytest.fixture
def wx_context(request: pytest.FixtureRequest, wx_cloud: WxCloud) -> dict[str, Any]:
    """The context argument to pass to a Python handler that the test calls itself."""
    request.getfixturevalue(acting_fixture(request.node))
    return wx_cloud.context_for()


@pytest.fixture(name=ACTING)
def _acting(request: pytest.FixtureRequest, wx_cloud: WxCloud, wx_user: WxUser | None) -> Iterator[None]:
    """Lets the wx_user of a project's own act while the test runs."""
    refuse_given(request.node)
    with told_plainly():
        someone = wx_cloud.in_place(overriding_principal(request, wx_user))
        wx_cloud.enter(someone)
    yield
    wx_cloud.leave(someone)


@pytest.fixture(name=TIME)
def _time(request: pytest.FixtureRequest) -> Iterator[None]:
    """Freezes time as wx_time says."""
    from freezegun import freeze_time

    from ..frozen import REAL_TIME
    from ..markers import bind

    with told_plainly():
        check_marks(request.node)
        given = bind(request.node.get_closest_marker("wx_time"))
        try:
            frozen = freeze_time(
                given["instant"],
                tick=given.get("tick", False),
                auto_tick_seconds=given.get("auto_tick_seconds", 0),
                real_asyncio=True,
                ignore=list(REAL_TIME),
            )
        except (ValueError, TypeError) as error:
            told = f"wx_time({given['instant']!r}): no instant that could be read: {error}"
            raise pytest.fail.Exception(told, pytrace=False) from None
    with frozen:
        yield


@pytest.fixture(scope="class")
def _wx_world(request: pytest.FixtureRequest, wx_cloud: WxCloud) -> Iterator[World]:
    """The people of a contract and what each has, arranged once for all its laws."""
    from ..checks.arranging import arranged

    contract = request.cls()
    with told_plainly():
        try:
            with arranged(contract, wx_cloud) as world:
                yield world
        except WxCloudError as error:
            told = request.config.stash[STATE].contracts.failed(contract, error)
            raise pytest.fail.Exception(told, pytrace=False) from None


@pytest.fixture
def wx_attempts(request: pytest.FixtureRequest, _wx_world: World) -> Iterator[Attempts]:
    """Makes the calls of one law of a contract, each in the world as it was arranged."""
    from ..checks.attempt import attempting

    with attempting(_wx_world) as attempts:
        yield attempts
        request.config.stash[STATE].contracts.tried(attempts)


@pytest.fixture(scope="class")
def wx_script(request: pytest.FixtureRequest, wx_cloud: WxCloud) -> Iterator[Script]:
    """What the stories of a machine begin with, prepared once."""
    from ..checks.spelling import check_spelling
    from ..checks.stories.preparing import prepared

    with told_plainly():
        try:
            check_spelling(request.cls)
            with prepared(request.cls.__name__, request.cls.contracts, wx_cloud) as script:
                yield script
        except ContractError as error:
            raise pytest.fail.Exception(f"Set-up of a contract: {error}{where(error)}", pytrace=False) from None
