"""The names a function reads from its event: those in its own source, among which are the ones to forge."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..cloud import WxCloud

#: Names under which real functions read the caller's ids from their event.
IDENTITY_NAMES = (
    "openid", "openId", "OPENID", "_openid", "open_id", "userOpenid", "userOpenId", "user_openid", "wxOpenid",
    "ownerOpenid", "ownerId", "owner", "userId", "user_id", "userid", "uid", "creator", "creatorId", "createdBy",
    "author", "authorId", "fromOpenid", "from_openid", "FROM_OPENID", "resourceOwnerId", "currentUserId", "callerId",
    "operator", "operatorId", "operatorOpenid", "memberId", "studentId", "teacherId", "adminOpenid",
)  # fmt: skip
#: Names that real functions store a right under.
ROLE_NAMES = (
    "role", "roles", "isAdmin", "is_admin", "admin", "isSuperAdmin", "isManager", "isOwner", "userRole", "user_role",
    "userType", "permission", "permissions", "level", "identity", "auth", "authority", "vip", "isVip", "is_vip",
)  # fmt: skip
_IDENTITY = re.compile(
    r"open_?id|union_?id|uid$|user|owner|author|creat|operator|caller|member|admin|staff|from", re.IGNORECASE
)
_ROLE = re.compile(
    r"role|admin|permission|level|^type$|auth|vip|manager|status|identity|super|grade|rank|right", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_TOO_LARGE = 400_000  # bytes; a bundled file holds every name there is


def identity_names(cloud: WxCloud, function: str | Callable[..., Any]) -> list[str]:
    """Names to claim somebody else's ids under: those of real functions, and those that this one uses."""
    return _known_and_used(cloud, function, IDENTITY_NAMES, _IDENTITY)


def role_names(cloud: WxCloud, function: str | Callable[..., Any]) -> list[str]:
    """Names to claim a right under."""
    return _known_and_used(cloud, function, ROLE_NAMES, _ROLE)


def _known_and_used(
    cloud: WxCloud, function: str | Callable[..., Any], known: Iterable[str], wanted: re.Pattern[str]
) -> list[str]:
    used = {name for name in words(cloud, function) if wanted.search(name) and len(name) < 40}
    return list(dict.fromkeys((*known, *sorted(used))))


def words(
    cloud: WxCloud, function: str | Callable[..., Any], kinds: Iterable[str] = ("*.js", "*.cjs", "*.py")
) -> set[str]:
    """Every word in the function's own source that may be a name; none where there is no source of these kinds."""
    found: set[str] = set()
    for text in _sources(cloud, function, kinds):
        found.update(_WORD.findall(text))
    return found


def _sources(cloud: WxCloud, function: str | Callable[..., Any], kinds: Iterable[str]) -> Iterator[str]:
    if not isinstance(function, str):
        if "*.py" not in kinds:
            return
        import inspect

        try:
            yield inspect.getsource(inspect.getmodule(function) or function)
        except (OSError, TypeError):
            return
        return
    if function not in cloud.project.functions:
        return
    folder = cloud.project.folder(function)
    for pattern in kinds:
        for file in sorted(Path(folder).rglob(pattern)):
            if not file.is_file() or {"node_modules", "miniprogram_npm"} & set(file.parts):  # bignumber.js is a folder
                continue
            if file.stat().st_size < _TOO_LARGE:
                yield file.read_text("utf-8", "replace")


def places(event: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where names may be put: each object in the event."""
    if isinstance(event, Mapping):
        yield at
        for key, held in event.items():
            yield from places(held, (*at, key))
    elif isinstance(event, list):
        for number, held in enumerate(event):
            yield from places(held, (*at, number))
