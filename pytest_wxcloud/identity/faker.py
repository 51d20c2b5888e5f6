"""WeChat identities for Faker, and profiles out of it. The only module that imports Faker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from threading import Lock

from faker import Faker
from faker.providers import BaseProvider

from ..errors import InvalidIdentityError, did_you_mean, users_mistake
from . import ids
from .fabricate import current_people
from .people import WxApp, WxUser

__tracebackhide__ = users_mistake


@dataclass(frozen=True)
class Profile:
    """What a user shows of themselves: what ``getUserInfo`` and ``getPhoneNumber`` once gave."""

    nickname: str
    avatar_url: str
    city: str
    phone_number: str


PROFILE_FIELDS = frozenset(f.name for f in fields(Profile))


_one_at_a_time = Lock()  # seeding Faker and drawing from it are several steps


@cache
def _chinese() -> Faker:
    return Faker("zh_CN")


def fabricate_profile(person: str, traits: Mapping[str, str]) -> Profile:
    """The profile of `person`, always the same one; `traits` win over what is fabricated.

    Raises:
        InvalidIdentityError: for a trait that a profile does not have.
    """
    unknown = set(traits) - PROFILE_FIELDS
    if unknown:
        name = min(unknown)
        raise InvalidIdentityError(f"A profile has no {name!r}. {did_you_mean(name, PROFILE_FIELDS)}")
    with _one_at_a_time:
        faker = _chinese()
        faker.seed_instance(ids.derive_int("profile", person))
        fabricated = {
            "nickname": faker.name(),
            "avatar_url": f"https://thirdwx.qlogo.cn/mmopen/vi_32/{ids.derive_text('avatar', person, length=64)}/132",
            "city": faker.city_name(),
            "phone_number": faker.phone_number(),
        }
    return Profile(**(fabricated | dict(traits)))


class WeChatProvider(BaseProvider):
    """WeChat identities for your own Faker: ``fake.add_provider(WeChatProvider)``.

    What it makes follows the seed of the Faker it was added to.
    """

    def _number(self) -> int:
        return int(self.generator.random.getrandbits(32))

    def wx_user(self, app: WxApp | None = None) -> WxUser:
        """A `WxUser` of `app`, or of the app under test."""
        return current_people().user(self._number(), app=app)

    def wx_app(self) -> WxApp:
        """A `WxApp` bound to an Open Platform account."""
        return current_people().fabricate_app(self._number())

    def wx_openid(self, app: WxApp | None = None) -> str:
        """28 characters, starting with ``o``."""
        return self.wx_user(app).openid

    def wx_unionid(self) -> str:
        """28 or 29 characters, starting with ``o``."""
        people = current_people()
        return ids.unionid_of(f"{people.seed}/user#{self._number()}", people.platform().name)

    def wx_appid(self) -> str:
        """``wx`` and 16 lower-case hexadecimal digits."""
        return self.wx_app().appid

    def wx_env_id(self) -> str:
        """A cloud environment id, such as ``cloud1-3f2a…``."""
        return self.wx_app().env_id

    def wx_session_key(self) -> str:
        """Base64 of 16 bytes, as ``code2Session`` answers."""
        return ids.derive_session_key(self._number())

    def wx_nickname(self) -> str:
        """A nickname, in Chinese."""
        return self.wx_user().profile.nickname

    def wx_avatar_url(self) -> str:
        """The address of an avatar of 132 by 132 pixels."""
        return self.wx_user().profile.avatar_url
