"""``event.userInfo``, which the platform adds to the event of a function called by a Mini Program.

Source: the vendor's documentation, and 53 of 832 public functions that read it. Over the HTTP API it holds the app
alone (the sample answer of `invokeCloudFunction`).
"""

from __future__ import annotations

from ..identity import Principal
from .injection import Injection


def user_info(principal: Principal) -> Injection:
    """``{"userInfo": {"appId": …, "openId": …}}``; without an openid the app alone, where that is told."""
    context = principal.context
    if context.appid is None or (context.openid is None and not principal.tells_app):
        return Injection()
    openid = {} if context.openid is None else {"openId": context.openid}
    return Injection(event={"userInfo": {"appId": context.appid, **openid}})
