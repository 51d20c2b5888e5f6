"""No way out of the machine for Python functions either: connections, name lookups, datagrams, processes.

An audit hook, the only place that every library passes; Python has no way to take one off again, so it is put
on when the first function is called. It judges what a function does while it is called by the harness, in its
own tasks and threads too. A database server on this machine is part of many back ends, so what does not
leave it is let through. Compiled extensions that open sockets by themselves are beyond it.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from ..outcome import Blocked
from .acting import refusals, refuse

#: Events of sockets → what is attempted, and which argument holds the address.
_ADDRESSED: dict[str, tuple[str, int]] = {
    "socket.connect": ("a Python connection to", 1),
    "socket.sendto": ("a datagram to", 1),
    "socket.sendmsg": ("a datagram to", 1),
    "socket.getaddrinfo": ("a name lookup of", 0),
    "socket.gethostbyname": ("a name lookup of", 0),
    "socket.gethostbyaddr": ("a name lookup of", 0),
    "socket.getnameinfo": ("a name lookup of", 0),
}
#: Events that start a process → what it is called, out of the event's arguments.
_PROCESSES: dict[str, Callable[..., object]] = {
    "subprocess.Popen": lambda executable, arguments, *_: executable or _first(arguments),
    "os.system": lambda command: command,
    "os.exec": lambda path, *_: path,
    "os.posix_spawn": lambda path, *_: path,
    "os.spawn": lambda _mode, path, *_: path,
    "os.startfile": lambda path, *_: path,
    "os.fork": lambda: "fork",
    "os.forkpty": lambda: "fork",
}


class RefusedError(ConnectionError):
    """What a function gets that tries to leave the machine: an `OSError`, as when there is no network."""


@cache
def install() -> None:
    """Watch what functions do, from now on."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _ADDRESSED:
        what, at = _ADDRESSED[event]
        address = arguments[at]
        if refusals() is not None and not _stays_here(address, literal_is_here=what == "a name lookup of"):
            _refuse(what, _shown(address))
    elif event in _PROCESSES:
        if refusals() is not None:
            _refuse("the child process", _shown(_PROCESSES[event](*arguments)))
    elif event == "os.kill" and arguments[0] != os.getpid() and refusals() is not None:
        _refuse("a signal to process", str(arguments[0]))


def _refuse(what: str, address: str) -> None:
    refuse(Blocked(what, address))
    raise RefusedError(f"pytest-wxcloud blocked {what} {address}: a function under test stays on this machine")


def _stays_here(address: Any, *, literal_is_here: bool) -> bool:
    """Whether `address` is of this machine: a path, a loopback address; to look up an address asks nobody."""
    host = address[0] if isinstance(address, tuple) and address else address
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode("utf-8", "replace")
    if not isinstance(host, str):
        return True  # no host: every address of this machine, or a family of local sockets
    if not isinstance(address, tuple) and not literal_is_here:
        return True  # a Unix socket
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return literal_is_here or number.is_loopback or number.is_unspecified


def _shown(address: Any) -> str:
    if isinstance(address, tuple) and len(address) > 1:
        return f"{_shown(address[0])}:{address[1]}"
    return os.fsdecode(address) if isinstance(address, str | bytes | os.PathLike) else str(address)


def _first(arguments: Any) -> object:
    return arguments if isinstance(arguments, str | bytes | os.PathLike) else next(iter(arguments), "")
