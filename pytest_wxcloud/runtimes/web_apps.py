"""Finds a WSGI or ASGI app by its import path, and tells the one from the other."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from ..errors import LoadError, did_you_mean, users_mistake
from .failing import stack_of

__tracebackhide__ = users_mistake

#: What servers look for in a module.
USUAL_NAMES = ("application", "app")


def import_app(path: str) -> Any:
    """The app at ``module:name``, ``module:factory()``, or the ``application`` or ``app`` of ``module``.

    Raises:
        LoadError: when there is none.
    """
    module_name, _, attribute = path.partition(":")
    attribute, called, _ = attribute.partition("()")
    module = _imported(module_name, path)
    names = attribute.split(".") if attribute else [name for name in USUAL_NAMES if hasattr(module, name)][:1]
    found = module
    for name in names:
        found = getattr(found, name, None)
    if not names or found is None:
        known = [name for name in vars(module) if not name.startswith("_")]
        lacks = repr(attribute) if attribute else "application or app"
        raise LoadError(f"{module_name!r} has no {lacks}. {did_you_mean(attribute or 'application', known)}")
    if not called:
        return found
    try:
        return found()
    except Exception as error:
        raise LoadError(f"{path!r} makes no app: it raised {type(error).__name__}.\n{stack_of(error)}") from error


def _imported(module_name: str, path: str) -> Any:
    try:
        return importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        message = (
            f"{path!r} cannot be imported: {module_name!r} raised {type(error).__name__}.\n{stack_of(error).rstrip()}"
        )
        missing = (isinstance(error, ModuleNotFoundError) and error.name) or ""
        if missing and module_name.split(".")[: missing.count(".") + 1] == missing.split("."):
            message += "\nIs its folder on sys.path? In pytest.ini: pythonpath = the folder that holds it."
        elif missing:
            message += f"\nInstall what it needs: python -m pip install {missing.partition('.')[0]}"
        raise LoadError(message) from error


def is_asgi(name: str, app: Any) -> bool:
    """Whether `app` is an ASGI app; it is a WSGI app otherwise.

    Raises:
        LoadError: when it is neither.
    """
    if not callable(app):
        raise LoadError(f"{name} is {type(app).__name__}, no app: it cannot be called. {_WANTED}")
    called = app if inspect.isroutine(app) or inspect.isclass(app) else type(app).__call__
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(called):
        return True
    count = _arguments(app)
    if count == 0:
        raise LoadError(f"{name} takes no argument, so it is no app; does it make one? {_FACTORY}")
    if count == 1:
        raise LoadError(
            f"{name} takes one argument, as apps of ASGI 2 did: wrap it with "
            f"asgiref.compatibility.guarantee_single_callable. {_WANTED}"
        )
    if count not in (None, 2, 3):
        raise LoadError(f"{name} takes {count} arguments, so it is no app. {_WANTED}")
    return count == 3


_WANTED = "An app is called with (environ, start_response), or awaited with (scope, receive, send)."
_FACTORY = 'Then call it, wx_cloud.app(create_app()), or write "module:create_app()".'


def _arguments(app: Any) -> int | None:
    """How many arguments a call takes at least, by position; None when that cannot be known."""
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(one.kind is one.VAR_POSITIONAL for one in parameters):
        return None
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    placed = [one for one in parameters if one.kind in by_position]
    needed = [one for one in placed if one.default is one.empty]
    return len(needed) if needed or len(placed) < 2 else len(placed)
