"""Which wx_user a test gets: ours, or one that its project has put in its place.

The only room that looks into pytest's fixtures, of which there is no public way to see or to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

USER = "wx_user"
ACTING = "_wx_acting"
_OURS = f"{__package__}.fixtures"


def definitions(item: Any, fixture: str) -> Sequence[Any]:
    """pytest's definitions of `fixture` for `item`, the closest last; empty when there is none."""
    known = item._fixtureinfo.name2fixturedefs.get(fixture)
    return known or item.session._fixturemanager.getfixturedefs(fixture, item) or ()


def is_ours(item: Any, fixture: str) -> bool:
    """Whether `item` gets our fixture of that name, and not one that its project has put in its place."""
    return _is_ours(definitions(item, fixture)[-1])


def _is_ours(definition: Any) -> bool:
    return getattr(definition.func, "__module__", None) == _OURS


def is_function_scoped(item: Any, fixture: str) -> bool:
    """Whether `fixture` is made anew for each test; also said of one that is not there."""
    known = item._fixtureinfo.name2fixturedefs.get(fixture)
    return not known or known[-1].scope == "function"


def asks_for_ours(item: Any) -> bool:
    """Whether the project's own wx_user is built on ours."""
    for definition in reversed(definitions(item, USER)):
        if _is_ours(definition):
            return True
        if USER not in definition.argnames:
            break
    return False


def is_parametrized(item: Any) -> bool:
    """Whether ``parametrize("wx_user", …)`` says who the test acts as."""
    for mark in item.iter_markers("parametrize"):
        names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
        if USER in ([name.strip() for name in names.split(",")] if isinstance(names, str) else names):
            return True
    return False


def find_parameters(metafunc: pytest.Metafunc) -> None:
    """Let a test that acts without naming wx_user run once per parameter of the project's own."""
    known = definitions(metafunc.definition, USER)
    if USER not in metafunc.fixturenames and any(definition.params is not None for definition in known):
        metafunc.fixturenames.append(USER)
        metafunc._arg2fixturedefs[USER] = known


def prefer_ours(metafunc: pytest.Metafunc) -> None:
    """Give all cases of a test our wx_user in place of a project's own that knows nothing of it."""
    if _may_be_ours(metafunc.definition):
        metafunc._arg2fixturedefs[USER] = _ours_alone(metafunc.definition)


def give_ours(item: Any) -> None:
    """The same for one test, one case of which may be marked by itself."""
    if _may_be_ours(item):
        found = {**item._fixtureinfo.name2fixturedefs, USER: _ours_alone(item)}
        item._fixtureinfo = replace(item._fixtureinfo, name2fixturedefs=found)
        item._initrequest()


def _ours_alone(item: Any) -> list[Any]:
    return [definition for definition in definitions(item, USER) if _is_ours(definition)]


def _may_be_ours(item: Any) -> bool:
    """Not where a fixture of wider scope is made for the project's own, nor in a case of its parametrization."""
    if asks_for_ours(item) or USER in getattr(getattr(item, "callspec", None), "params", ()):
        return False
    known = item._fixtureinfo.name2fixturedefs.items()
    others = [found[-1] for name, found in known if name != USER and found]
    return not any(USER in other.argnames and other.scope != "function" for other in others)


def act_when_asked(fixture: Any, request: pytest.FixtureRequest) -> None:
    """Let the project's own wx_user, just made, act also when ``getfixturevalue`` asked for it, as ours does."""
    item = request.node
    if fixture.scope != "function" or ACTING in item.fixturenames:
        return
    if definitions(item, USER)[-1] is fixture and not _is_ours(fixture):
        item._request.getfixturevalue(ACTING)  # not of `request`, for which wx_user is the one that it overrides
