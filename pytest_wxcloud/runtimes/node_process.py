"""The worker process, and the connections to it. Knows lines of JSON, nothing of functions."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ProjectError, ToolchainError, users_mistake
from ..node import GUARD, WORKER
from . import environ
from .base import real_seconds
from .environ import decoded

__tracebackhide__ = users_mistake

START_LIMIT = 30.0  # seconds; a cold machine reads Node from a slow disk
#: Variables that functions do not get from the machine: the platform's, Node's own, and what this package sets.
_STRIPPED = ("WX_", "TCB_", "TENCENTCLOUD_", "SCF_", "NODE_OPTIONS", "NODE_PATH", "NODE_V8_COVERAGE", "PYTEST_", "TZ")

#: Does what the worker asks for while it works on a request, and answers with JSON data.
Asked = Callable[[dict[str, Any]], Any]


class WorkerDied(Exception):
    """The process ended during a request; the text says how, and `said` is what it wrote before."""

    def __init__(self, how: str, said: str = "") -> None:
        super().__init__(how)
        self.said = said


class TimeLimitExceeded(Exception):
    """No answer came within the limit, so the process was killed."""


@dataclass(frozen=True)
class WorkerOptions:
    """How to start Node.

    `journal` is the file in which the local cloud outlives the process; `memory` is the heap limit
    in megabytes.
    """

    node: Path
    journal: Path
    node_path: tuple[Path, ...] = ()
    memory: int = 2048
    timezone: str = "UTC"  # the platform's (docs)


class Connection:
    """One socket to the worker, for one request at a time."""

    def __init__(self, port: int, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")
        try:
            self._socket.sendall(token.encode("ascii") + b"\n")
        except OSError:
            self.close()
            raise

    def ask(self, line: bytes, limit: float, asked: Asked | None = None) -> Any:
        """Send one line and read the answer; what the worker asks meanwhile goes to `asked`.

        Raises:
            TimeoutError: when no whole line came within `limit` seconds.
            OSError: when the worker is gone.
        """
        deadline = real_seconds() + limit
        self._socket.settimeout(limit)
        self._socket.sendall(line)
        while True:
            said = self._reader.readline()
            if not said.endswith(b"\n"):
                raise ConnectionResetError("the worker closed the connection")
            answer = json.loads(said)
            if "ask" not in answer or asked is None:
                return answer
            self._socket.sendall(as_line({"kind": "asked", "ask": answer["ask"], "answer": asked(answer)}))
            remaining = deadline - real_seconds()
            if remaining <= 0:
                raise TimeoutError
            self._socket.settimeout(remaining)

    def close(self) -> None:
        """Close the socket; never raises."""
        with contextlib.suppress(OSError):
            self._reader.close()
            self._socket.close()


class WorkerProcess:
    """One Node process. Safe to use from several threads: each request has a connection of its own."""

    def __init__(self, options: WorkerOptions) -> None:
        self._token = secrets.token_hex(16)
        self._idle: list[Connection] = []
        self._said: deque[bytes] = deque(maxlen=200)
        self._ended = False
        self._ended_by = ""  # a call's time limit, which other calls are to be told
        self._variables = dict(environ.real_variables())
        self._process = subprocess.Popen(
            [
                str(options.node),
                f"--max-old-space-size={options.memory}",
                "--require",
                str(GUARD),
                str(WORKER),
                str(options.journal),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(options),
        )
        greeting = self._greet()
        self._port: int = greeting["port"]
        self.node_version: str = greeting["node"]
        self._drain = threading.Thread(target=self._collect, name="pytest-wxcloud output", daemon=True)
        self._drain.start()
        if not greeting["zone"]:
            self.kill()
            raise ProjectError(
                f"wxcloud_timezone is {options.timezone!r}, which Node does not know. Write a name of the time zone "
                "database, for example 'Asia/Shanghai'; the platform's is 'UTC'."
            )

    @property
    def alive(self) -> bool:
        """Whether the process is there to be asked."""
        return not self._ended and self._process.poll() is None

    def changed_variables(self) -> dict[str, str | None]:
        """What was set, or removed (None), in this process's environment since Node was started with it."""
        now = environ.real_variables()
        changed = {decoded(name): decoded(value) for name, value in now.items() - self._variables.items()}
        gone = {decoded(name): None for name in self._variables.keys() - now.keys()}
        return {name: value for name, value in {**gone, **changed}.items() if _is_passed_on(name)}

    def ask(self, message: dict[str, Any], limit: float, asked: Asked | None = None) -> Any:
        """Send a request and wait for its answer; what the worker asks meanwhile goes to `asked`.

        Raises:
            TimeLimitExceeded: after `limit` seconds of real time; the process is gone then.
            WorkerDied: when the process ended instead of answering.
        """
        line = as_line(message)
        try:
            connection = self._connection()
            try:
                answer = connection.ask(line, limit, asked)
            except BaseException:
                connection.close()
                raise
        except TimeoutError:
            limited = f"no answer within {limit:g} seconds"
            self._ended_by = f"{message.get('instance', 'another request').partition('#')[0]} gave {limited}"
            self.kill()
            raise TimeLimitExceeded(limited) from None
        except OSError:
            raise self._death() from None
        if self._ended:  # an overlapping call's time limit has ended the process since
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def _connection(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(self._port, self._token)

    def output(self) -> str:
        """What was written to the process's own stdout and stderr, past every capture, since last asked."""
        said = b""
        while self._said:
            said += self._said.popleft()
        return said.decode("utf-8", "replace")

    def settled_output(self) -> str:
        """`output`, complete: waits until a mark that the process writes now has come through the pipe."""
        mark = f"-- {secrets.token_hex(8)}\n"
        try:
            self.ask({"kind": "mark", "mark": mark}, START_LIMIT)
        except (WorkerDied, TimeLimitExceeded):
            return self.output()
        pause = threading.Event()
        for _ in range(500):
            if mark.encode("ascii") in b"".join(self._said):
                break
            pause.wait(0.005)
        return self.output().replace(mark, "")

    def kill(self) -> None:
        """End the process and forget the connections. Never raises."""
        self._ended = True
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        while self._idle:
            self._idle.pop().close()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _greet(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(START_LIMIT, self._process.kill)
        timer.start()
        try:
            with contextlib.suppress(OSError):
                self._process.stdin.write(self._token.encode("ascii") + b"\n")
                self._process.stdin.flush()
            said = b""
            for line in self._process.stdout:
                if line.startswith(b'{"port":'):
                    return json.loads(line)  # type: ignore[no-any-return]
                said += line
        finally:
            timer.cancel()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what could not be written to a program that reads nothing
                stream.close()
        raise ToolchainError(
            f"Node did not start ({self._process.args!r}, exit code {self._process.returncode}):\n"
            f"{said.decode('utf-8', 'replace').strip()}"
        )

    def _collect(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while chunk := stream.read1(65536):  # type: ignore[attr-defined]  # a BufferedReader has it
                self._said.append(chunk)

    def _death(self) -> WorkerDied:
        """How the process ended. Its output ends a moment after the connection, and its exit code comes last."""
        self._ended = True
        self._drain.join(timeout=5)
        pause = threading.Event()  # no timeout of subprocess's own: that asks the clock, and a test's may be frozen
        for _ in range(500):
            if self._process.poll() is not None:
                break
            pause.wait(0.01)
        else:
            self.kill()
        code = self._process.returncode
        said = self.output()
        if self._ended_by:
            why = f"because an overlapping call of {self._ended_by}"
            return WorkerDied(f"the process was ended amid this call, {why}", said)
        if "heap out of memory" in said:
            return WorkerDied("the process ran out of memory", said)
        return WorkerDied(f"the process ended ({f'exit code {code}' if code >= 0 else f'signal {-code}'})", said)


def _is_passed_on(name: str) -> bool:
    return not name.upper().startswith(_STRIPPED)


def _environment(options: WorkerOptions) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if _is_passed_on(name)}
    kept["TZ"] = options.timezone
    if options.node_path:
        kept["NODE_PATH"] = os.pathsep.join(map(str, options.node_path))
    return kept


def as_line(message: dict[str, Any]) -> bytes:
    """`message` as the worker reads it: JSON on one line."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
