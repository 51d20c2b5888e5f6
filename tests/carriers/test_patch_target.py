"""A project's own context provider, replaced wherever a project holds it."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_wxcloud import People, Principal, ProjectError, Settings, WxCloud
from pytest_wxcloud.carriers import PatchTarget
from pytest_wxcloud.identity import CHANNELS
from pytest_wxcloud.runtimes.patching import Patches

PEOPLE = People()
ALICE, BOB = PEOPLE["alice"], PEOPLE["bob"]

FILES = {
    "__init__": "",
    "auth": """
def get_wx_context(request=None):
    '''Asks the platform.'''
    return {"OPENID": "from the platform", "request": request}

async def get_wx_context_soon(request=None):
    return {"OPENID": "from the platform", "request": request}

class Gateway:
    def current(self):
        return {"OPENID": "from the platform"}

gateway = Gateway()
""",
    "views": """
from shop.auth import get_wx_context
from shop.auth import get_wx_context as whoami, get_wx_context_soon

def openid():
    return get_wx_context()["OPENID"]

def openid_of_request():
    return whoami({"path": "/"})["OPENID"]

async def openid_soon():
    return (await get_wx_context_soon())["OPENID"]
""",
    "late": """
from shop.auth import get_wx_context

def openid():
    return get_wx_context()["OPENID"]
""",
    "testing": """
def as_tuple(context):
    return (context.openid, context.unionid)
""",
    "broken": "import a_package_that_is_not_installed",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """A package of a project; imports one of its modules."""
    for name, code in FILES.items():
        path = tmp_path / "shop" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda name: importlib.import_module(f"shop.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


@pytest.fixture
def cloud_with(shop: object, tmp_path: Path) -> Iterator[Callable[..., WxCloud]]:
    """A harness with these lines of wxcloud_patch."""
    made: list[WxCloud] = []

    def make(*lines: str) -> WxCloud:
        made.append(WxCloud(tmp_path, Settings(patch=tuple(map(PatchTarget.parse, lines)))))
        return made[-1]

    yield make
    for cloud in made:
        cloud.close()


def test_it_answers_what_getwxcontext_does(shop: Any, cloud_with: Any) -> None:
    """The replaced function answers OPENID, APPID, ENV, SOURCE and CLIENTIP, and no key for what is missing."""
    with cloud_with("shop.auth:get_wx_context").acting_as(ALICE):
        answer = shop("auth").get_wx_context()
    assert answer == {
        "OPENID": ALICE.openid,
        "APPID": ALICE.app.appid,
        "ENV": ALICE.app.env_id,
        "SOURCE": "wx_client",
        "CLIENTIP": "203.0.113.7",
    }


@pytest.mark.parametrize("view", ["openid", "openid_of_request"])
def test_it_is_replaced_where_it_was_imported_by_name(shop: Any, cloud_with: Any, view: str) -> None:
    """A module that imported the function before, also under another name, asks the replacement."""
    ask = getattr(shop("views"), view)
    with cloud_with("shop.auth:get_wx_context").acting_as(ALICE):
        assert ask() == ALICE.openid


def test_it_is_replaced_where_it_is_imported_later(shop: Any, cloud_with: Any) -> None:
    """A module that imports the function only now gets the replacement, and is harmless afterwards."""
    cloud = cloud_with("shop.auth:get_wx_context")
    with cloud.acting_as(ALICE):
        late = shop("late")
        assert late.openid() == ALICE.openid
    cloud.close()
    assert late.openid() == "from the platform"


def test_async_originals_stay_async(shop: Any, cloud_with: Any) -> None:
    """A coroutine function is replaced by one, so that 'await' goes on working."""
    views = shop("views")
    cloud = cloud_with("shop.auth:get_wx_context_soon")
    with cloud.acting_as(ALICE):
        assert asyncio.run(views.openid_soon()) == ALICE.openid
    assert asyncio.run(views.openid_soon()) == "from the platform"


def test_two_tasks_are_two_people(shop: Any, cloud_with: Any) -> None:
    """Two tasks that act as different people are answered differently, also when they take turns."""
    views = shop("views")
    cloud = cloud_with("shop.auth:get_wx_context")

    async def seen_by(who: Any) -> list[str]:
        with cloud.acting_as(who):
            seen = []
            for _ in range(3):
                seen.append(views.openid())
                await asyncio.sleep(0)
            return seen

    async def both() -> list[list[str]]:
        return [*await asyncio.gather(seen_by(ALICE), seen_by(BOB))]

    assert asyncio.run(both()) == [[ALICE.openid] * 3, [BOB.openid] * 3]


def test_a_method_of_a_class(shop: Any, cloud_with: Any) -> None:
    """A dotted name after the colon reaches a method, and it is called like one."""
    auth = shop("auth")
    with cloud_with("shop.auth:Gateway.current").acting_as(ALICE):
        assert auth.gateway.current()["OPENID"] == ALICE.openid
    assert auth.gateway.current()["OPENID"] == "from the platform"


def test_a_converter_gives_another_shape(shop: Any, cloud_with: Any) -> None:
    """A converter is called with the WXContext, and its answer is the function's."""
    shop("auth")
    cloud = cloud_with("shop.auth:get_wx_context = shop.testing:as_tuple")
    with cloud.acting_as(Principal(ALICE, shows_unionid=True)):
        assert shop("auth").get_wx_context() == (ALICE.openid, ALICE.unionid)
    with cloud.acting_as(None):
        assert shop("auth").get_wx_context() == (None, None)


CALLERS = {
    "nobody": (None, {"APPID": PEOPLE.app.appid, "ENV": PEOPLE.app.env_id, "SOURCE": "wx_http"}),
    "resource sharing": (
        Principal(ALICE, CHANNELS["resource_sharing"]),
        {
            "APPID": PEOPLE.app.appid,
            "FROM_OPENID": ALICE.openid,
            "FROM_APPID": ALICE.app.appid,
            "CLIENTIP": "203.0.113.7",
            "ENV": PEOPLE.app.env_id,
            "SOURCE": "wx_client",
        },
    ),
}


@pytest.mark.parametrize(("who", "answer"), CALLERS.values(), ids=CALLERS)
def test_a_handler_that_is_called(shop: Any, cloud_with: Any, who: Any, answer: dict[str, str]) -> None:
    """A Python handler that the harness calls asks the replacement too, for whoever calls it."""
    get_wx_context = shop("auth").get_wx_context  # held before it is replaced, and not by a module
    cloud = cloud_with("shop.auth:get_wx_context")
    assert cloud.call(lambda event, context: shop("auth").get_wx_context(), caller=who).result == answer
    assert get_wx_context()["OPENID"] == "from the platform"


def test_while_nobody_acts_the_original_is_called(shop: Any, cloud_with: Any) -> None:
    """Outside any identity the project's own function runs, with the arguments it was given."""
    views, auth = shop("views"), shop("auth")
    cloud = cloud_with("shop.auth:get_wx_context")
    with cloud.acting_as(ALICE):
        assert views.openid() == ALICE.openid
    assert views.openid() == "from the platform"
    assert auth.get_wx_context("a request") == {"OPENID": "from the platform", "request": "a request"}


def test_it_still_looks_like_the_original(shop: Any, cloud_with: Any) -> None:
    """Name and docstring stay, so that frameworks that register functions by name are not confused."""
    with cloud_with("shop.auth:get_wx_context").acting_as(ALICE):
        replaced = shop("auth").get_wx_context
        assert (replaced.__name__, replaced.__doc__) == ("get_wx_context", "Asks the platform.")


def test_everything_is_put_back(shop: Any) -> None:
    """Undone, each module holds the very object that it held before, and undoing again does nothing."""
    auth, views = shop("auth"), shop("views")
    before = (auth.get_wx_context, views.get_wx_context, views.whoami, views.get_wx_context_soon)
    lines = ("shop.auth:get_wx_context", "shop.auth:get_wx_context_soon")
    patches = Patches(map(PatchTarget.parse, lines))
    patches.apply()
    patches.apply()
    assert auth.get_wx_context is views.get_wx_context is views.whoami is not before[0]
    patches.undo()
    patches.undo()
    assert (auth.get_wx_context, views.get_wx_context, views.whoami, views.get_wx_context_soon) == before


def test_it_is_put_back_when_the_test_fails(shop: Any, cloud_with: Any) -> None:
    """An exception in the block leaves nobody acting."""
    views = shop("views")
    cloud = cloud_with("shop.auth:get_wx_context")
    with pytest.raises(ZeroDivisionError), cloud.acting_as(ALICE):
        _ = 1 / 0
    assert views.openid() == "from the platform"


LINES = {
    "shop.auth:get_wx_context": PatchTarget("shop.auth", "get_wx_context"),
    "  shop.auth:Gateway.current  ": PatchTarget("shop.auth", "Gateway.current"),
    "shop.auth:whoami=shop.testing:as_tuple": PatchTarget("shop.auth", "whoami", "shop.testing:as_tuple"),
    "shop.auth:whoami  =  shop.testing:as_tuple": PatchTarget("shop.auth", "whoami", "shop.testing:as_tuple"),
}


@pytest.mark.parametrize(("line", "target"), LINES.items())
def test_lines_that_are_understood(line: str, target: PatchTarget) -> None:
    """A line is 'module:function', perhaps '= module:converter', with blanks wherever one likes."""
    assert PatchTarget.parse(line) == target


@pytest.mark.parametrize(
    "line",
    ["", "shop.auth", "shop.auth.get_wx_context", "shop.auth:", ":get_wx_context", "shop.auth:f =", "a:b = c", "a:b:c"],
)
def test_lines_that_are_not(line: str) -> None:
    """Any other line is quoted, beside the two forms there are."""
    with pytest.raises(ProjectError) as caught:
        PatchTarget.parse(line)
    assert repr(line) in str(caught.value)
    assert "'module:function'" in str(caught.value)
    assert "'module:function = module:converter'" in str(caught.value)


MISTAKES = {
    "shop.auht:get_wx_context": ["cannot import 'shop.auht'", "No module named 'shop.auht'"],
    "shop.broken:f": ["cannot import 'shop.broken'", "a_package_that_is_not_installed"],
    "shop.auth:get_wx_contxt": ["'shop.auth' has no 'get_wx_contxt'", "Did you mean 'get_wx_context'"],
    "shop.auth:Gateway.curent": ["'shop.auth' has no 'Gateway.curent'"],
    "shop.auth:get_wx_context = shop.testing:as_tupel": ["'shop.testing' has no 'as_tupel'", "'as_tuple'"],
}


@pytest.mark.parametrize(("line", "said"), MISTAKES.items())
def test_a_target_that_is_not_there(cloud_with: Any, line: str, said: list[str]) -> None:
    """The first use says wxcloud_patch, what is missing, and the near names; nothing is replaced."""
    with pytest.raises(ProjectError, match="wxcloud_patch") as caught, cloud_with(line).acting_as(ALICE):
        pass
    for part in said:
        assert part in str(caught.value)


def test_what_stood_in_a_class_is_put_back_as_it_was() -> None:
    """Static, class and inherited methods work while replaced, and afterwards are what they were."""
    module = ModuleType("shop_with_classes")
    exec(
        "class Base:\n"
        "    def inherited(self): return self.name\n"
        "class Shop(Base):\n"
        "    name = 'shop'\n"
        "    @staticmethod\n"
        "    def static(): return 'static'\n"
        "    @classmethod\n"
        "    def of_class(cls): return cls.name\n",
        vars(module),
    )
    sys.modules["shop_with_classes"] = module
    names = ("static", "of_class", "inherited")
    before = {name: vars(module.Shop).get(name) for name in names}
    patches = Patches(PatchTarget.parse(f"shop_with_classes:Shop.{name}") for name in names)
    try:
        patches.apply()
        shop = module.Shop()
        assert [getattr(shop, name)() for name in names] == ["static", "shop", "shop"]
        with WxCloud().acting_as(None):
            assert [getattr(shop, name)()["SOURCE"] for name in names] == ["wx_http"] * 3
        patches.undo()
        assert {name: vars(module.Shop).get(name) for name in names} == before
    finally:
        del sys.modules["shop_with_classes"]


def test_one_bad_target_replaces_nothing() -> None:
    """Every target is found before any is replaced."""
    original = json.dumps
    patches = Patches(map(PatchTarget.parse, ("json:dumps", "json:nothing")))
    for _ in range(2):
        with pytest.raises(ProjectError, match="'json' has no 'nothing'"):
            patches.apply()
        assert json.dumps is original
    with pytest.raises(ProjectError, match="'json:__all__' is list, not a function"):
        Patches([PatchTarget.parse("json:__all__")]).apply()
