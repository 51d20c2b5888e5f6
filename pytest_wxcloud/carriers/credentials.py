"""Fabricated credentials: what the platform hands a back end for its own use, and nobody else is ever to see.

Each is of the platform's shape, can be met nowhere by chance, and is worked out here, so that no source holds what a
scanner takes for a real one.
"""

from __future__ import annotations

from hashlib import blake2b


def _fabricated(name: str, length: int, start: str = "") -> str:
    digits = "".join(blake2b(f"{name}/{at}".encode()).hexdigest() for at in range(length // 128 + 1))
    return start + digits[: length - len(start)]


#: The variable or header → its value.
CREDENTIALS = {
    "TENCENTCLOUD_SECRETKEY": _fabricated("TENCENTCLOUD_SECRETKEY", 32),
    "TENCENTCLOUD_SECRETID": _fabricated("TENCENTCLOUD_SECRETID", 36, "AKID"),
    "TENCENTCLOUD_SESSIONTOKEN": _fabricated("TENCENTCLOUD_SESSIONTOKEN", 96),
    "WX_API_TOKEN": _fabricated("WX_API_TOKEN", 64),
    "WX_TRIGGER_API_TOKEN_V0": _fabricated("WX_TRIGGER_API_TOKEN_V0", 64),  # a timer's
    "X-WX-CLOUDBASE-ACCESS-TOKEN": _fabricated("X-WX-CLOUDBASE-ACCESS-TOKEN", 64),
}
