"""The web apps of one harness: which there are, and when they are shut down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from .errors import users_mistake

if TYPE_CHECKING:
    from .web_app import WebApp

__tracebackhide__ = users_mistake


class WebApps:
    """Apps that were named by an import path live as long as the harness, others as long as their scene."""

    def __init__(self, make: Callable[[Any], WebApp]) -> None:
        self._make = make
        self._named: dict[str, WebApp] = {}
        self._started: list[WebApp] = []
        self._scenes: list[object] = []  # innermost last
        self._given_in: WeakKeyDictionary[WebApp, object] = WeakKeyDictionary()

    def find(self, target: Any) -> WebApp:
        """The app that `target` names or is.

        Raises:
            LoadError: when it cannot be imported, or is no app.
        """
        if not isinstance(target, str):
            app = self._make(target)
            if self._scenes:
                self._given_in[app] = self._scenes[-1]
            return app
        if target not in self._named:
            self._named.setdefault(target, self._make(target))  # of two threads both get the one
        return self._named[target]

    def started(self, app: WebApp) -> None:
        """Have an app that has been started up shut down in time."""
        if app not in self._started:
            self._started.append(app)

    @contextmanager
    def scene(self) -> Iterator[None]:
        """Shut down, after the block, every app that was given in it as an object.

        Raises:
            LoadError: when one fails to.
        """
        this = object()
        self._scenes.append(this)
        with ExitStack() as closing:
            closing.callback(self._end, this)
            yield

    def close(self) -> None:
        """Shut every app down.

        Raises:
            LoadError: when one fails to.
        """
        with ExitStack() as closing:
            while self._started:
                closing.callback(self._started.pop(0).close)  # the last one first

    def _end(self, scene: object) -> None:
        self._scenes.remove(scene)
        with ExitStack() as closing:
            for app in [app for app in self._started if self._is_over(self._given_in.get(app))]:
                self._started.remove(app)
                closing.callback(app.close)

    def _is_over(self, scene: object) -> bool:
        return scene is not None and scene not in self._scenes
