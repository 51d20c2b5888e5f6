"""The lifespan of an ASGI app: what it starts before the first request and ends after the last.

Source: the ASGI specification, Lifespan Protocol 2.0; an app that does not know it raises, as uvicorn
takes it too (``--lifespan auto``).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from ..errors import LoadError, users_mistake
from .failing import stack_of

__tracebackhide__ = users_mistake

AsgiApp = Callable[..., Awaitable[Any]]
VERSIONS = {"version": "3.0", "spec_version": "2.3"}


class Lifespan:
    """One run of an app's lifespan, in one event loop. `state` is what the app keeps for its requests."""

    def __init__(self, name: str, app: AsgiApp) -> None:
        self.state: dict[str, Any] | None = {}
        self._name = name
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._asked = 0  # how many messages the app has asked for
        self._ending = asyncio.Event()
        self._told: dict[str, Any] = {}
        self._changed = asyncio.Event()

    def started(self) -> asyncio.Task[None]:
        """The task that starts the app up, one for all who wait for it."""
        if self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self.start())
        return self._starting

    async def up(self) -> None:
        """Have the app be started up.

        Raises:
            LoadError: when it fails to.
        """
        await self.started()

    async def start(self) -> None:
        """Start the app up. Does nothing for an app that has no lifespan.

        Raises:
            LoadError: when it fails to.
        """
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"lifespan of {self._name}")
        await self._phase("startup")
        if "startup" not in self._told:
            self.state = None

    async def end(self) -> None:
        """Shut the app down.

        Raises:
            LoadError: when it fails to.
        """
        if self._task is None or self._task.done():
            return
        self._ending.set()
        await self._phase("shutdown")
        self._task.cancel()  # one that has said that it is done has nothing left to do
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task

    async def _phase(self, phase: str) -> None:
        """Wait until the app has ended this phase, or itself."""
        assert self._task is not None
        self._changed.clear()
        told = asyncio.ensure_future(self._changed.wait())
        await asyncio.wait([told, self._task], return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        error = self._task.exception() if self._task.done() and not self._task.cancelled() else None
        failed = phase in self._told and self._told[phase] is not None
        started = self._asked > 0  # an app that raises before it asks what happens knows no lifespan
        if failed or (error is not None and started and phase not in self._told):
            reason = stack_of(error, libraries=False) if error is not None else str(self._told.get(phase))
            raise LoadError(f"{self._name} failed in the {phase} of its lifespan.\n{reason.rstrip()}") from error

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": VERSIONS, "state": self.state}
        await self._app(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        self._asked += 1
        if self._asked == 1:
            return {"type": "lifespan.startup"}
        # An event loop that is closed cancels what is left in it: the only sign that the last request is over.
        with contextlib.suppress(asyncio.CancelledError):
            await self._ending.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: dict[str, Any]) -> None:
        _, phase, how = str(message["type"]).split(".")
        self._told[phase] = message.get("message", "") if how == "failed" else None
        # After a failure most apps raise, and their error says more than their message. A loop that was closed with
        # the app in it is not there to wait for that.
        later = asyncio._get_running_loop() if how == "failed" else None
        if later is None:
            self._changed.set()
        else:
            later.call_soon(self._changed.set)
