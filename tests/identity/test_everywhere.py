"""The same people in every process, and nothing imported before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from textwrap import dedent
from typing import Any

import pytest

from pytest_wxcloud import People

TELL = """
    import json
    from pytest_wxcloud import People, WeChatProvider
    from faker import Faker

    people = People(seed=3)
    alice = people["alice"]
    there = alice.in_app(people.fabricate_app(5))
    fake = Faker()
    fake.add_provider(WeChatProvider)
    fake.seed_instance(11)
    print(json.dumps({
        "ids": [alice.openid, alice.unionid, alice.session_key, alice.app.appid, alice.app.env_id],
        "there": [there.openid, there.unionid],
        "numbers": [people[number].openid for number in range(20)],
        "profile": [alice.profile.nickname, alice.profile.phone_number, alice.profile.city, alice.profile.avatar_url],
        "provider": [fake.wx_openid(), fake.wx_nickname()],
    }))
"""


def run(code: str, **environment: str) -> str:
    """Run code in a new process and answer what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(code)],
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told() -> list[Any]:
    """What three processes with different hash seeds tell."""
    return [json.loads(run(TELL, PYTHONHASHSEED=seed)) for seed in ("0", "1", "4294967295")]


def test_every_process_has_the_same_people(told: list[Any]) -> None:
    """Ids, profiles and Faker's people do not depend on the process or its hash seed."""
    assert told[0] == told[1] == told[2]
    alice = People(seed=3)["alice"]
    assert told[0]["ids"] == [alice.openid, alice.unionid, alice.session_key, alice.app.appid, alice.app.env_id]


def test_ids_are_for_good() -> None:
    """A release that changed whom a seed yields would break tests that write an id down, so these stay."""
    alice = People()["alice"]
    assert alice.openid == "oAhb2YFM6nw73eWne3OuFceYeTxj"
    assert alice.unionid == "oeDcR0zfVkzAApQZv1O5h9EbKwi3O"
    assert alice.app.appid == "wx403e47862e5bc1cf"
    assert alice.app.env_id == "cloud1-f641af54bd41bea05"
    assert People()[0].openid == "oAhb2YfeU0W30mIQ2fFTRLID7MB8"


HEAVY = ("faker", "hypothesis", "freezegun", "pytest", "unittest.mock", "asyncio", "socket", "subprocess")
LIGHT = {
    "importing the package": "import pytest_wxcloud",
    "importing identity": "import pytest_wxcloud.identity",
    "importing carriers": "import pytest_wxcloud.carriers",
    "fabricating people": """
        from pytest_wxcloud import OpenPlatform, People, Principal, WXContext, WxApp, WxUser, verbatim
        user = People()["alice"].in_app(People().fabricate_app(3))
        Principal(user, shows_unionid=True).context.as_dict(), user.session_key
    """,
}


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT)
def test_identity_costs_nothing_until_used(code: str) -> None:
    """Importing identity, and making people, imports none of what is heavy."""
    loaded = run(f"{dedent(code)}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])")
    assert loaded.split() == []


def test_a_profile_imports_faker_when_it_is_asked_for() -> None:
    """Faker is loaded by the first look at a profile, not before."""
    told = run(
        """
        import sys
        from pytest_wxcloud import People
        alice = People()["alice"]
        before = "faker" in sys.modules
        alice.profile
        print(before, "faker" in sys.modules)
        """
    )
    assert told.split() == ["False", "True"]


def test_strategies_do_not_draw_from_faker() -> None:
    """Drawing users imports no Faker, whose randomness Hypothesis cannot control."""
    told = run(
        """
        import sys
        from hypothesis import given, settings
        from pytest_wxcloud import strategies as wx

        @settings(max_examples=20, database=None, derandomize=True)
        @given(wx.pairs(), wx.principals(), wx.contexts())
        def draw(pair, principal, context):
            repr(pair), repr(principal)

        draw()
        print("faker" in sys.modules)
        """
    )
    assert told.split() == ["False"]
