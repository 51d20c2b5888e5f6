"""People out of a seed: the same seed and the same name give the same ids, everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..ambient import ambient_people
from ..errors import users_mistake
from . import ids
from .people import OpenPlatform, WxApp, WxUser

__tracebackhide__ = users_mistake


class IdPool(Protocol):
    """Where ids come from when they are not to be derived, say a list of test accounts."""

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
        label = f"user#{who}" if isinstance(who, int) else who
        return self._fabricate(f"{self.seed}/{label}", label, app or self.app, openid, unionid, traits or {})

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
        return self.customise(user) if self.customise is not None else user

    def _elsewhere(self, user: WxUser, app: WxApp) -> WxUser:
        return self._fabricate(user.person, f"{user!r} in {app!r}", app, None, None, user.traits)

    def _pooled(self, kind: str, person: str, app: WxApp) -> str | None:
        for pool in self.pools:
            found = pool.find_id(kind, person, app)
            if found is not None:
                return found
        return None


def current_people() -> People:
    """The people of the project under test, from which strategies and Faker providers draw."""
    people: People = ambient_people() or People()
    return people
