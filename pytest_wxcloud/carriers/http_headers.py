"""The ``X-WX-*`` headers that WeChat Cloud Run (微信云托管) adds to a request.

Source: the vendor's documentation. Under resource sharing ``X-WX-OPENID`` is absent and
``X-WX-FROM-OPENID`` holds the user.
"""

from __future__ import annotations

from ..identity import Principal
from .injection import Injection


def http_headers(principal: Principal) -> Injection:
    """One header per thing that is known; one that is not is absent, not empty."""
    pairs = principal.context.by("header")
    return Injection(headers={name: value for name, value in pairs if value is not None})
