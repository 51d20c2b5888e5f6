"""What is written wrongly in a contract or a machine is an error of set-up, whatever else is right with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, WxCloud
from pytest_wxcloud.checks.spelling import check_spelling, is_near
from pytest_wxcloud.checks.validation import validate
from pytest_wxcloud.errors import ContractError

if TYPE_CHECKING:
    from ..conftest import ProjectFolder

MISSPELT = {
    "may_not_sett": ({"users.level": {9}}, "may_not_set"),
    "demands": ({"openids_stay"}, "demand"),
    "roels": (("admin",), "roles"),
    "keyedBy": ("unionid", "keyed_by"),
    "Allow": ({"anyone"}, "allow"),
    "functoin": (len, "function"),
    "decid": (lambda self, outcome: True, "decide"),
    "geniune": (lambda self, cloud, event: event, "genuine"),
    "grnat": (lambda self, cloud, person, role, scope: None, "grant"),
    "test_stranger_have_no_effect": (lambda self, wx_attempts: None, "test_strangers_have_no_effect"),
    "test_openid_stay": (lambda self, wx_attempts: None, "test_openids_stay"),
}


@pytest.mark.parametrize(("name", "held", "meant"), [(name, *it) for name, it in MISSPELT.items()], ids=MISSPELT)
@pytest.mark.parametrize("above", [False, True], ids=["", "in a class above"])
def test_a_name_that_is_nearly_one_of_ours(name: str, held: object, meant: str, above: bool) -> None:
    """In the class itself, and in a user's own class above it, also in one that is no contract."""
    kind: Any = type("TestIt", (AuthorizationContract,), {name: held})
    if above:
        kind = type("TestIt", (type("Own", (), {name: held}), AuthorizationContract), {})

    with pytest.raises(ContractError) as told:
        check_spelling(kind)

    said = f"{'Own' if above else 'TestIt'}.{name} means nothing here. Did you mean {meant!r}? If it is a helper"
    assert str(told.value).startswith(said)


@pytest.mark.parametrize("name", ["contract", "setting", "test_storie"])
def test_a_machine_too(name: str) -> None:
    held = (lambda self, wx_script: None) if name.startswith("test_") else []
    with pytest.raises(ContractError, match=rf"TestIt\.{name} means nothing here\. Did you mean"):
        check_spelling(type("TestIt", (AuthorizationMachine,), {name: held}))


def test_other_names_are_nobodys_business() -> None:
    """Helpers, pytest's own names, names of one's own that begin with an underscore, and what is of another kind."""

    class Own(AuthorizationContract):
        pytestmark = pytest.mark.filterwarnings("default")
        function = "f"
        note_id = "n1"
        api = "v1"  # near `app`, as every short name is near some other
        _rolse = ("a",)

        def setup_method(self) -> None:
            pass

        def role(self) -> str:  # no misspelt `roles`: that is no method
            return "admin"

        def share(self, cloud: Any, person: Any) -> None:
            pass

        def decide(self, outcome: Any) -> bool | None:
            return None

        @pytest.fixture
        def events(self) -> None:
            pass

        def test_of_my_own(self) -> None:
            pass

    check_spelling(Own)
    check_spelling(type("Below", (Own,), {}))
    check_spelling(type("Machine", (AuthorizationMachine,), {"contracts": [Own], "title": "x"}))


@pytest.mark.parametrize(
    ("name", "other", "near"),
    [
        ("roels", "roles", True),
        ("role", "roles", True),
        ("rolles", "roles", True),
        ("rules", "roles", True),
        ("roselo", "roles", False),
        ("orles", "roles", True),
        ("orlse", "roles", False),
        ("rlose", "roles", False),
        ("may_not_sets", "may_not_set", True),
        ("maynotset", "may_not_set", True),
        ("may_not_be_set", "may_not_set", False),
        ("as", "at", False),
    ],
)
def test_near_is_one_edit_or_two_neighbours(name: str, other: str, near: bool) -> None:
    assert is_near(name, other) is near


HELLO = """
    const cloud = require('wx-server-sdk')
    cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
    exports.main = async () => cloud.database().collection('visits').add({ data: { by: cloud.getWXContext().OPENID } })
"""
CONTRACT = """
    from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, WxCloud

    class Base(AuthorizationContract):
        function = "hello"
        allow = {"anyone"}
        MORE

    class TestHello(Base):
        pass

    class TestStories(AuthorizationMachine):
        contracts = [Base]
"""


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:asyncio", "--color=no", "-W", "error", "-k", "strangers or stories")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('may_not_sett = {"users.level": {9}}', "Base.may_not_sett means nothing here. Did you mean 'may_not_set'?"),
        ('roles = ("reader",); gives = "raeder"', "*.gives is 'raeder', which is no role of any contract. Did you mean 'reader'?"),
        ('takes = "guest"', "*.takes is 'guest', which is no role of any contract. Known: owner. Roles are named in roles."),
        ('gives = ["reader"]', "*.gives is ?'reader'?, which is no role of any contract.*"),
        (
            'roles = ("invited",); knows = lambda self, resource, role: "abc"',
            "*.knows(resource, 'invited') answered 'abc'; it answers what only holders of the role know and send*",
        ),
        ("roles = 7", "*.roles is 7; it is a tuple of names: *"),
        ('may_not_set = {"users.level"}', "*.may_not_set is {'users.level'}; it names fields with their collections: *"),
    ],
)  # fmt: skip
def test_it_is_told_in_set_up(pytester: pytest.Pytester, mini_program: ProjectFolder, line: str, said: str) -> None:
    """By contracts and by machines, without a traceback; nothing is tried."""
    mini_program.function("hello", HELLO)
    pytester.makepyfile(CONTRACT.replace("MORE", line))
    result = run(pytester)

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(2 * [f"Set-up of a contract: {said}*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_role_may_be_that_of_another_contract(pytester: pytest.Pytester, mini_program: ProjectFolder) -> None:
    """With which it tells stories; its own laws hold all the same."""
    mini_program.function("hello", HELLO)
    other = '\n    class Reading(AuthorizationContract):\n        roles = ("reader",)\n'
    pytester.makepyfile(CONTRACT.replace("MORE", 'gives = "reader"').replace("[Base]", "[]") + other)
    result = run(pytester)

    result.assert_outcomes(passed=1, errors=1)  # of the machine, which has no contracts


TWICE = """
    from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, WxCloud

    class Hello(AuthorizationContract):
        function = "hello"
        allow = {"anyone", "guide"}
        roles = ("guide",)

        def register(self, cloud, person):
            cloud.db["people"].insert_one({"_id": f"p-{person}"})  # once for each

        def grant(self, cloud, person, role, scope):
            cloud.db["guides"].insert_one({"_id": GUIDE, "who": person.openid})

        def arrange(self, cloud, person):
            return cloud.db["visits"].insert_one({"_id": VISIT, "by": person.openid}).inserted_id

    class TestHello(Hello):
        pass

    class HelloToo(Hello):
        def arrange(self, cloud, person):
            return {"id": super().arrange(cloud, person)}

    class TestStories(AuthorizationMachine):
        contracts = [Hello, HelloToo]
"""


def twice(pytester: pytest.Pytester, mini_program: ProjectFolder, **ids: str) -> pytest.RunResult:
    mini_program.function("hello", HELLO)
    text = TWICE
    for name, id in {"guide": "person.openid", "visit": "None", **ids}.items():
        text = text.replace(name.upper(), id)
    pytester.makepyfile(test_it=text.replace('"_id": None, ', ""))
    return run(pytester)


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ({"visit": '"v1"'}, "arrange raised *_id: \"v1\" }. Nothing was judged. register and arrange are called once *"),
        ({"guide": '"g1"'}, "grant raised *_id: \"g1\" }. Nothing was judged."),
    ],
)  # fmt: skip
def test_what_is_stored_twice_is_told_with_its_line(
    pytester: pytest.Pytester, mini_program: ProjectFolder, ids: dict[str, str], said: str
) -> None:
    """The contract, its method and the line that stored it, not only the key that is there already."""
    result = twice(pytester, mini_program, **ids)

    (value,) = ids.values()
    where = "  *test_it.py:*_id*" + value + "*"
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines([f"Set-up of a contract: TestHello.{said}", where], consecutive=True)
    result.stdout.fnmatch_lines([f"Set-up of a contract: Hello*.{said}", where])


def test_who_is_registered_is_so_once(pytester: pytest.Pytester, mini_program: ProjectFolder) -> None:
    """By contracts that share it, whatever else they arrange, and for each person of their stories."""
    twice(pytester, mini_program).assert_outcomes(passed=2)


@pytest.mark.parametrize("attribute", ["at", "denied_at"])
@pytest.mark.parametrize("instant", ["yesterday", "2026-13-01", 5])
def test_an_instant_that_is_none(attribute: str, instant: object) -> None:
    """It is told as that, and not by a parser's traceback."""
    contract = type("TestIt", (AuthorizationContract,), {"function": "f", "allow": {"owner"}, attribute: instant})()

    with (
        pytest.raises(ContractError, match=rf"TestIt\.{attribute} is {instant!r}; it is an instant"),
        WxCloud() as cloud,
    ):
        validate(contract, cloud)
