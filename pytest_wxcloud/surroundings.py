"""What lies behind functions: the local cloud, other databases, and what answers for the world outside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from .canaries import Secrets
from .changes import AnyChange, Changes
from .database import Database, as_seeds
from .errors import DatabaseError, InvalidFileError, WxCloudError, users_mistake
from .frozen import frozen_time
from .identity import WxApp, WxUser
from .local_cloud import Contents, LocalCloud
from .outside.http import HttpStubs
from .outside.open_data import CloudID, OpenData
from .outside.openapi import OpenApis
from .runtimes.late import Late
from .runtimes.node import NodeRuntime
from .scenario import Scenario
from .storage import Storage

__tracebackhide__ = users_mistake


class Layer(Protocol):
    """Something that is kept between calls: the local cloud, another database."""

    def scene(self) -> AbstractContextManager[None]:
        """Take back, after the block, whatever it changes here. Costs nothing while nothing is kept."""

    def changes(self) -> AbstractContextManager[Iterable[AnyChange]]:
        """What the block changes here; complete when the block has ended."""


class Calls(list[str]):
    """Names of what was called outside, and the access tokens that WeChat gave for it."""

    tokens: tuple[str, ...] = ()


@dataclass
class Trial:
    """What a call did: changes in every layer, and the calls it made itself; complete when its block has ended."""

    changes: list[AnyChange] = field(default_factory=list)
    calls: Calls = field(default_factory=Calls)


class Surroundings:
    """Everything that a function can reach, and the test's hand on it.

    Args:
        node: the worker, in which the local cloud lives.
        app: tells the app under test.
        openapi_default: "ok" has every open API answer that has no answer of its own.
    """

    def __init__(self, node: NodeRuntime, app: Callable[[], WxApp], openapi_default: str = "") -> None:
        self.node = node
        self._openapi_default = openapi_default
        self._app_under_test = app
        self._secrets = Secrets()
        self._used: list[Layer] = []
        self.waiting: list[Scenario[Any]] = []  # for a block to begin them

    @cached_property
    def local(self) -> LocalCloud:
        """What functions reach through the SDK, as one layer."""
        return LocalCloud(
            functools.partial(self._ask_local, DatabaseError),
            lambda: self.node.running,
            Contents(lambda: self.node.home / "files"),
            self.node.snapshots,
        )

    def _ask_local(self, refusal: type[WxCloudError], command: dict[str, Any]) -> Any:
        return self.node.local_cloud(command, frozen_time(), refusal)

    @cached_property
    def db(self) -> Database:
        """The local database, in pymongo's words."""
        return Database(lambda command: self.node.database(command, frozen_time()), self.local)

    @cached_property
    def storage(self) -> Storage:
        """The local cloud storage: `put`, `read`, `exists`, `list`, `remove`."""
        return Storage(
            functools.partial(self._ask_local, InvalidFileError), self.local, lambda: self._app_under_test().env_id
        )

    @cached_property
    def openapi(self) -> OpenApis:
        """What answers the open APIs: ``wx_cloud.openapi["security.msgSecCheck"] = {…}``, and what was called."""
        data = self._open_data
        return OpenApis(
            {"ApiGetOpenDataByCloudId": data.serve_list},
            {"cloudbase.getOpenData": data.answer_list},
            all_answer=self._openapi_default == "ok",
        )

    @cached_property
    def http(self) -> HttpStubs:
        """What answers hosts outside: ``wx_cloud.http["api.example.com"] = {…}``."""
        return HttpStubs()

    @cached_property
    def _open_data(self) -> OpenData:
        return OpenData(self._app_under_test)

    def cloud_id(
        self,
        *,
        phone_number: str | bool | None = None,
        country_code: str = "86",
        user_info: Mapping[str, Any] | bool | None = None,
        share_info: Mapping[str, Any] | str | None = None,
        we_run: Iterable[int | Mapping[str, Any]] | None = None,
        data: Mapping[str, Any] | None = None,
        user: WxUser | None = None,
    ) -> CloudID:
        """A CloudID, as the Mini Program gets it, for one kind of open data.

        At the top level of an event the function finds it opened, ``{"cloudID", "data"}`` with a
        watermark; elsewhere it is a string, for ``cloud.getOpenData``. It lives five minutes and belongs
        to `user`, else to the first who sends it; ``CloudID("…")`` is one that nobody made.

        Args:
            phone_number: a number without country code; True for the user's own.
            country_code: of the phone number.
            user_info: as ``wx.getUserInfo``; True for the user's own, a dict replaces some of it.
            share_info: an openGId, or a dict with more.
            we_run: steps a day, today's last; or ``{"timestamp", "step"}`` each.
            data: anything else, as it is.
            user: whose it is.

        Raises:
            InvalidAnswerError: unless it is one kind, and JSON.
        """
        return self._open_data.make(
            phone_number=phone_number,
            country_code=country_code,
            user_info=user_info,
            share_info=share_info,
            we_run=we_run,
            data=data,
            user=user,
        )

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Everything that a call can leave changed."""
        return (self.local, self.openapi, self._open_data, self.http, *self._used)

    def use(self, *layers: Layer) -> None:
        """Make databases that handlers bring along (see `stores`) part of every scene, scenario and `changes`.

        From now on; within a test or a scenario, until that is over.
        """
        self._used.extend(layers)

    def finds(self, table: str, column: str, value: Any) -> bool:
        """Whether a database that was brought along finds a row by this value, as it compares values itself."""
        asked = (getattr(layer, "finds", None) for layer in self._used)
        return any(find(table, column, value) for find in asked if find is not None)

    @contextmanager
    def scene(self, seeds: dict[str, list[Any]] | None = None) -> Iterator[None]:
        """Take back, after the block, whatever it does to any layer. Scenes nest.

        `seeds` are documents, see `as_seeds`, to begin it with.
        """
        used = len(self._used)
        with ExitStack() as scenes:
            scenes.callback(self._used.__delitem__, slice(used, None))
            for layer in self.layers:
                scenes.enter_context(self.local.scene(seeds) if layer is self.local else layer.scene())
            yield

    @contextmanager
    def changes(self) -> Iterator[Changes[AnyChange]]:
        """Everything that the block inserts, updates and removes, in any layer: `Change` for a document
        or a row, `FileChange` for a file."""
        with ExitStack() as watches:
            told = [watches.enter_context(layer.changes()) for layer in self.layers]
            yield Changes(lambda: [change for one in told for change in one])

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """A call, what it did, and everything as it was: for many calls in a row, from one state.

        Cheaper than `scene` around `changes`, and only where a scene is open and nothing has changed in it.
        """
        trial = Trial()
        with ExitStack() as others, self.recording() as trial.calls:
            told = []
            for layer in self.layers:
                if layer is not self.local:
                    others.enter_context(layer.scene())
                    told.append(others.enter_context(layer.changes()))
            yield trial
            self.late.settle()
            trial.changes = [*self.local.conclude(), *(change for one in told for change in one)]
            self.late.raise_mistakes()

    def settle(self) -> None:
        """Wait for what functions that have answered left under way: they may have forgotten to await it.

        What it asks of the cloud, of open APIs and of hosts is answered and recorded as ever. Timers are not waited
        for, and threads of Python functions for half a second.

        Raises:
            BaseException: what the test's own code raised that answered.
        """
        self.late.settle()
        if self.node.running:
            self.node.settle()
        self.late.raise_mistakes()

    @property
    def late(self) -> Late:
        """What functions did when they had answered."""
        return self.node.late

    def secret(self, kind: type[str] | type[int] = str) -> Any:
        """A value that only its owner may see, to be stored while a contract arranges: a text, or a number."""
        return self._secrets.plant(kind)

    @contextmanager
    def planting(self, secrets: Secrets) -> Iterator[None]:
        """Let `secret` plant these in the block."""
        before, self._secrets = self._secrets, secrets
        try:
            yield
        finally:
            self._secrets = before

    @contextmanager
    def recording(self) -> Iterator[Calls]:
        """Names of the open APIs and hosts that functions call in the block; complete when it has ended."""
        apis, requests = len(self.openapi.calls), len(self.http.calls)
        given = [len(stubs.tokens) for stubs in (self.openapi, self.http)]
        names = Calls()
        yield names
        names += [f"the open API {call.name}" for call in self.openapi.calls[apis:]]
        names += [f"HTTP {request.method} {request.host}{request.path}" for request in self.http.calls[requests:]]
        names.tokens = (*self.openapi.tokens[given[0] :], *self.http.tokens[given[1] :])

    def scenario(
        self,
        contents: Mapping[str, Iterable[Mapping[str, Any]]] | Path | str | None = None,
        *,
        files: Mapping[str, bytes | str] | None = None,
    ) -> AbstractContextManager[Database]:
        """Add documents, and files by their paths, for a block, and take back everything that happens in it.

        Scenarios nest, and are cheap enough for every Hypothesis example. One that no block begins is told at the end
        of the test.
        """
        return Scenario(lambda: self._scenario(contents, files), self.waiting)

    @contextmanager
    def _scenario(
        self,
        contents: Mapping[str, Iterable[Mapping[str, Any]]] | Path | str | None,
        files: Mapping[str, bytes | str] | None,
    ) -> Iterator[Database]:
        with self.scene(None if contents is None else as_seeds(contents)):
            for path, content in (files or {}).items():
                self.storage.put(path, content)
            yield self.db
