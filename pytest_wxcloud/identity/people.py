"""Open Platform accounts, apps, and users: who there is, and which ids belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import InvalidIdentityError, users_mistake
from . import ids

if TYPE_CHECKING:
    from .faker import Profile

__tracebackhide__ = users_mistake


class Readable:
    """Shown as its repr by pretty printers too, Hypothesis's among them, which would list every field."""

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True)
class OpenPlatform(Readable):
    """A WeChat Open Platform account (微信开放平台); apps bound to it share unionids."""

    name: str = "platform#0"

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class WxApp(Readable):
    """One Mini Program: an appid, a cloud environment, and the account it is bound to, if any.

    Raises:
        InvalidIdentityError: when `appid` or `env_id` is malformed and not `verbatim`.
    """

    appid: str
    env_id: str = ""
    platform: OpenPlatform | None = None
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        ids.APPID.check(self.appid)
        if not self.env_id:
            object.__setattr__(self, "env_id", f"cloud1-{ids.derive_hex('env', self.appid, length=17)}")
        ids.ENV_ID.check(self.env_id)

    def __repr__(self) -> str:
        return self.name or self.appid


def checked_app(app: object) -> WxApp:
    """`app`, which a person may have taken for its appid.

    Raises:
        InvalidIdentityError: when it is none.
    """
    if isinstance(app, WxApp):
        return app
    hint = f"WxApp({app!r}, platform=…) is the app of that appid" if isinstance(app, str) else "Write WxApp(appid)"
    raise InvalidIdentityError(
        f"An app is a WxApp, not {type(app).__name__} ({app!r}). {hint} (from pytest_wxcloud import WxApp); the one "
        "under test is the fixture wx_app."
    )


def checked_user(user: object) -> WxUser:
    """`user`, which a person may have taken for a name or an openid.

    Raises:
        InvalidIdentityError: when it is none.
    """
    if isinstance(user, WxUser):
        return user
    raise InvalidIdentityError(
        f"A user is a WxUser, not {type(user).__name__} ({user!r}). Draw one with users(), or name one: "
        'wx_users["alice"].'
    )


def _derived(user: WxUser, app: WxApp) -> WxUser:
    """`user` in another app, with ids that depend on the person alone."""
    openid = ids.openid_of(user.person, app.appid)
    unionid = ids.unionid_of(user.person, app.platform.name) if app.platform is not None else None
    return replace(user, app=app, openid=openid, unionid=unionid, label=f"{user!r} in {app!r}")


@dataclass(frozen=True)
class WxUser(Readable):
    """One person as one app sees them.

    Two `WxUser` are equal when app and openid are. `unionid` is the one this person has under the
    app's Open Platform account, None when the app is bound to none; whether a function is *shown*
    it is the `Principal`'s matter. `person` is what the ids derive from, and stays the same across
    apps; `label` is how the user reads in reports. `elsewhere` finds the person in another app, and
    `origin` is the user from which `in_app` made this one.

    Raises:
        InvalidIdentityError: for a malformed id, or a unionid in an app that is bound to no account.
    """

    app: WxApp
    openid: str
    unionid: str | None = field(default=None, compare=False)
    person: str = field(default="", compare=False)
    label: str = field(default="", compare=False)
    traits: Mapping[str, str] = field(default_factory=dict, compare=False)
    elsewhere: Callable[[WxUser, WxApp], WxUser] = field(default=_derived, compare=False, repr=False)
    origin: WxUser | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        ids.OPENID.check(self.openid)
        if self.unionid is not None:
            ids.UNIONID.check(self.unionid)
            if self.app.platform is None:
                raise InvalidIdentityError(
                    f"{self.unionid!r} cannot be a unionid in {self.app.appid}: that app is bound to "
                    "no Open Platform account, so nobody has a unionid in it. Bind it "
                    "(WxApp(appid, platform=OpenPlatform())), or leave the unionid out."
                )
        if not self.person:
            object.__setattr__(self, "person", f"openid {self.openid}")

    def __repr__(self) -> str:
        return self.label or self.openid

    @property
    def appid(self) -> str:
        """The appid of the app in which this is who they are."""
        return self.app.appid

    @cached_property
    def session_key(self) -> str:
        """Base64 of 16 bytes. It never leaves the server."""
        return ids.derive_session_key(self.person, self.app.appid)

    @cached_property
    def profile(self) -> Profile:
        """Nickname, avatar, city and phone number, in Chinese; from Faker, the same each time."""
        from .faker import fabricate_profile

        return fabricate_profile(self.person, self.traits)

    def in_app(self, app: WxApp) -> WxUser:
        """The same person in `app`: another openid; the same unionid if both share an account."""
        checked_app(app)
        origin = self.origin or self
        if app in (self.app, origin.app):
            return self if app == self.app else origin
        found = origin.elsewhere(origin, app)
        same_app = app.appid == origin.app.appid
        same_account = app.platform is not None and app.platform == origin.app.platform
        return replace(
            found,
            openid=origin.openid if same_app else found.openid,
            unionid=origin.unionid if same_account else found.unionid,
            origin=origin,
        )
