"""The ``WX_*`` and ``TCB_*`` variables that ``getWXContext()`` and node-sdk read.

Source: wx-server-sdk 1.8.3 to 4.0.2, ``getWXContext``; @cloudbase/node-sdk, ``getCloudbaseContext``,
``getWxCloudToken``.
"""

from __future__ import annotations

from ..identity import Principal
from ..identity.principal import TIMER
from .credentials import CREDENTIALS
from .injection import Injection

#: What every function finds, whoever calls. The credentials are fabricated; without them and
#: TENCENTCLOUD_RUNENV the SDK of version 4 looks up a metadata host.
PLATFORM = {
    "TENCENTCLOUD_RUNENV": "SCF",
    "TENCENTCLOUD_REGION": "ap-shanghai",
    **{name: value for name, value in CREDENTIALS.items() if name.startswith("TENCENTCLOUD_")},
}

#: Identity variables this package never sets, so that one of the machine's own is not believed.
_NEVER = dict.fromkeys(
    (
        "WX_CLIENTIPV6", "WX_OPEN_DATA_INFO", "LOGINTYPE", "QQ_APPID", "QQ_OPENID", "TCB_UUID",
        "TCB_CUSTOM_USER_ID", "TCB_ISANONYMOUS_USER", "TCB_SOURCE_IP",
    )
)  # fmt: skip
_TOKEN = "WX_API_TOKEN"
_TIMERS_TOKEN = "WX_TRIGGER_API_TOKEN_V0"


def environment(principal: Principal) -> Injection:
    """``WX_CONTEXT_KEYS`` lists what is set; a UNIONID that is not shown is neither set nor listed.

    For nobody the list still holds ``WX_API_TOKEN``, which the SDK hides: an empty one would take
    ENV and SOURCE away too.
    """
    variables: dict[str, str | None] = {**PLATFORM, **_NEVER, _TOKEN: CREDENTIALS[_TOKEN]}
    timer = principal.context.source == TIMER.source
    variables[_TIMERS_TOKEN] = CREDENTIALS[_TIMERS_TOKEN] if timer else None
    listed = [_TIMERS_TOKEN] if timer else []
    for name, value in principal.context.by("variable"):
        variables[name] = value
        if value is not None and name.startswith("WX_"):
            listed.append(name)
    variables["WX_CONTEXT_KEYS"] = ",".join((*listed, _TOKEN))
    variables["SCF_NAMESPACE"] = variables["TCB_ENV"]
    variables["TCB_CONTEXT_KEYS"] = "TCB_ENV,TCB_SOURCE"
    return Injection(environment=variables)
