"""``context.extendedContext`` of @cloudbase/functions-framework (``tcb-ff``).

Source: @cloudbase/functions-typings, ``TcbExtendedContext``; the framework reads it from a header
that holds gzipped JSON in base64, and whose name it is told when it starts.
"""

from __future__ import annotations

import base64
import gzip
import json

from ..identity import Principal
from .injection import Injection

HEADER = "X-Functions-Extended-Context"  # the name in the framework's documentation


def functions_framework(principal: Principal) -> Injection:
    """``{"envId", "source", "wechatContext": {"openId", "appId", "unionId", "from*"}}``.

    In the context argument as the function finds it, and in the header from which the framework makes it.
    """
    context = principal.context
    wechat = {
        "source": context.source,
        "appId": context.appid,
        "openId": context.openid,
        "unionId": context.unionid,
        "fromOpenId": context.from_openid,
        "fromAppId": context.from_appid,
        "fromUnionId": context.from_unionid,
    }
    extended = {
        "envId": context.env,
        "source": context.source,
        "wechatContext": {key: value for key, value in wechat.items() if value is not None},
    }
    packed = base64.b64encode(gzip.compress(json.dumps(extended).encode(), mtime=0)).decode("ascii")
    return Injection(context={"extendedContext": extended}, headers={HEADER: packed})
