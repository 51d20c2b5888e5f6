"""Every law that there is, is a test of contracts: one that is not would never be tried, and nobody would notice."""

from __future__ import annotations

from pytest_wxcloud import AuthorizationContract
from pytest_wxcloud.checks.demands import DEMANDS
from pytest_wxcloud.checks.laws import LAWS
from pytest_wxcloud.checks.surface import SURFACE
from pytest_wxcloud.own_tests import OwnTest
from pytest_wxcloud.web_contract import WebLaws


class Plain(AuthorizationContract):
    function = "removeTodo"


class Demanding(Plain):
    demand = frozenset(DEMANDS)


def names_of(kind: type) -> set[str]:
    return {name.removeprefix("test_") for name in dir(kind) if name.startswith("test_") and getattr(kind, name)}


def test_every_law_is_a_test() -> None:
    """Of functions all but those of requests; of those that are demanded, the demanded."""
    assert LAWS.keys() <= names_of(Plain)
    assert names_of(Plain).isdisjoint({*SURFACE, *DEMANDS})
    assert names_of(Demanding) - names_of(Plain) == DEMANDS.keys()
    assert names_of(WebLaws) == SURFACE.keys()


def test_every_test_of_a_law_tells_its_promise_and_can_be_marked() -> None:
    for kind in AuthorizationContract.__mro__:
        for name, held in vars(kind).items():
            if name.startswith("test_") and held is not None:
                assert isinstance(held, OwnTest), name
                assert held.__doc__, name
