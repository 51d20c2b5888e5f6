"""Who calls: users, apps, Open Platform accounts, and what a function is told about them."""

from ..ambient import identity_is_there
from .fabricate import IdPool, People, Users, current_people
from .ids import APPID, ENV_ID, OPENID, UNIONID, verbatim
from .people import OpenPlatform, WxApp, WxUser, checked_app, checked_user
from .principal import CHANNELS, CLIENT, HTTP_API, Channel, Principal, WXContext, as_principal, channel_named
from .suppositions import SUPPOSITIONS, Supposition

__all__ = [
    "APPID",
    "CHANNELS",
    "CLIENT",
    "ENV_ID",
    "HTTP_API",
    "OPENID",
    "SUPPOSITIONS",
    "UNIONID",
    "Channel",
    "IdPool",
    "OpenPlatform",
    "People",
    "Principal",
    "Supposition",
    "Users",
    "WXContext",
    "WxApp",
    "WxUser",
    "as_principal",
    "channel_named",
    "checked_app",
    "checked_user",
    "current_people",
    "verbatim",
]

identity_is_there()
