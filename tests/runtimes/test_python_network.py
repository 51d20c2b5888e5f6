"""A Python function does not get out of the machine either, and every attempt is told."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_wxcloud import BlockedError

AWAY = "192.0.2.1"


def connect():
    with socket.socket() as one:
        one.settimeout(0.01)
        one.connect((AWAY, 80))


def connect_ex():
    with socket.socket() as one:
        one.settimeout(0.01)
        one.connect_ex((AWAY, 80))


def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", (AWAY, 53))


def in_a_thread():
    thread = threading.Thread(target=swallowing(connect))
    thread.start()
    thread.join()


def in_a_pool():
    with ThreadPoolExecutor() as pool:
        pool.submit(swallowing(connect)).result()


def in_a_loop():
    async def main():
        await asyncio.open_connection("api.example.com", 443)

    asyncio.run(main())


def swallowing(attempt):
    def run(*_):
        try:
            attempt()
        except OSError:
            return "swallowed"

    return run


ATTEMPTS = {
    "a connection": (connect, f"a Python connection to {AWAY}:80"),
    "a connection by its number": (connect_ex, f"a Python connection to {AWAY}:80"),
    "a lookup": (lambda: socket.getaddrinfo("api.example.com", 443), "a name lookup of api.example.com"),
    "an older lookup": (lambda: socket.gethostbyname("api.example.com"), "a name lookup of api.example.com"),
    "urllib": (lambda: urllib.request.urlopen("https://api.example.com/"), "a name lookup of api.example.com"),
    "a datagram": (send, f"a datagram to {AWAY}:53"),
    "a thread": (in_a_thread, f"a Python connection to {AWAY}:80"),
    "a pool": (in_a_pool, f"a Python connection to {AWAY}:80"),
    "a loop": (in_a_loop, "a name lookup of api.example.com"),
    "a process": (lambda: subprocess.run([sys.executable, "-V"], check=False), f"the child process {sys.executable}"),
    "a shell": (lambda: os.system("exit 0"), "the child process exit 0"),
    "a signal": (lambda: os.kill(os.getppid(), 0), "a signal to process "),
}


@pytest.mark.parametrize("attempt, told", ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_is_refused_and_told(new_cloud, attempt, told):
    """It fails like a broken network, and raises with the address even if the function swallowed that."""
    cloud = new_cloud()
    outcome = cloud.call(swallowing(attempt), caller=None, allow_blocked=True)

    assert outcome.error is None
    assert any(told in str(one) for one in outcome.blocked)
    with pytest.raises(BlockedError, match="tried to leave this machine") as caught:
        cloud.call(swallowing(attempt), caller=None)
    answered = "wx_cloud.http" in str(caught.value)
    assert answered == told.startswith("a name lookup")  # which a library makes that is answered for


def test_a_call_that_is_awaited(new_cloud):
    """acall guards a coroutine and a plain function alike, and overlapping calls keep their attempts apart."""
    cloud = new_cloud()

    async def away(event, context):
        await asyncio.sleep(0)
        return swallowing(connect)()

    async def here(event, context):
        await asyncio.sleep(0)

    async def main():
        calls = [cloud.acall(one, caller=None, allow_blocked=True) for one in (away, here, swallowing(connect))]
        return await asyncio.gather(*calls)

    assert [len(outcome.blocked) for outcome in asyncio.run(main())] == [1, 0, 1]


def test_what_stays_here_is_let_through(new_cloud):
    """A server on this machine, say a database, may be asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def function(event, context):
            for host in ("127.0.0.1", "localhost"):
                socket.getaddrinfo(host, port)
            socket.create_connection(("127.0.0.1", port)).close()
            one, other = socket.socketpair()
            one.close()
            other.close()
            return [AWAY, socket.getaddrinfo(AWAY, 80)[0][4][0]]

        assert new_cloud().call(function, caller=None).result == [AWAY, AWAY]


def test_module_code_is_told_with_the_first_call(new_cloud, project_folder):
    """What a function's module code tries while it is loaded is told once."""
    project_folder.function(
        "early",
        """
        import socket
        try: socket.gethostbyname("early.example.com")
        except OSError: pass
        def main(event, context): return 1
        """,
        "py",
    )
    cloud = new_cloud()
    blocked = [cloud.call("early", caller=None, allow_blocked=True).blocked for _ in range(2)]

    assert [[str(one) for one in some] for some in blocked] == [["a name lookup of early.example.com"], []]


def test_the_test_itself_is_free(new_cloud):
    """Only functions are guarded: neither the test, nor what calls them."""
    cloud = new_cloud()
    cloud.call(lambda event, context: 1, caller=None)
    with cloud.acting_as(None):
        assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect((AWAY, 53))  # a datagram socket's connect sends nothing


def test_a_function_may_be_the_first_to_need_the_local_cloud(new_cloud):
    """Starting the worker is the harness's doing, whoever asks for it."""
    cloud = new_cloud()

    assert cloud.call(lambda event, context: cloud.storage.list(), caller=None).result == []
