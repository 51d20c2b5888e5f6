"""Profiles out of Faker, and WeChat identities for anyone's own Faker."""

from __future__ import annotations

import base64
import inspect
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from faker import Faker, Generator

from pytest_wxcloud import InvalidIdentityError, People, WeChatProvider, WxApp, WxUser
from pytest_wxcloud.ambient import people_from
from pytest_wxcloud.identity import APPID, ENV_ID, OPENID, UNIONID
from pytest_wxcloud.identity.faker import fabricate_profile

PEOPLE = People(seed=5)
CHINESE = re.compile(r"[\u4e00-\u9fff·]+")


@pytest.fixture(autouse=True)
def people_under_test() -> Iterator[None]:
    """The people of the project are those of a seed of ours."""
    with people_from(lambda: PEOPLE):
        yield


def new_fake(seed: int | None = 1) -> Any:
    fake = Faker()
    fake.add_provider(WeChatProvider)
    if seed is not None:
        fake.seed_instance(seed)
    return fake


def is_session_key(value: str) -> bool:
    return len(value) == 24 and len(base64.b64decode(value, validate=True)) == 16


def is_avatar(value: str) -> bool:
    return re.fullmatch(r"https://thirdwx\.qlogo\.cn/mmopen/vi_32/[A-Za-z0-9_-]{64}/132", value) is not None


#: What each method of the provider makes.
MAKES: dict[str, Callable[[Any], object]] = {
    "wx_openid": OPENID.check,
    "wx_unionid": UNIONID.check,
    "wx_appid": APPID.check,
    "wx_env_id": ENV_ID.check,
    "wx_session_key": is_session_key,
    "wx_nickname": CHINESE.fullmatch,
    "wx_avatar_url": is_avatar,
    "wx_user": lambda value: isinstance(value, WxUser) and value.app == PEOPLE.app and value.unionid,
    "wx_app": lambda value: isinstance(value, WxApp) and value.platform == PEOPLE.platform(),
}


def test_every_method_is_in_the_table() -> None:
    """A method that is added to the provider is tested like the others."""
    assert {name for name, _ in inspect.getmembers(WeChatProvider) if name.startswith("wx_")} == set(MAKES)


@pytest.mark.parametrize(("method", "well_formed"), MAKES.items(), ids=MAKES)
def test_what_a_method_makes(method: str, well_formed: Callable[[Any], object]) -> None:
    """Each method makes well-formed values, another one each time."""
    fake = new_fake()
    made = [getattr(fake, method)() for _ in range(50)]
    assert all(well_formed(value) for value in made)
    assert len({repr(value) for value in made}) > 40


@pytest.mark.parametrize("method", MAKES)
def test_it_follows_the_seed_of_its_faker(method: str) -> None:
    """The same seed makes the same values in the same order; another seed makes others."""
    one, same, other = new_fake(1), new_fake(1), new_fake(2)
    random.seed(0)
    made = [getattr(one, method)() for _ in range(5)]
    random.seed(1)
    assert [getattr(same, method)() for _ in range(5)] == made
    assert [getattr(other, method)() for _ in range(5)] != made


def test_it_follows_the_seed_of_all_fakers() -> None:
    """Faker.seed(), which most test suites call, decides too."""
    fake = new_fake(None)
    try:
        Faker.seed(42)
        made = fake.wx_openid()
        Faker.seed(42)
        assert fake.wx_openid() == made
    finally:
        Faker.seed()


def test_it_works_in_several_locales() -> None:
    """In a Faker of several locales the provider is added to one of them, as Faker wants it."""
    fake = Faker(["en_US", "zh_CN"])
    fake["zh_CN"].add_provider(WeChatProvider)
    assert OPENID.check(fake["zh_CN"].wx_openid())


def test_a_user_is_one_of_the_project() -> None:
    """wx_user is the project's user of some number, in its app, or in the app that is given."""
    other = PEOPLE.fabricate_app(9)
    user, elsewhere = new_fake().wx_user(), new_fake().wx_user(app=other)
    assert user == PEOPLE.user(int(repr(user).removeprefix("user#")))
    assert elsewhere == user.in_app(other)
    assert new_fake().wx_openid(app=other) == elsewhere.openid


def test_a_unionid_is_that_of_a_user() -> None:
    """With the same seed wx_unionid is the unionid that wx_user has."""
    assert new_fake().wx_unionid() == new_fake().wx_user().unionid


def test_another_project_has_other_people() -> None:
    """The same Faker makes other ids under another seed of the project."""
    here = new_fake().wx_openid()
    with people_from(lambda: People(seed=6)):
        assert new_fake().wx_openid() != here


# Profiles


def test_a_profile_is_chinese() -> None:
    """Nickname and city are Chinese, the phone number has eleven digits, the avatar is an address."""
    for number in range(100):
        profile = PEOPLE[number].profile
        assert CHINESE.fullmatch(profile.nickname), profile.nickname
        assert CHINESE.fullmatch(profile.city), profile.city
        assert re.fullmatch(r"1[3-9]\d{9}", profile.phone_number), profile.phone_number
        assert is_avatar(profile.avatar_url)


def test_a_profile_is_a_persons() -> None:
    """The same person has the same profile in every app, whoever else was looked at before; others have another."""
    alice = PEOPLE["alice"].profile
    assert PEOPLE["bob"].profile != alice
    assert PEOPLE["alice"].profile == alice
    assert PEOPLE["alice"].in_app(PEOPLE.fabricate_app(3)).profile == alice
    assert People(seed=6)["alice"].profile != alice


def test_traits_win() -> None:
    """What a test says about a person is the profile's; the rest is as it would have been."""
    plain = PEOPLE["alice"].profile
    said = PEOPLE.user("alice", traits={"nickname": "爱丽丝", "city": "深圳"}).profile
    assert (said.nickname, said.city) == ("爱丽丝", "深圳")
    assert (said.avatar_url, said.phone_number) == (plain.avatar_url, plain.phone_number)


def test_a_misspelt_trait() -> None:
    """A trait that no profile has is refused, with the near names."""
    with pytest.raises(InvalidIdentityError, match=r"A profile has no 'nick_name'\. Did you mean 'nickname'\?"):
        _ = PEOPLE.user("alice", traits={"nick_name": "x"}).profile


def test_a_profile_disturbs_nobodys_randomness() -> None:
    """Neither the global random nor a Faker of the test's own is seeded or drawn from."""
    random.seed(3)
    fake = Faker("zh_CN")
    fake.seed_instance(3)
    state, own = random.getstate(), fake.random.getstate()
    _ = PEOPLE["carol"].profile
    assert (random.getstate(), fake.random.getstate()) == (state, own)


def test_profiles_in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that take turns in the middle of a profile find those that each person has."""
    people = [PEOPLE[number].person for number in range(40)]
    wanted = [fabricate_profile(person, {}) for person in people]
    seed_instance = Generator.seed_instance

    def seed_and_let_others_run(self: Generator, seed: Any = None) -> Generator:
        seeded = seed_instance(self, seed)
        time.sleep(0.001)
        return seeded

    monkeypatch.setattr(Generator, "seed_instance", seed_and_let_others_run)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda person: fabricate_profile(person, {}), people)) == wanted
