"""Runs Python handlers: ``main_handler(event, context)`` or ``main``, sync or async."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import json
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..carriers import PLATFORM, Injection
from ..errors import LoadError, UnknownFunctionError, did_you_mean, users_mistake
from ..identity import as_principal
from ..outcome import Answer, Blocked, Failure, FunctionError
from . import acting as stage
from . import environ, python_guard, surroundings
from .base import Request
from .django_connections import errors_left_behind
from .failing import describe, stack_of
from .python_modules import FunctionPackage
from .python_output import Output
from .threads import elsewhere

__tracebackhide__ = users_mistake

ENTRY_POINTS = ("main_handler", "main")


class PythonHandler:
    """One Python function: a folder with ``index.py``, a dotted path, or a callable.

    `env_id` is the environment that it finds itself in while it loads.
    """

    in_worker = False

    def __init__(self, name: str, source: Path | str | Callable[..., Any], env_id: str | None = None) -> None:
        self.name = name
        self._platform = {**PLATFORM, "TCB_ENV": env_id, "SCF_NAMESPACE": env_id}
        self._source = source
        self._package: FunctionPackage | None = None
        self._function: Callable[..., Any] | None = None
        self._refused_loading: list[Blocked] = []
        self._environment: dict[str, str | None] = {}  # what a folder's code set there
        self._lock = threading.Lock()

    def load(self) -> None:
        """Import the handler.

        Raises:
            LoadError: when its import fails, or it has no ``main_handler`` or ``main``.
        """
        self._loaded()

    def invoke(self, request: Request) -> Answer:
        """Run the handler. A coroutine gets an event loop of its own."""
        function = self._loaded()
        refused, output = self._told_refusals(), Output()
        try:
            with output.kept(), self._surroundings(request, refused):
                returned = function(*_arguments(request))
                if inspect.isawaitable(returned):
                    returned = _run(returned)
            answer = _answer(returned)
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # the handler's own: the outcome tells
            answer = Answer(error=describe(error))
        return replace(answer, logs=tuple(output.lines), blocked=tuple(refused))

    async def ainvoke(self, request: Request) -> Answer:
        """Await a coroutine in the running loop; run anything else in a thread with this context."""
        function = self._loaded()
        if not inspect.iscoroutinefunction(function):
            return await asyncio.to_thread(self.invoke, request)
        refused, output = self._told_refusals(), Output()
        try:
            with output.kept(), self._surroundings(request, refused):
                returned = await function(*_arguments(request))
            answer = _answer(returned)
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            answer = Answer(error=describe(error))
        except (Exception, SystemExit) as error:  # as above
            answer = Answer(error=describe(error))
        return replace(answer, logs=tuple(output.lines), blocked=tuple(refused))

    def _loaded(self) -> Callable[..., Any]:
        with self._lock:
            if self._function is None:
                self._function = self._find()
            return self._function

    def _told_refusals(self) -> list[Blocked]:
        """For what the function tries; with its first call comes what its module code tried."""
        refused, self._refused_loading = self._refused_loading, []
        return refused

    @contextlib.contextmanager
    def _surroundings(self, request: Request, refused: list[Blocked]) -> Iterator[None]:
        """What a folder's code sets in its environment stays with it; other code is the test's own."""
        python_guard.install()
        who = stage.acting()
        assert who is not None  # a call has a caller
        outside = None
        if request.ask is not None and request.after is not None:
            outside = stage.Outside(request.hosts, request.ask, request.after)
        if self._package is None:
            with stage.overlaid(who, refused, outside), surroundings.kept(), errors_left_behind():
                yield
            return
        self._package.refresh()
        injection = replace(who.injection, environment=dict(who.injection.environment))
        inside = replace(who, injection=injection, own=self._environment)
        with (
            environ.own_time_zone(self._environment),
            stage.overlaid(inside, refused, outside),
            surroundings.kept(),
            errors_left_behind(),
        ):
            yield

    def _find(self) -> Callable[..., Any]:
        if callable(self._source):
            return self._source
        if isinstance(self._source, str):
            return _import_path(self._source)
        self._package = FunctionPackage(self._source)
        weakref.finalize(self, self._package.unload).atexit = False  # with the last call that holds this handler
        try:
            python_guard.install()
            with environ.own_time_zone({}), stage.overlaid(self._nobody_yet(), self._refused_loading):
                module = self._package.load("index")
        except BaseException as error:
            self._package.unload()
            if not isinstance(error, Exception | SystemExit):
                raise
            raise LoadError(_load_message(self._source, error)) from None
        return _entry_point(module, str(self._source / "index.py"))

    def _nobody_yet(self) -> stage.Acting:
        """While a function loads there is no caller, whoever acts around it."""
        nobody = as_principal(None)
        hidden = [variable for variable, _ in nobody.context.by("variable") if variable.startswith("WX_")]
        variables = {**dict.fromkeys([*hidden, "WX_CONTEXT_KEYS"]), **self._platform}
        return stage.Acting(nobody, Injection(environment=variables), self._environment)


def _import_path(path: str) -> Callable[..., Any]:
    module_name, _, attribute = path.partition(":") if ":" in path else path.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
            raise UnknownFunctionError(
                f"There is no module {error.name!r}, so {path!r} names no function. Is its folder on sys.path (the ini "
                "option pythonpath)?"
            ) from None
        said = (
            f"Cannot import {module_name!r} of {path!r}: it raised {type(error).__name__}.\n{stack_of(error).rstrip()}"
        )
        raise LoadError(said) from None
    found: Any = module
    for name in attribute.split("."):
        found = getattr(found, name, None)
    if found is None:
        near = did_you_mean(attribute, [name for name in vars(module) if not name.startswith("_")])
        raise LoadError(f"{module_name!r} has no {attribute!r}. {near}")
    if not callable(found):
        raise LoadError(f"{path!r} is {type(found).__name__}, not a function.")
    return found  # type: ignore[no-any-return]


def _entry_point(module: Any, file: str) -> Callable[..., Any]:
    for name in ENTRY_POINTS:
        found = getattr(module, name, None)
        if callable(found):
            return found  # type: ignore[no-any-return]
    defined = [name for name, value in vars(module).items() if inspect.isfunction(value)]
    raise LoadError(
        f"{file} defines neither main_handler nor main, so there is nothing to call. "
        f"It defines: {', '.join(defined) or 'no function'}. Write 'def main_handler(event, context):'."
    )


def _load_message(folder: Path, error: BaseException) -> str:
    message = f"{folder.name} cannot be loaded: its index.py raised {type(error).__name__}.\n{stack_of(error).rstrip()}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        message += f"\nInstall what it needs: {Path(sys.executable).name} -m pip install {error.name.partition('.')[0]}"
        if (folder / "requirements.txt").is_file():
            message += f"\nor everything at once: pip install -r {folder.name}/requirements.txt"
    return message


def _arguments(request: Request) -> tuple[Any, dict[str, Any]]:
    """Event and context, for the handler to change as it likes."""
    return json.loads(json.dumps(request.event)), dict(request.context)


def _is_cancelled() -> bool:
    """Whether the test cancels the call; a handler may also raise CancelledError of its own."""
    task: Any = asyncio.current_task()
    return not hasattr(task, "cancelling") or task.cancelling() > 0  # Python 3.10 cannot tell


def _run(awaitable: Any) -> Any:
    """Run a coroutine to its end, also below a running event loop."""

    async def main() -> Any:
        return await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    return elsewhere(lambda: asyncio.run(main()))


def _answer(returned: Any) -> Answer:
    """The value as the client gets it: through JSON, like on the platform."""
    try:
        return Answer(json.loads(json.dumps(returned, ensure_ascii=False, allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        message = f"the answer is not JSON: {error}"
        return Answer(error=FunctionError(Failure.UNSERIALIZABLE, type(error).__name__, message))
