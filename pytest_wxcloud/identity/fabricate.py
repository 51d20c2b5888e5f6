"""People out of a seed: the same seed and the same name give the same ids, everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..ambient import ambient_people
from ..errors import GuessedError, InvalidIdentityError, users_mistake
from . import ids
from .people import OpenPlatform, WxApp, WxUser, checked_app

__tracebackhide__ = users_mistake


def checked_traits(traits: Mapping[str, str]) -> Mapping[str, str]:
    """`traits`, if they are texts.

    Raises:
        InvalidIdentityError: for one that is none, or a phone number without digits.
    """
    for name, value in traits.items():
        if not isinstance(value, str):
            raise InvalidIdentityError(f"{name} must be a string, not {type(value).__name__} ({value!r}).")
    number = traits.get("phone_number", "13800138000")
    if not isinstance(number, ids.Verbatim) and not re.fullmatch(r"\+?[0-9]{5,15}", number):
        raise InvalidIdentityError(
            f"{number!r} is no phone number: 5 to 15 digits, for example '13800138000'. If you really mean it, write "
            f"verbatim({number!r}) (from pytest_wxcloud import verbatim)."
        )
    return traits


class IdPool(Protocol):
    """Where ids come from when they are not to be derived, say a list of test accounts; each is one person's."""

    def find_id(self, kind: str, person: str, app: WxApp) -> str | None:
        """The id of `kind` ("openid" or "unionid") for `person` in `app`; None to derive it."""


@dataclass(frozen=True)
class People:
    """Everybody that one seed yields, in the app under test and in others.

    A person is named by a string ("alice") or a number; `user(0)` reads "user#0" in reports.
    """

    seed: int = 0
    app: WxApp = field(default=None)  # type: ignore[assignment]  # set in __post_init__
    pools: tuple[IdPool, ...] = ()
    customise: Callable[[WxUser], WxUser] | None = None
    _given: dict[tuple[str, str], str] = field(default_factory=dict, compare=False, repr=False)  # id → whose it is

    def __post_init__(self) -> None:
        if self.app is None:
            object.__setattr__(self, "app", self.fabricate_app(0))

    def fabricate_app(self, number: int = 0, *, bound: bool = True) -> WxApp:
        """App `number` of this seed, bound to the seed's Open Platform account unless told not to."""
        return WxApp(
            f"wx{ids.derive_hex('appid', self.seed, number, length=16)}",
            platform=self.platform() if bound else None,
            name=f"app#{number}",
        )

    def platform(self, number: int = 0) -> OpenPlatform:
        """Open Platform account `number` of this seed."""
        return OpenPlatform(f"platform#{number} of seed {self.seed}")

    def user(
        self,
        who: str | int = 0,
        *,
        app: WxApp | None = None,
        openid: str | None = None,
        unionid: str | None = None,
        traits: Mapping[str, str] | None = None,
    ) -> WxUser:
        """`who` as `app` (the app under test, unless given) sees them.

        Ids that are not given come from the pools, and else are derived.

        Raises:
            InvalidIdentityError: for a malformed id, or a unionid in an unbound app.
        """
        if not isinstance(who, str | int) or isinstance(who, bool):
            raise InvalidIdentityError(f'A person is named by a text or a number, say "alice" or 0, not {who!r}.')
        label = f"user#{who}" if isinstance(who, int) else who
        in_app = self.app if app is None else checked_app(app)
        return self._fabricate(f"{self.seed}/{label}", label, in_app, openid, unionid, checked_traits(traits or {}))

    def __getitem__(self, who: str | int) -> WxUser:
        return self.user(who)

    def _fabricate(
        self, person: str, label: str, app: WxApp, openid: str | None, unionid: str | None, traits: Mapping[str, str]
    ) -> WxUser:
        if openid is None:
            openid = self._pooled("openid", person, app) or ids.openid_of(person, app.appid)
        if unionid is None and app.platform is not None:
            unionid = self._pooled("unionid", person, app) or ids.unionid_of(person, app.platform.name)
        user = WxUser(app, openid, unionid, person, label, traits, self._elsewhere)
        if self.customise is None:
            return user
        customised = self.customise(user)
        if customised.openid != openid:
            self._give(customised.openid, person, app.appid, "pytest_wxcloud_customise_user")
        return customised

    def _elsewhere(self, user: WxUser, app: WxApp) -> WxUser:
        return self._fabricate(user.person, f"{user!r} in {app!r}", app, None, None, user.traits)

    def _pooled(self, kind: str, person: str, app: WxApp) -> str | None:
        for pool in self.pools:
            found = pool.find_id(kind, person, app)
            if found is not None:
                account = app.appid if app.platform is None or kind == "openid" else app.platform.name
                return self._give(found, person, account, f"the id pool {type(pool).__name__}")
        return None

    def _give(self, number: str, person: str, account: str, giver: str) -> str:
        """Remember whose id it is: two people with one id would be one person to every function."""
        owner = self._given.setdefault((account, number), person)
        if owner != person:
            one, other = (name.partition("/")[2] or name for name in (owner, person))
            raise InvalidIdentityError(
                f"{giver} gave {number!r} to {one} and to {other}: two people with one id are one person to every "
                "function, and a test that refuses the one as a stranger would mean nothing. Give each id to one "
                "person, and None to those for whom there is none, whose ids are derived then."
            )
        return number


class Users:
    """People by name, in the app under test: ``wx_users["alice"]``."""

    def __init__(self, people: Callable[[], People]) -> None:
        self._people = people

    def __getitem__(self, name: str) -> WxUser:
        return self._people().user(name)

    if not TYPE_CHECKING:  # to a type checker such a name is wrong as it is

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            raise GuessedError(f'wx_users has no {name!r}. People are looked up by name: wx_users["{name}"].')


def current_people() -> People:
    """The people of the project under test, from which strategies and Faker providers draw."""
    people: People = ambient_people() or People()
    return people
