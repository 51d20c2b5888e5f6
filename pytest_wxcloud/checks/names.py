"""The names a function reads from its event: those in its own source, among which are the ones to forge."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..runtimes.web_routes import own_files
from .requests import is_header
from .world import World

#: Names under which real functions read the caller's ids from their event.
IDENTITY_NAMES = (
    "openid", "openId", "OPENID", "_openid", "open_id", "userOpenid", "userOpenId", "user_openid", "wxOpenid",
    "ownerOpenid", "ownerId", "owner", "userId", "user_id", "userid", "uid", "creator", "creatorId", "createdBy",
    "author", "authorId", "fromOpenid", "from_openid", "FROM_OPENID", "resourceOwnerId", "currentUserId", "callerId",
    "operator", "operatorId", "operatorOpenid", "memberId", "studentId", "teacherId", "adminOpenid",
)  # fmt: skip
#: Headers in which web apps read who calls, where they trust a client or a gateway of their own.
OWN_HEADERS = ("X-OpenId", "X-User-Id", "X-UserId", "X-Uid", "X-User", "X-Debug-OpenId", "X-Forwarded-User")
#: Names that real functions store a right under.
ROLE_NAMES = (
    "role", "roles", "isAdmin", "is_admin", "admin", "isSuperAdmin", "isManager", "isOwner", "userRole", "user_role",
    "userType", "permission", "permissions", "level", "identity", "auth", "authority", "vip", "isVip", "is_vip",
)  # fmt: skip
_IDENTITY = re.compile(
    r"open_?id|union_?id|uid$|user|owner|author|creat|operator|caller|member|admin|staff|from"
    r"|seller|buyer|publish|poster|sender|receiver|student|teacher|customer|worker|driver|leader",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"role|admin|permission|level|^type$|auth|vip|manager|status|identity|super|grade|rank|right", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_QUOTED_HEADER = re.compile(r"[\"'](X-[A-Za-z0-9-]+)[\"']", re.IGNORECASE)
#: What a name stands in where something is read of an object that came from outside: `event.name`,
#: `event['name']`, `data.get("name")`, `"name" in data`, a parameter or field `name: str`.
_READ = re.compile(
    r"""\.([A-Za-z_$][\w$]*)(?![\w$]|\s*\()
    |[\[(]\s*["']([A-Za-z_$][\w$]*)["']\s*[\]),]
    |["']([A-Za-z_$][\w$]*)["']\s+in\b
    |^\s*([a-z_]\w*)\s*:\s*[A-Za-z]""",
    re.VERBOSE | re.MULTILINE,
)
_TAKEN_APART = re.compile(r"\{([^{}()]*)\}\s*(?:=(?![=>])|[,)])")  # const { name } = event, ({ name }) => …
_KEY = re.compile(r"(?:^|,)\s*([A-Za-z_$][\w$]*)")
_PACKAGES = {"node_modules", "miniprogram_npm"}
_MOST_READ = 256  # names; a bundled file reads more
_TOO_LARGE = 400_000  # bytes; a bundled file holds every name there is


def identity_names(world: World) -> list[str]:
    """Names to claim somebody else's ids under: those of real functions, and those that this one uses."""
    return _known_and_used(world, IDENTITY_NAMES, _IDENTITY)


def is_identity_name(name: str) -> bool:
    """Whether a name may be that of a person."""
    return bool(_IDENTITY.search(name))


def is_role_name(name: str) -> bool:
    """Whether a name may be that of a right."""
    return bool(_ROLE.search(name))


def role_names(world: World) -> list[str]:
    """Names to claim a right under."""
    return _known_and_used(world, ROLE_NAMES, _ROLE)


def _known_and_used(world: World, known: Iterable[str], wanted: re.Pattern[str]) -> list[str]:
    used = {name for name in words(world) if wanted.search(name) and len(name) < 40}
    return list(dict.fromkeys((*known, *sorted(used))))


def read_names(world: World) -> list[str]:
    """Every name that the function's own source may read from its event, whatever it looks like."""
    found: dict[str, None] = {}
    for text in _sources(world, ("*.js", "*.cjs", "*.py")):
        found.update(dict.fromkeys(name for match in _READ.finditer(text) for name in match.groups() if name))
        found.update(dict.fromkeys(name for held in _TAKEN_APART.findall(text) for name in _KEY.findall(held)))
    return list(found)[:_MOST_READ]


def source(world: World) -> str:
    """The function's own source, as far as it can be read."""
    return "\n".join(_sources(world, ("*.js", "*.cjs", "*.py")))


def words(world: World, kinds: Iterable[str] = ("*.js", "*.cjs", "*.py")) -> set[str]:
    """Every word in the function's own source that may be a name; none where there is no source of these kinds."""
    found: set[str] = set()
    for text in _sources(world, kinds):
        found.update(_WORD.findall(text))
    return found


def header_names(world: World) -> list[str]:
    """Headers of its own in which the app may look for who calls; WeChat's are the platform's to set."""
    known = (*(name.replace("_", "-") for name in IDENTITY_NAMES), *OWN_HEADERS)
    used = [name for text in _sources(world, ("*.py",)) for name in _QUOTED_HEADER.findall(text)]
    return list({name.lower(): name for name in (*known, *used) if is_header(name)}.values())


def reads_authorization(world: World) -> bool:
    """Whether the app looks for who calls in the header in which clients send tokens."""
    said = (word.lower() for word in words(world, ("*.py",)))
    return world.web is not None and any("authorization" in word or "bearer" in word for word in said)


def _sources(world: World, kinds: Iterable[str]) -> Iterator[str]:
    if world.web is not None:
        if "*.py" in kinds:
            yield from _texts(own_files(world.web.app, world.operation.app))
        return
    cloud, function = world.cloud, world.operation.function
    if not isinstance(function, str):
        if "*.py" not in kinds:
            return
        import inspect

        try:
            yield inspect.getsource(inspect.getmodule(function) or function)
        except (OSError, TypeError):
            return
        return
    key = function, *kinds
    if key not in world.sources:  # asked for by the hundred
        known = function in cloud.project.functions
        files = _files(Path(cloud.project.folder(function)), kinds) if known else ()
        world.sources[key] = list(_texts(files))
    yield from world.sources[key]


def _files(folder: Path, kinds: Iterable[str]) -> Iterator[Path]:
    """The files below a folder, kind by kind; nothing of packages, which may be thousands."""
    own: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _PACKAGES]
        own += [Path(place, name) for name in files]
    own.sort()
    for kind in kinds:
        yield from (file for file in own if file.match(kind))


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        if not file.is_file() or _PACKAGES & set(file.parts):
            continue
        if file.stat().st_size < _TOO_LARGE:
            yield file.read_text("utf-8", "replace")
