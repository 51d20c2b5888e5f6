"""The routes of Flask, Django (DRF), FastAPI and Starlette apps, as their frameworks keep them.

No framework is imported here: an app of one has imported it.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: ``<int:todo_id>``, ``{todo_id:int}``, ``{todo_id}``
_PARAMETER = re.compile(r"<(?:(?P<flask>[^<>:]+):)?[^<>]+>|{[^{}:]+(?::(?P<starlette>[^{}]+))?}")
_OF_A_FORMAT = "format"  # DRF's other names of the same routes: todos.json


@dataclass(frozen=True)
class Route:
    """One way in: `methods` it takes (none where that cannot be known), and its path as the framework writes it."""

    methods: tuple[str, ...]
    path: str
    pattern: re.Pattern[str]
    view: object = None

    @property
    def names(self) -> list[str]:
        """What a contract is about: ``GET /todos/<int:todo_id>``, one for each method."""
        return [f"{method} {self.path}" for method in self.methods] or [self.path]

    def takes(self, method: str, path: str) -> bool:
        """Whether a request comes here."""
        return (not self.methods or method in self.methods) and bool(self.pattern.fullmatch(path))


def routes_of(app: Any) -> list[Route] | None:
    """Every route of `app`, but for what the framework itself adds; None where it has another framework."""
    if hasattr(app, "url_map") and hasattr(app, "view_functions"):
        return list(_of_flask(app))
    if type(app).__module__.startswith("django.core.handlers"):
        urls: Any = sys.modules["django.urls"]
        return list(_of_django(urls.get_resolver().url_patterns, "", ""))
    if isinstance(getattr(app, "routes", None), list) and hasattr(app, "router"):
        return list(_of_starlette(app.routes, ""))
    return None


def route_of(app: Any, method: str, path: str) -> str:
    """The name of the route that a request comes to; empty where none is known."""
    path = path.partition("?")[0]
    for route in routes_of(app) or ():
        if route.takes(method, path):
            return next((name for name in route.names if name.startswith(f"{method} ")), route.names[0])
    return ""


def own_files(app: Any, target: Any) -> list[Path]:
    """The source files of the app's own code: of the packages in which `target` and the views stand."""
    modules = {str(getattr(app, "import_name", "") or ""), getattr(inspect.unwrap(app), "__module__", "") or ""}
    modules |= {str(getattr(route.view, "__module__", "")) for route in routes_of(app) or ()}
    packages = {module.rpartition(".")[0] or module for module in modules}
    if isinstance(target, str):
        packages.add(target.partition(":")[0].partition(".")[0])
    packages.discard("")
    tops = {package.partition(".")[0] for package in packages}  # of thousands of modules few are below these
    found = {
        file
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in tops and _is_in(name, packages)
        if isinstance(file := getattr(module, "__file__", None), str) and is_own(file)
    }
    return sorted(map(Path, found))


@functools.cache
def is_own(file: str) -> bool:
    """Whether a file is neither Python's, nor an installed package's, nor this plugin's."""
    if not file.endswith(".py") or "site-packages" in file or "dist-packages" in file:
        return False
    path = Path(file)
    plugin = Path(__file__).parents[1]
    return not (path.is_relative_to(sysconfig.get_path("stdlib")) or path.is_relative_to(plugin))


def _is_in(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _of_flask(app: Any) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        if view is None or rule.endpoint.rpartition(".")[2] == "static":
            continue
        methods = tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield Route(methods, rule.rule, _pattern(rule.rule), view)


def _of_starlette(routes: Iterable[Any], before: str) -> Iterator[Route]:
    for route in routes:
        inner: Callable[[], Iterable[Any]] | None = getattr(route, "effective_route_contexts", None)
        if inner is not None:  # FastAPI's included routers
            yield from _of_starlette(inner(), before)
        elif getattr(route, "routes", None):
            yield from _of_starlette(route.routes, before + getattr(route, "path", ""))
        elif getattr(route, "include_in_schema", True) and hasattr(route, "endpoint") and hasattr(route, "methods"):
            path = before + route.path
            yield Route(tuple(sorted((route.methods or set()) - {"HEAD"})), path, _pattern(path), route.endpoint)


def _pattern(path: str) -> re.Pattern[str]:
    """What the parameters of a route of Flask or Starlette may be, as far as that tells routes apart."""
    said, at = "", 0
    for found in _PARAMETER.finditer(path):
        long = (found["flask"] or found["starlette"] or "").startswith("path")
        number = (found["flask"] or found["starlette"] or "").startswith("int")
        said += re.escape(path[at : found.start()]) + (".+" if long else r"-?\d+" if number else "[^/]+")
        at = found.end()
    return re.compile(said + re.escape(path[at:]))


def _of_django(patterns: Iterable[Any], path: str, pattern: str) -> Iterator[Route]:
    for one in patterns:
        regex = one.pattern.regex.pattern
        if _OF_A_FORMAT in one.pattern.regex.groupindex or getattr(one, "app_name", None) == "admin":
            continue
        here = path + _as_path(str(one.pattern))
        matched = pattern + regex.removeprefix("^").removesuffix(r"\Z").removesuffix(r"\z").removesuffix("$")
        if hasattr(one, "url_patterns"):
            yield from _of_django(one.url_patterns, here, matched)
        elif not _is_installed(one.callback):
            yield Route(_methods_of(one.callback), f"/{here}", _unnamed(matched), one.callback)


def _as_path(written: str) -> str:
    """A pattern as a path: ``^todos/(?P<pk>[^/.]+)/$`` is ``todos/<pk>/``."""
    return re.sub(r"\(\?P<(\w+)>(?:[^()\\]|\\.)*\)", r"<\1>", written).removeprefix("^").removesuffix("$")


def _unnamed(regex: str) -> re.Pattern[str]:
    return re.compile("/" + re.sub(r"\?P<\w+>", "?:", regex))  # the same name may come twice


def _methods_of(view: Any) -> tuple[str, ...]:
    """The methods of a view that is a class, DRF's among them; none of a function, which alone knows."""
    actions = getattr(view, "actions", None)  # of a DRF viewset
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if actions:
        return tuple(sorted(method.upper() for method in actions if method.upper() in _VERBS))
    return () if cls is None else tuple(verb for verb in _VERBS if hasattr(cls, verb.lower()))


def _is_installed(view: Any) -> bool:
    """Whether a view is a framework's own: a schema, a page for logging in, a root of DRF's routers."""
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    module = str(getattr(inspect.unwrap(cls) if callable(cls) else cls, "__module__", ""))
    return module.partition(".")[0] in ("django", "rest_framework", "drf_spectacular", "drf_yasg")
