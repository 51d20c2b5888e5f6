"""Who causes an invocation, through which channel, and what the function is told about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import InvalidIdentityError, did_you_mean, users_mistake
from .ids import check_address
from .people import Readable, WxUser
from .suppositions import APP_IS_TOLD, CHAINS_LOSE_IDENTITY, Supposition, supposition_named

__tracebackhide__ = users_mistake


@dataclass(frozen=True)
class Channel(Readable):
    """A way in which an invocation reaches a function.

    `source` is what ``getWXContext().SOURCE`` and ``X-WX-SOURCE`` say. Under `resource_sharing`
    the user's ids arrive as ``FROM_*`` and there is no ``OPENID``. `has_client` tells whether a
    device, and so a client address, is on the other end. `tells_app` says of a call without an openid that the
    platform is known to tell of which app it is: ``APPID``, and ``event.userInfo`` with the ``appId`` alone.
    """

    name: str
    source: str
    resource_sharing: bool = False
    has_client: bool = True
    tells_app: bool = False

    def __repr__(self) -> str:
        return self.name


CLIENT = Channel("client", "wx_client")
DEVTOOLS = Channel("devtools", "wx_devtools")
CALL_CHAIN = Channel("call_chain", "wx_client,scf")
RESOURCE_SHARING = Channel("resource_sharing", "wx_client", resource_sharing=True)
TIMER = Channel("timer", "wx_trigger", has_client=False)
HTTP_API = Channel("http_api", "wx_http", has_client=False, tells_app=True)
PAYMENT_CALLBACK = Channel("payment_callback", "wx_paycallback", has_client=False)

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (CLIENT, DEVTOOLS, CALL_CHAIN, RESOURCE_SHARING, TIMER, HTTP_API, PAYMENT_CALLBACK)
}


def channel_named(channel: Channel | str, known: dict[str, Channel] | None = None) -> Channel:
    """`channel` itself, or the one of that name.

    Raises:
        InvalidIdentityError: naming the near ones.
    """
    if isinstance(channel, Channel):
        return channel
    table = CHANNELS if known is None else known
    if not isinstance(channel, str) or channel not in table:
        raise InvalidIdentityError(f"There is no channel {channel!r}. {did_you_mean(str(channel), table)}")
    return table[channel]


@dataclass(frozen=True)
class WXContext(Readable):
    """What ``cloud.getWXContext()`` answers: one field per key, None where the key is missing.

    Each field names the environment variable and the HTTP header that carry it; every carrier is
    rendered from these two columns, so a new field is added here and nowhere else.
    """

    openid: str | None = field(default=None, metadata={"variable": "WX_OPENID", "header": "X-WX-OPENID"})
    appid: str | None = field(default=None, metadata={"variable": "WX_APPID", "header": "X-WX-APPID"})
    unionid: str | None = field(default=None, metadata={"variable": "WX_UNIONID", "header": "X-WX-UNIONID"})
    from_openid: str | None = field(default=None, metadata={"variable": "WX_FROM_OPENID", "header": "X-WX-FROM-OPENID"})
    from_appid: str | None = field(default=None, metadata={"variable": "WX_FROM_APPID", "header": "X-WX-FROM-APPID"})
    from_unionid: str | None = field(
        default=None, metadata={"variable": "WX_FROM_UNIONID", "header": "X-WX-FROM-UNIONID"}
    )
    clientip: str | None = field(default=None, metadata={"variable": "WX_CLIENTIP", "header": "X-Forwarded-For"})
    env: str | None = field(default=None, metadata={"variable": "TCB_ENV", "header": "X-WX-ENV"})
    source: str | None = field(default=None, metadata={"variable": "TCB_SOURCE", "header": "X-WX-SOURCE"})

    def __repr__(self) -> str:
        known = (f"{key}={value!r}" for key in CONTEXT_FIELDS if (value := getattr(self, key)) is not None)
        return f"WXContext({', '.join(known)})"

    def as_dict(self) -> dict[str, str]:
        """``{"OPENID": …, "APPID": …, "ENV": …, "SOURCE": …}``; what is missing has no key."""
        return {key.upper(): value for key in CONTEXT_FIELDS if (value := getattr(self, key)) is not None}

    def by(self, column: str) -> Iterator[tuple[str, str | None]]:
        """Pairs of a carrier's own name (`column` is "variable" or "header") and the value."""
        for name, carried_as in _COLUMNS[column]:
            yield carried_as, getattr(self, name)


CONTEXT_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(WXContext))
_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    column: tuple((f.name, f.metadata[column]) for f in fields(WXContext)) for column in ("variable", "header")
}


CLIENT_IP = "203.0.113.7"


@dataclass(frozen=True)
class Principal(Readable):
    """Who causes an invocation: a `WxUser` or nobody (None), through a `Channel`.

    `channel` may be given by its name. `shows_unionid` says whether the platform hands the function
    the user's unionid. `hops` counts the cloud functions between the caller and the function; each
    adds ``,scf`` to ``SOURCE``. `env_id` is the environment that runs the function when it is not the
    user's app's own, and `host_appid` is the app that owns it. `supposing` names what is to be so of the platform that
    WeChat's documentation does not say, see `suppositions`: ``Principal(None, "timer", supposing="app_is_told")``.
    """

    user: WxUser | None
    channel: Channel = CLIENT
    shows_unionid: bool = False
    client_ip: str = CLIENT_IP
    hops: int = 0
    env_id: str | None = None
    host_appid: str | None = None
    supposing: Supposition | None = None

    if TYPE_CHECKING:  # a channel may be given by its name, and is always found as a Channel; so are suppositions

        def __init__(
            self,
            user: WxUser | None,
            channel: Channel | str = CLIENT,
            shows_unionid: bool = False,
            client_ip: str = CLIENT_IP,
            hops: int = 0,
            env_id: str | None = None,
            host_appid: str | None = None,
            supposing: Supposition | str | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        object.__setattr__(self, "channel", channel_named(self.channel))
        object.__setattr__(self, "supposing", supposition_named(self.supposing))
        if self.client_ip is not CLIENT_IP:
            check_address(self.client_ip)
        if self.shows_unionid and self.user is None:
            raise InvalidIdentityError("Nobody has no unionid: a principal that shows one needs a user.")
        if self.shows_unionid and self.user is not None and self.user.unionid is None:
            raise InvalidIdentityError(
                f"{self.user!r} has no unionid to show: {self.user.app.appid} is bound to no Open "
                "Platform account. Use an app that is bound to one, or leave with_unionid out."
            )

    def __repr__(self) -> str:
        who = "nobody" if self.user is None else repr(self.user)
        through = "" if self.channel == CLIENT else f" through {self.channel}"
        supposing = "" if self.supposing is None else f" supposing {self.supposing}"
        return f"{who}{through}{' with unionid' if self.shows_unionid else ''}{supposing}"

    @property
    def source(self) -> str:
        """What ``SOURCE`` says, grown by ``,scf`` for each function in between."""
        return self.channel.source + ",scf" * self.hops

    def through_function(self) -> Principal:
        """The same principal as the next function of a call chain sees it."""
        return replace(self, hops=self.hops + 1)

    @property
    def tells_app(self) -> bool:
        """Whether the function is told the app where it is told no openid."""
        return self.channel.tells_app or self.supposing == APP_IS_TOLD

    @property
    def is_chained(self) -> bool:
        """Whether it is another function that calls this one."""
        return "scf" in self.source.split(",")

    @cached_property
    def context(self) -> WXContext:
        """What ``getWXContext()`` answers for this principal.

        Docs say that OPENID and APPID are present when a Mini Program calls, that FROM_* stand for the user under
        resource sharing, and that the HTTP API tells the APPID and no OPENID. What the platform sets for a timer and
        for callbacks is unknown; here a principal carries a user's ids through any channel if it has a user, and none
        otherwise.
        """
        user = self.user
        address = self.client_ip if self.channel.has_client else None
        if self.is_chained and self.supposing == CHAINS_LOSE_IDENTITY:
            return WXContext(env=self.env_id or (user.app.env_id if user else None), source=self.source)
        if user is None:
            appid = self.host_appid if self.tells_app else None
            return WXContext(appid=appid, env=self.env_id, source=self.source, clientip=address)
        unionid = user.unionid if self.shows_unionid else None
        env = self.env_id or user.app.env_id
        if self.channel.resource_sharing:
            return WXContext(
                appid=self.host_appid,
                from_openid=user.openid,
                from_appid=user.app.appid,
                from_unionid=unionid,
                env=env,
                source=self.source,
                clientip=address,
            )
        return WXContext(
            openid=user.openid,
            appid=user.app.appid,
            unionid=unionid,
            env=env,
            source=self.source,
            clientip=address,
        )


def as_principal(who: Principal | WxUser | None) -> Principal:
    """A principal for whatever a person may name as the caller.

    A user calls as a client; None is nobody, and comes through the HTTP API, which is how a call
    without a user reaches a cloud function.

    Raises:
        InvalidIdentityError: for anything else.
    """
    if isinstance(who, Principal):
        return who
    if isinstance(who, WxUser):
        return Principal(who)
    if who is None:
        return Principal(None, HTTP_API)
    raise InvalidIdentityError(
        f"A caller is a WxUser, a Principal, or None for nobody, not {type(who).__name__} ({who!r}). "
        'To name somebody, use wx_users["alice"]; to run a test as several, @pytest.mark.wx_each_user("alice", …).'
    )
