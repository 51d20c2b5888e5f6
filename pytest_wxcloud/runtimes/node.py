"""Runs JavaScript functions in the persistent worker."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import itertools
import tempfile
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..carriers import PLATFORM
from ..errors import DatabaseError, LoadError, WxCloudError, users_mistake
from ..outcome import Answer, Blocked, Failure, FunctionError, LogLine
from .acting import nobody_runs
from .base import FrozenTime, Request
from .late import Late
from .node_packages import install_hint, manifest_of
from .node_process import Asked, TimeLimitExceeded, WorkerDied, WorkerOptions, WorkerProcess
from .node_toolchain import find_node, find_sdk
from .snapshots import Snapshots

__tracebackhide__ = users_mistake

LOAD_LIMIT = 30.0  # seconds
OVERLAP = 64  # calls at once; each needs a thread to wait in
REMEMBERED = 1000  # calls that may still ask for something when they have answered


class NodeRuntime:
    """The one worker of a test run, started when a function first needs it, again when it died."""

    def __init__(self, *, node: str = "", sdk_version: str = "", memory: int = 2048, timezone: str = "UTC") -> None:
        self._node = node
        self.sdk_version = sdk_version
        self._memory = memory
        self._timezone = timezone
        self._process: WorkerProcess | None = None
        self._lock = threading.RLock()
        self._threads: ThreadPoolExecutor | None = None
        self.late = Late()
        self._asking: dict[int, Request] = {}  # calls that may still ask for something, by their numbers
        self._numbers = itertools.count(1)
        self.origin = ""  # what calls come from, say a test; for messages
        self.called = False  # since it was last settled
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.snapshots = Snapshots()
        self.generation = 0

    def worker(self) -> WorkerProcess:
        """The running worker.

        Raises:
            ToolchainError: when there is no Node, or it does not start.
        """
        process = self._process
        if process is not None and process.alive:
            return process
        with self._lock:
            if self._process is None or not self._process.alive:
                if self._process is not None:
                    self._process.kill()
                sdk = find_sdk(self.sdk_version)
                options = WorkerOptions(
                    find_node(self._node),
                    self.home / "cloud.journal",
                    (sdk.node_modules,) if sdk is not None else (),
                    self._memory,
                    self._timezone,
                )
                with nobody_runs():
                    self._process = WorkerProcess(options)
                self.generation += 1
            return self._process

    @property
    def home(self) -> Path:
        """The folder in which the local cloud outlives a worker."""
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="pytest-wxcloud-", ignore_cleanup_errors=True)
            return Path(self._folder.name)

    @property
    def running(self) -> bool:
        """Whether a worker has been started, and so whether there may be anything in the local cloud."""
        return self._process is not None

    def database(self, command: dict[str, Any], time: FrozenTime | None) -> Any:
        """Have the local database do a command, see `node/local/commands.js`.

        Raises:
            DatabaseError: when the database refuses.
        """
        return self.local_cloud(command, time, DatabaseError)

    def local_cloud(self, command: dict[str, Any], time: FrozenTime | None, refusal: type[WxCloudError]) -> Any:
        """Have the local cloud do a command; a refusal is raised as `refusal`.

        Raises:
            refusal: when the cloud refuses.
        """
        told = self.ask(self.worker(), {"kind": "command", **command, "time": as_message(time)}, LOAD_LIMIT)
        self.note_late(told)
        if "refused" in told:
            raise refusal(told["refused"])
        self.late.raise_mistakes()
        return told["result"]

    def ask(self, worker: WorkerProcess, message: dict[str, Any], limit: float, asked: Asked | None = None) -> Any:
        """What `worker` answers a message that may change the local cloud."""
        carried = self.snapshots.attach(message)
        told = worker.ask(message, limit, functools.partial(self._answered, asked))
        self.snapshots.arrived(carried)
        return told

    def settle(self) -> None:
        """Wait until nothing that functions left under way asks the cloud for anything.

        Raises:
            BaseException: what the test's own code raised that answered them.
        """
        self.called = False
        asked = functools.partial(self._answered, None)
        self.note_late(self.worker().ask({"kind": "settle"}, LOAD_LIMIT, asked))
        self.late.raise_mistakes()

    def number_of(self, request: Request) -> int:
        """The number of a call, by which it is known when the function has answered."""
        number = next(self._numbers)
        self._asking[number] = request
        self._asking.pop(number - REMEMBERED, None)
        return number

    def _answered(self, asked: Asked | None, question: dict[str, Any]) -> Any:
        """What a function asks for: the one that is called, or one that has answered and is told by its number."""
        if "of" in question:
            request = self._asking.get(question["of"])
            asked = None if request is None else request.ask
        return FORGOTTEN if asked is None else asked(question)

    async def in_thread(self, work: functools.partial[Answer]) -> Answer:
        """Run `work` in a thread that sees this context."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(OVERLAP, thread_name_prefix="pytest-wxcloud call")
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work)

    def note_late(self, told: dict[str, Any]) -> None:
        """Remember what functions did when they had answered, which the worker tells with another answer."""
        for event in told.get("late", ()):
            value, function, origin = event["value"], event.get("function", "a function"), event.get("origin", "")
            request = self._asking.get(event.get("number", 0))
            if event["kind"] == "blocked" and request is not None and request.after is not None:
                request.after.refused(Blocked(**value))
            elif event["kind"] == "blocked":
                self.late.refused(Blocked(**value), function, origin)
            else:
                of = f"{function}{f' (called in {origin})' if origin else ''}"
                self.late.errors.append(f"After {of} had answered: {value['stack'] or value['message']}\n")

    def output(self, *, settled: bool = False) -> str:
        """What functions wrote past the console, straight to the process's streams, since last asked.

        `settled` waits for what is still on its way.
        """
        if self._process is None:
            return ""
        return self._process.settled_output() if settled and self._process.alive else self._process.output()

    def close(self) -> None:
        """End the worker. It starts again when it is needed again."""
        if self._process is not None:
            self._process.kill()
            self._process = None
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def as_message(time: FrozenTime | None) -> dict[str, Any] | None:
    """The clock as the worker sets it."""
    return None if time is None else {"at": time.at, "ticking": time.ticking}


def _unload(worker: WorkerProcess, instance: str) -> None:
    if worker.alive:
        with contextlib.suppress(WorkerDied, TimeLimitExceeded):
            worker.ask({"kind": "unload", "instance": instance}, LOAD_LIMIT)


_instances = itertools.count()

#: What a call gets of which nothing is known any more: a timer that rings a thousand calls later.
FORGOTTEN = {"code": "FUNCTIONS_REQUEST_FAIL", "message": "the cloud was called long after the function had answered"}


class NodeHandler:
    """One instance of a JavaScript function folder; warm, once it is loaded in the worker."""

    in_worker = True

    def __init__(self, name: str, folder: Path, runtime: NodeRuntime, env_id: str) -> None:
        self.name = name
        # While a function loads there is no caller yet, but there is an environment.
        self._platform = {**PLATFORM, "TCB_ENV": env_id, "SCF_NAMESPACE": env_id}
        self._folder = folder
        self._runtime = runtime
        self._loaded_in: WorkerProcess | None = None
        self._key = ""
        self._outdated = False
        self._lock = threading.Lock()

    def renew(self) -> None:
        """Have the next call find the function's own modules loaded anew, and its packages as they are."""
        self._outdated = True

    def load(self) -> None:
        """Load the function in the running worker.

        Raises:
            LoadError: when it throws, exports no ``main``, or lacks a package.
            ToolchainError: when there is no Node.
        """
        worker = self._runtime.worker()
        if self._loaded_in is worker and not self._outdated:
            return
        with self._lock:
            if self._loaded_in is not worker or self._outdated:
                self._load_in(worker)

    def invoke(self, request: Request) -> Answer:
        """Run the function once in its instance."""
        self.load()
        worker = self._loaded_in
        assert worker is not None
        message = {
            "kind": "invoke",
            "instance": self._key,
            "event": request.event,
            "context": request.context,
            "environment": {**worker.changed_variables(), **request.injection.environment},
            "time": as_message(request.time),
        }
        if request.hosts:
            message["hosts"] = request.hosts
        if self._runtime.origin:
            message["origin"] = self._runtime.origin
        message["number"] = self._runtime.number_of(request)
        self._runtime.called = True
        try:
            told = self._runtime.ask(worker, message, request.time_limit, request.ask)
        except TimeLimitExceeded as error:
            return Answer(error=FunctionError(Failure.TIME_LIMIT, "", f"{error}; the instance was ended"))
        except WorkerDied as error:
            logs = (LogLine("stdout", error.said),) if error.said else ()
            return Answer(error=FunctionError(Failure.EXITED, "", str(error)), logs=logs)
        except RecursionError:
            text = "the answer is nested deeper than can be read"
            return Answer(error=FunctionError(Failure.UNSERIALIZABLE, "", text))
        return self._read(told)

    async def ainvoke(self, request: Request) -> Answer:
        """Run the function once, without blocking the event loop."""
        return await self._runtime.in_thread(functools.partial(self.invoke, request))

    def _load_in(self, worker: WorkerProcess) -> None:
        again = self._loaded_in is worker  # under the same key, the worker keeps the packages
        if not again:
            self._check_language()
            self._key = f"{self.name}#{next(_instances)}"
        message = {
            "kind": "load",
            "instance": self._key,
            "name": self.name,
            "folder": str(self._folder),
            "entry": "index.js",
            "handler": "main",
            "environment": {**worker.changed_variables(), **self._platform},
        }
        try:
            told = self._runtime.ask(worker, message, LOAD_LIMIT)
        except TimeLimitExceeded as error:
            raise LoadError(f"{self.name} cannot be loaded: {error}. Its module code never ends.") from None
        except WorkerDied as error:
            raise LoadError(f"{self.name} cannot be loaded: {error} while its index.js ran.") from None
        if "error" in told:
            raise LoadError(self._load_message(told["error"]))
        if not told["exported"]:
            raise LoadError(
                f"{self.name}/index.js exports no main. A cloud function is "
                "'exports.main = async (event, context) => { … }'."
            )
        self._loaded_in, self._outdated = worker, False
        if not again:  # the instance ends with the last call that holds this handler, and not before
            weakref.finalize(self, _unload, worker, self._key).atexit = False

    def _check_language(self) -> None:
        index = self._folder / "index.js"
        if not index.is_file():
            other = next(
                (name for name in ("index.ts", "index.mjs", "index.mts") if (self._folder / name).is_file()), None
            )
            if other and other.endswith("ts"):
                raise LoadError(
                    f"{self.name}/{other} is TypeScript. Compile it first (npx tsc in {self._folder.name}); "
                    "the compiled index.js is what the platform runs too."
                )
            if other:
                raise LoadError(f"{self.name}/{other} is an ES module. {_NO_ESM}")
            raise LoadError(f"{self.name} has no index.js.")
        if manifest_of(self._folder).get("type") == "module":
            raise LoadError(f'{self.name}/package.json says "type": "module". {_NO_ESM}')

    def _load_message(self, error: dict[str, Any]) -> str:
        stack = error["stack"] or error["message"]
        message = f"{self.name} cannot be loaded: its code threw.\n{stack}"
        if error["name"] == "SyntaxError" and any(words in stack for words in _ESM_WORDS):
            message += f"\nIt is an ES module. {_NO_ESM}"
        if error["code"] == "MODULE_NOT_FOUND":
            message += "\n" + self._missing_package(error["message"])
        return message

    def _missing_package(self, said: str) -> str:
        wanted = said.partition("'")[2].partition("'")[0]
        if wanted.startswith((".", "/")) or ":" in wanted:
            return f"{wanted} is a file of the function's own that is not there."
        parts = wanted.split("/")
        package = "/".join(parts[:2]) if wanted.startswith("@") else parts[0]
        return install_hint(self._folder, package, self._runtime.sdk_version)

    def _read(self, told: dict[str, Any]) -> Answer:
        logs = tuple(LogLine(stream, text) for stream, text in told.get("output", ()))
        blocked = tuple(Blocked(**attempt) for attempt in told.get("blocked", ()))
        self._runtime.note_late(told)
        logs = (*(LogLine("stderr", text) for text in self._runtime.late.take_errors()), *logs)
        if "error" not in told:
            return Answer(told["result"], None, logs, blocked)
        said = told["error"]
        error = FunctionError(
            Failure(said["how"]),
            said["name"],
            said["message"],
            said["stack"],
            code=said["code"],
            err_code=said["errCode"],
            value=said["value"],
            programming_error=said["native"],
        )
        return Answer(None, error, logs, blocked)


#: What Node says of an ES module; the last is said in its place by instance.js where Node would load it.
_ESM_WORDS = ("import statement", "Unexpected token 'export'", "'import' and 'export' are for ES modules")
_NO_ESM = "Only CommonJS functions run here, and on the platform's usual runtime: require(…) and exports.main."
