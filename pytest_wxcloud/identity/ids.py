"""The shapes of WeChat's identifiers, and how they are derived from a seed.

The shapes are those of the vendor's documentation: an openid is 28 characters and a unionid 28 or
29, both start with ``o`` and use ``A-Za-z0-9_-``; an appid is ``wx`` and 16 lower-case hex digits.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

from ..errors import InvalidIdentityError, users_mistake

__tracebackhide__ = users_mistake


class Verbatim(str):
    """An id that is used as it stands, whatever its shape. Made by `verbatim`."""

    __slots__ = ()


def verbatim(value: str) -> Verbatim:
    """Say "yes, really": `value` is taken as an id although WeChat would never issue it."""
    return Verbatim(value)


@dataclass(frozen=True)
class IdShape:
    """What one kind of identifier looks like."""

    kind: str
    pattern: re.Pattern[str]
    lengths: range
    prefix: str
    alphabet: str
    description: str
    example: str

    def check(self, value: object) -> str:
        """Return `value` if it has this shape or is `verbatim`.

        Raises:
            InvalidIdentityError: naming the nearest well-formed id, and how to insist.
        """
        if isinstance(value, str) and (isinstance(value, Verbatim) or self.pattern.fullmatch(value)):
            return value
        if not isinstance(value, str):
            raise InvalidIdentityError(
                f"{self.kind} must be a string, not {type(value).__name__} ({value!r}). "
                f"{self.description}, for example {self.example!r}."
            )
        raise InvalidIdentityError(
            f"{self.describe(value)} If you really mean this one, write verbatim({value!r}) "
            f"(from pytest_wxcloud import verbatim)."
        )

    def describe(self, value: str) -> str:
        """What is wrong with `value`, and the nearest that is well-formed."""
        return (
            f"{value!r} is not a well-formed {self.kind}: {self._complaint(value)}. "
            f"{self.description}, for example {self.example!r}.\n"
            f"The nearest well-formed one is {self.nearest(value)!r}."
        )

    def nearest(self, value: str) -> str:
        """A well-formed id as close to `value` as can be, the same one each time."""
        small = "A" not in self.alphabet
        text = value.strip().lower() if small else value.strip()
        start = len(self.prefix)
        if not text.startswith(self.prefix):
            # In a text of the right length the beginning is wrong, in another it was forgotten.
            wrong = len(text) in self.lengths or text[:start].lower() == self.prefix
            text = self.prefix + (text[start:] if wrong else text)
        body = re.sub(f"[^{self.alphabet}]", "", text[start:])
        if not self.prefix:
            body = body.lstrip("-")
        length = min(max(start + len(body), self.lengths[0]), self.lengths[-1])
        filler = (derive_hex if small else derive_text)(self.kind, value, length=self.lengths[-1])
        return self.prefix + (body + filler)[: length - start]

    def _complaint(self, value: str) -> str:
        if not value:
            return "it is empty"
        if value != value.strip():
            return "it has blanks around it"
        if not value.startswith(self.prefix):
            return f"it does not start with {self.prefix!r}"
        strange = re.sub(f"[{self.alphabet}]", "", value[len(self.prefix) :])
        if strange:
            return f"it contains {strange[0]!r}"
        if len(value) in self.lengths:
            return f"it starts with {value[0]!r}"
        return f"it has {len(value)} characters"


def check_address(value: object) -> None:
    """Raise unless `value` is an IP address, or `verbatim`.

    Raises:
        InvalidIdentityError: saying what one looks like.
    """
    if isinstance(value, Verbatim):
        return
    try:
        ipaddress.ip_address(value)  # type: ignore[arg-type]  # which complains of others
    except ValueError:
        raise InvalidIdentityError(
            f"client_ip is {value!r}, which is no IP address. Write one, for example '203.0.113.7'; or, if you really "
            f"mean it, verbatim({value!r}) (from pytest_wxcloud import verbatim)."
        ) from None


_TOKEN = "A-Za-z0-9_-"

OPENID = IdShape(
    "openid",
    re.compile(rf"o[{_TOKEN}]{{27}}"),
    range(28, 29),
    "o",
    _TOKEN,
    "An openid is 28 characters of A-Z, a-z, 0-9, '_' and '-', starting with 'o'",
    "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
)
UNIONID = IdShape(
    "unionid",
    re.compile(rf"o[{_TOKEN}]{{27,28}}"),
    range(28, 30),
    "o",
    _TOKEN,
    "A unionid is 28 or 29 characters of A-Z, a-z, 0-9, '_' and '-', starting with 'o'",
    "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
)
APPID = IdShape(
    "appid",
    re.compile(r"wx[0-9a-f]{16}"),
    range(18, 19),
    "wx",
    "0-9a-f",
    "An appid is 'wx' and 16 lower-case hexadecimal digits",
    "wx8888888888888888",
)
ENV_ID = IdShape(
    "env_id",
    re.compile(r"[a-z0-9][a-z0-9-]*"),
    range(1, 64),
    "",
    "a-z0-9-",
    "A cloud environment id is lower-case letters, digits and '-'",
    "prod-3g7k9x2mabcdef01",
)


def _digest(parts: tuple[object, ...], size: int) -> bytes:
    text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=size).digest()


def derive_text(*parts: object, length: int) -> str:
    """`length` characters of ``A-Za-z0-9_-`` that depend on `parts` alone (at most 85)."""
    raw = _digest(parts, (length * 6 + 7) // 8)
    return base64.urlsafe_b64encode(raw).decode("ascii")[:length]


def derive_hex(*parts: object, length: int) -> str:
    """`length` lower-case hexadecimal digits that depend on `parts` alone (at most 128)."""
    return _digest(parts, (length + 1) // 2).hex()[:length]


def derive_int(*parts: object) -> int:
    """A 64-bit integer that depends on `parts` alone."""
    return int.from_bytes(_digest(parts, 8), "big")


def derive_session_key(*parts: object) -> str:
    """Base64 of 16 bytes, as ``code2Session`` answers; 24 characters."""
    return base64.b64encode(_digest(("session_key", *parts), 16)).decode("ascii")


def openid_of(person: str, appid: str) -> str:
    """The openid of `person` in the app `appid`. Ids of one app share their first six characters."""
    return f"o{_shared('openid of app', appid)}{derive_text(person, appid, length=22)}"


def unionid_of(person: str, platform: str) -> str:
    """The unionid of `person` under one Open Platform account; one in four has 29 characters."""
    length = 29 if derive_int("unionid length", person, platform) % 4 == 0 else 28
    return f"o{_shared('unionid of platform', platform)}{derive_text('unionid', person, platform, length=length - 6)}"


@lru_cache(maxsize=256)  # asked for each user, and there are few
def _shared(what: str, name: str) -> str:
    """What the ids of one app, or of one account, begin with."""
    return derive_text(what, name, length=5)
