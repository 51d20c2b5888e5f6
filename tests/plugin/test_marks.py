"""A mark on a law that one class inherits is on the tests of that class alone."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from pytest_wxcloud import AuthorizationContract, AuthorizationMachine

if TYPE_CHECKING:
    from collections.abc import Callable

LAW = "test_strangers_have_no_effect"
Kind = type[AuthorizationContract] | type[AuthorizationMachine]


class Contract(AuthorizationContract):
    function = "removeTodo"


class WebContract(AuthorizationContract):
    app = "web:app"


class Demanding(AuthorizationContract):
    demand = frozenset({"openids_stay"})


class Machine(AuthorizationMachine):
    contracts = [Contract]


class OfTheirOwn(AuthorizationContract):
    """A base class of a user's own, with a law that it has written itself."""

    @pytest.mark.filterwarnings("default")
    def test_strangers_have_no_effect(self, wx_attempts: Any, *, times: int = 1) -> None:
        super().test_strangers_have_no_effect(wx_attempts)


INHERITED = [
    (AuthorizationContract, LAW),
    (Contract, LAW),
    (OfTheirOwn, LAW),
    (WebContract, "test_no_header_smuggles_identity"),
    (AuthorizationContract, "test_without_identity_it_refuses"),
    (Demanding, "test_openids_stay"),
    (AuthorizationMachine, "test_stories"),
    (Machine, "test_stories"),
]


def marks(kind: Kind, test: str) -> list[str]:
    """The names of the marks that pytest would see."""
    return [mark.name for mark in getattr(getattr(kind, test), "pytestmark", [])]


@pytest.mark.parametrize(("kind", "test"), INHERITED, ids=lambda one: getattr(one, "__name__", one))
@pytest.mark.parametrize("mark", [pytest.mark.skip(reason="r"), pytest.mark.xfail(reason="r")], ids=["skip", "xfail"])
def test_a_mark_is_on_the_class_that_says_it(kind: Kind, test: str, mark: Callable[..., Any]) -> None:
    """Neither on the class that it was read from, nor on one that was there before, nor on a later one."""
    usual = marks(kind, test)
    before = type("Before", (kind,), {})
    marked = type("Marked", (kind,), {test: mark(getattr(kind, test))})
    twice = type("Twice", (marked,), {test: pytest.mark.usefixtures("wx_cloud")(getattr(marked, test))})
    after = type("After", (kind,), {})

    assert [marks(one, test) for one in (kind, before, after)] == [usual] * 3
    assert marks(marked, test) == [*usual, getattr(mark, "name")]  # noqa: B009  # a MarkDecorator
    assert marks(type("Below", (marked,), {}), test) == marks(marked, test)
    assert marks(twice, test) == [*marks(marked, test), "usefixtures"]


def test_a_law_that_is_not_demanded_is_there_to_be_marked() -> None:
    """A contract has no test of it; one that demands it has that of the class above, with its mark."""

    class Marked(AuthorizationContract):
        test_openids_stay = pytest.mark.skip(reason="r")(AuthorizationContract.test_openids_stay)

    class Below(Marked):
        demand = frozenset({"openids_stay"})

    assert Contract.test_openids_stay is None
    assert marks(Below, "test_openids_stay") == ["skip"]
    assert marks(Demanding, "test_openids_stay") == []


def test_a_law_read_from_a_class_is_a_function_like_any_other() -> None:
    """With its signature, its defaults, its docstring and its source; of an instance it is a method."""
    law, own = AuthorizationContract.test_strangers_have_no_effect, OfTheirOwn.test_strangers_have_no_effect

    assert inspect.isfunction(law)
    assert list(inspect.signature(law).parameters) == ["self", "wx_attempts"]
    assert inspect.getdoc(law) == "Strangers, bystanders and near misses touch and see nothing."
    assert "def test_strangers_have_no_effect" in inspect.getsource(law)
    assert (law.__qualname__, law.__module__) == (f"AuthorizationContract.{LAW}", "pytest_wxcloud.contract")
    assert inspect.signature(own).parameters["times"].default == 1
    assert inspect.ismethod(Contract().test_strangers_have_no_effect)


TODOS = """
    import pytest
    from pytest_wxcloud import AuthorizationContract, AuthorizationMachine

    class Todos(AuthorizationContract):
        function = "removeTodo"
        allow = {"owner"}

        def arrange(self, cloud, person):
            return cloud.db["todos"].insert_one({"_openid": person.openid}).inserted_id

        def event(self, todo_id, caller):
            return {"id": todo_id}

    class TestBefore(Todos):
        pass

    class TestMarked(Todos):
        test_strangers_have_no_effect = pytest.mark.xfail(reason="r")(Todos.test_strangers_have_no_effect)

    class TestOwn(Todos):
        def test_strangers_have_no_effect(self, wx_attempts):
            super().test_strangers_have_no_effect(wx_attempts)

    class TestAfter(Todos):
        pass

    class TestMarkedStories(AuthorizationMachine):
        test_stories = pytest.mark.skip(reason="r")(AuthorizationMachine.test_stories)

    class TestStories(AuthorizationMachine):
        pass
"""
REMOVES_ANY = """
    const cloud = require('wx-server-sdk')
    cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
    exports.main = ({ id }) => cloud.database().collection('todos').where({ _id: String(id) }).remove()
"""


def test_pytest_tries_it_in_every_other_class(pytester: pytest.Pytester, mini_program: Any) -> None:
    """Only the contract that expects a hole is forgiven it."""
    mini_program.function("removeTodo", REMOVES_ANY)
    pytester.makepyfile(TODOS)
    result = pytester.runpytest_inprocess("-rA", "-k", "strangers or stories")

    result.assert_outcomes(failed=3, xfailed=1, skipped=1, errors=1)  # a machine without contracts
    result.stdout.fnmatch_lines_random(
        [
            *(f"FAILED *::{name}::{LAW}*" for name in ("TestBefore", "TestOwn", "TestAfter")),
            f"XFAIL *::TestMarked::{LAW}*",
            "ERROR *::TestStories::test_stories*",
        ]
    )
