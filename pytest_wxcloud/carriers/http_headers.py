"""The ``X-WX-*`` headers that WeChat Cloud Run (微信云托管) adds to a request.

Source: the vendor's documentation. Under resource sharing ``X-WX-OPENID`` is absent and
``X-WX-FROM-OPENID`` holds the user. That nobody's call over the HTTP API is told the app is documented of functions
alone.
"""

from __future__ import annotations

from ..identity import Principal
from ..identity.suppositions import APP_IS_TOLD
from .credentials import CREDENTIALS
from .injection import Injection

_TOKEN = "X-WX-CLOUDBASE-ACCESS-TOKEN"


def http_headers(principal: Principal) -> Injection:
    """One header per thing that is known; one that is not is absent, not empty. The app's own token comes along."""
    pairs = principal.context.by("header")
    known = {name: value for name, value in pairs if value is not None}
    if principal.user is None and principal.supposing != APP_IS_TOLD:
        known.pop("X-WX-APPID", None)
    return Injection(headers={**known, _TOKEN: CREDENTIALS[_TOKEN]})
