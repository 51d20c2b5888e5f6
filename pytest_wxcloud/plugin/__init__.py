"""The pytest plugin: hooks and fixtures over the harness. The only room that imports pytest.

What is imported here is imported in every run, so the rest is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any

import pytest

from ..errors import WxCloudError
from ..markers import marker_lines
from .acting import WRONG, make_cases, may_act, put_first
from .contracts import check_path
from .fixtures import (
    _acting,
    _scene,
    _time,
    _wx_world,
    with_unionid,
    wx_app,
    wx_attempts,
    wx_cloud,
    wx_context,
    wx_db,
    wx_script,
    wx_user,
    wx_users,
)
from .options import add_options
from .overriding import USER, act_when_asked
from .state import STATE, State

#: Whoever implements one of these adds something, which is collected and checked before any test.
EXTENSION_HOOKS = (
    "pytest_wxcloud_carriers",
    "pytest_wxcloud_channels",
    "pytest_wxcloud_id_pools",
    "pytest_wxcloud_customise_user",
)
__all__ = [
    "_acting",
    "_scene",
    "_time",
    "_wx_world",
    "with_unionid",
    "wx_app",
    "wx_attempts",
    "wx_cloud",
    "wx_context",
    "wx_db",
    "wx_script",
    "wx_user",
    "wx_users",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from .. import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    for line in marker_lines():
        config.addinivalue_line("markers", line)
    state = config.stash[STATE] = State(config)
    config.pluginmanager.register(state.contracts, "pytest_wxcloud_contracts")


def pytest_unconfigure(config: pytest.Config) -> None:
    state = config.stash.get(STATE, None)
    if state is not None:
        state.close()


def pytest_sessionstart(session: pytest.Session) -> None:
    from ..ambient import people_from

    state = session.config.stash[STATE]
    try:
        _ = state.seed
        check_path(session.config)
        if any(getattr(session.config.hook, name).get_hookimpls() for name in EXTENSION_HOOKS):
            from .extensions import collect

            state.extensions = collect(session.config)
            state.on_exit.enter_context(state.extensions.channels_known())
    except WxCloudError as error:
        raise pytest.UsageError(str(error)) from None
    state.on_exit.enter_context(people_from(lambda: state.people))


def pytest_report_header(config: pytest.Config) -> list[str]:
    from .header import header

    try:
        return header(config.stash[STATE])
    except WxCloudError as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(tryfirst=True)  # before the parametrizations of a project's own wx_user
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if may_act(metafunc.definition, metafunc.fixturenames):
        make_cases(metafunc)


def pytest_itemcollected(item: pytest.Item) -> None:
    if hasattr(item, "fixturenames"):
        put_first(item)
        item.config.stash[STATE].contracts.collect(item)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start Node now, if a test is going to need it: it gets ready while pytest does."""
    if session.config.option.collectonly:
        return
    item = next((item for item in session.items if "wx_cloud" in getattr(item, "fixturenames", ())), None)
    if item is not None:
        from .preload import preload_ahead

        state = session.config.stash[STATE]
        state.node = item
        with suppress(WxCloudError):  # told in the test's set-up
            preload_ahead(state.cloud, item)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """What a fixture puts into the local cloud outlives the scenes of narrower fixtures that were set up before it."""
    made = request.config.stash[STATE].made
    if made is None or not made.local.scenes:
        value = yield
    else:
        from .widening import beneath_narrower

        with beneath_narrower(made, fixturedef.scope):
            value = yield
    if made is not None:
        for scene in made.local.scenes:  # those that it has left open are of its scope
            scene.scope = scene.scope or fixturedef.scope
    if fixturedef.argname == USER:
        act_when_asked(fixturedef, request)
    return value


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[STATE].node = item
    if wrong := item.stash.get(WRONG, ""):
        pytest.fail(wrong, pytrace=False)
