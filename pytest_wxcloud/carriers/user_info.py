"""``event.userInfo``, which the platform adds to the event of a function called by a Mini Program.

Source: the vendor's documentation, and 53 of 832 public functions that read it.
"""

from __future__ import annotations

from ..identity import Principal
from .injection import Injection


def user_info(principal: Principal) -> Injection:
    """``{"userInfo": {"openId": …, "appId": …}}``; nothing when nobody calls."""
    context = principal.context
    if context.openid is None:
        return Injection()
    return Injection(event={"userInfo": {"appId": context.appid, "openId": context.openid}})
