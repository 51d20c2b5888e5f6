"""Who acts where: os.environ, tasks and threads each see their own caller, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from pytest_wxcloud import NoIdentityError
from pytest_wxcloud.runtimes.acting import acting, leave

OPENID = "WX_OPENID"


@pytest.fixture
def alice(cloud):
    return cloud.people["alice"]


@pytest.fixture
def bob(cloud):
    return cloud.people["bob"]


def who(_event: object = None, _context: object = None) -> str | None:
    return os.environ.get(OPENID)


# os.environ


def test_the_environment_is_the_actors(cloud, alice, bob):
    """While somebody acts os.environ has their variables, however it is asked; after it, the ones before."""
    before = dict(os.environ)
    assert OPENID not in before

    with cloud.acting_as(alice):
        assert os.environ[OPENID] == os.environ.get(OPENID) == os.getenv(OPENID) == alice.openid
        assert OPENID in os.environ
        assert dict(os.environ)[OPENID] == os.environ.copy()[OPENID] == {**os.environ}[OPENID] == alice.openid
        assert dict(os.environ.items())[OPENID] == alice.openid
        assert alice.openid in os.environ.values()
        assert (os.environ | {})[OPENID] == ({} | os.environ)[OPENID] == alice.openid
        assert list(os.environ).count(OPENID) == 1
        assert len(os.environ) == len(list(os.environ)) == len(dict(os.environ)) > len(before)
        assert "WX_UNIONID" not in os.environ
        assert os.environ.get("WX_UNIONID", "none") == "none"
        with pytest.raises(KeyError):
            os.environ["WX_UNIONID"]
        with cloud.acting_as(bob):
            assert os.environ[OPENID] == bob.openid
        with cloud.acting_as(None):
            assert OPENID not in os.environ
        assert os.environ[OPENID] == alice.openid

    assert dict(os.environ) == before


def test_variables_of_the_machine_are_hidden(cloud, alice, monkeypatch):
    """A variable that the actor must not have is not there, though the machine has it."""
    monkeypatch.setenv("WX_UNIONID", "the machine's")
    monkeypatch.setenv(OPENID, "the machine's")

    with cloud.acting_as(alice):
        assert "WX_UNIONID" not in os.environ
        assert os.environ[OPENID] == alice.openid
        assert "the machine's" not in os.environ.values()

    assert os.environ["WX_UNIONID"] == os.environ[OPENID] == "the machine's"


def test_changing_the_environment(cloud, alice):
    """What a test changes by hand wins while this identity acts; what is no identity's variable is the process's."""
    with cloud.acting_as(alice):
        os.environ[OPENID] = "mine"
        assert os.environ[OPENID] == "mine"
        assert os.environ.pop(OPENID) == "mine"
        assert os.environ.pop(OPENID, "gone") == "gone"
        with pytest.raises(KeyError):
            del os.environ[OPENID]
        assert os.environ.setdefault(OPENID, "again") == "again"
        os.environ.update({OPENID: "updated", "WXCLOUD_OTHER": "set"})
        with pytest.raises(TypeError):
            os.environ[OPENID] = 1
        with pytest.raises(TypeError):
            os.environ["WXCLOUD_OTHER"] = 1
    try:
        assert OPENID not in os.environ
        assert os.environ["WXCLOUD_OTHER"] == "set"
        with cloud.acting_as(alice):
            assert os.environ[OPENID] == alice.openid
    finally:
        del os.environ["WXCLOUD_OTHER"]


def test_monkeypatch_and_an_actor(cloud, alice):
    """monkeypatch's changes win while somebody acts, and are undone."""
    with cloud.acting_as(alice):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(OPENID, "patched")
            patch.delenv("WX_APPID")
            patch.setenv("WXCLOUD_OTHER", "patched")
            assert (os.environ[OPENID], os.environ["WXCLOUD_OTHER"]) == ("patched", "patched")
            assert "WX_APPID" not in os.environ
        assert (os.environ[OPENID], os.environ["WX_APPID"]) == (alice.openid, alice.app.appid)
        assert "WXCLOUD_OTHER" not in os.environ
    assert OPENID not in os.environ


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_nobody_acts_after_an_error(cloud, alice, error):
    """Whatever ends a block or a call, nobody acts after it."""
    before = dict(os.environ)

    def handler(_event, _context):
        os.environ[OPENID] = "changed"
        raise error

    with suppress(error), cloud.acting_as(alice):
        raise error
    with suppress(error):
        cloud.call(handler, caller=alice)

    assert acting() is None
    assert dict(os.environ) == before


CLOSING = """
import os, threading
from concurrent.futures import ThreadPoolExecutor
from pytest_wxcloud import WxCloud

start, submit = threading.Thread.start, ThreadPoolExecutor.submit

def kinds():
    return type(os.environ).__name__, threading.Thread.start is start, ThreadPoolExecutor.submit is submit

one, other = WxCloud(), WxCloud()
one.prepare_process()
other.prepare_process()
one.close()
print(*kinds())
other.close()
print(*kinds())
"""


def test_closing_puts_the_environment_back():
    """The last harness that is closed leaves os.environ and threads of their own classes."""
    done = subprocess.run([sys.executable, "-c", CLOSING], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["_ActingEnviron False False", "_Environ True True"]


# Calls inside calls and blocks


def test_an_actor_is_the_default_caller(cloud, alice, bob):
    """In a block its actor calls; a caller that is named wins; outside, a call says how to choose one."""
    with cloud.acting_as(alice):
        assert cloud.call(who).result == alice.openid
        assert cloud.call(who, caller=bob).result == bob.openid
        assert cloud.call(who, caller=None).result is None
        assert cloud.call(who).result == alice.openid
    with pytest.raises(NoIdentityError, match="Nobody was chosen to call who"):
        cloud.call(who)


def test_an_actor_of_the_process(cloud, alice, bob):
    """A fixture's actor acts for every thread, beneath any block; several leave in any order."""
    first, second = cloud.in_place(alice), cloud.in_place(bob)
    cloud.enter(first)
    cloud.enter(second)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(who()))
    thread.start()
    thread.join()
    with cloud.acting_as(alice):
        seen.append(who())
    seen.append(who())
    leave(first)
    seen.append(who())
    leave(second)

    assert seen == [bob.openid, alice.openid, bob.openid, bob.openid]
    assert acting() is None


def test_a_call_of_the_actor_does_not_end_it(cloud, alice):
    """Calls without a caller leave the block's actor acting, also when its task goes on."""

    async def calls() -> list[str | None]:
        with cloud.acting_as(alice):
            return [(await cloud.acall(who)).result, cloud.call(who).result, who()]

    assert asyncio.run(calls()) == [alice.openid] * 3


# Tasks


def test_two_tasks_are_two_people(cloud, alice, bob):
    """In one event loop each task acts as its own person, and one without a person as nobody."""

    async def both() -> list[list[str | None]]:
        turn = [asyncio.Event() for _ in range(3)]

        async def act(person, mine, theirs):
            with cloud.acting_as(person):
                seen = [who()]
                theirs.set()
                await mine.wait()
                seen += [who(), (await cloud.acall(who)).result, await asyncio.to_thread(who)]
                seen.append(await asyncio.create_task(nested()))
                seen.append(await asyncio.get_running_loop().run_in_executor(None, who))
            return [*seen, who()]

        async def nested():
            await asyncio.sleep(0)
            return who()

        async def nobody():
            await turn[1].wait()
            turn[2].set()
            seen = who()
            with pytest.raises(NoIdentityError):
                await cloud.acall(who)
            turn[0].set()
            return [seen]

        return await asyncio.gather(act(alice, turn[0], turn[1]), act(bob, turn[2], turn[1]), nobody())

    as_alice, as_bob, as_nobody = asyncio.run(both())

    assert as_alice == [alice.openid] * 6 + [None]
    assert as_bob == [bob.openid] * 6 + [None]
    assert as_nobody == [None]


def test_a_task_that_outlives_its_block(cloud, alice, bob):
    """A task started in a block is nobody once the block has ended, or whoever acts around it."""

    async def outlive() -> list[str | None]:
        over = asyncio.Event()

        async def work():
            await over.wait()
            return who()

        with cloud.acting_as(alice):
            with cloud.acting_as(bob):
                inner = asyncio.create_task(work())
                outer_task_over = asyncio.Event()
            over.set()
            first = await inner
            over = outer_task_over
            second = asyncio.create_task(work())
        over.set()
        return [first, await second]

    assert asyncio.run(outlive()) == [alice.openid, None]


def test_overlapping_asynchronous_handlers(cloud):
    """Two hundred overlapping calls of a Python handler are two hundred people, at every await and in every thread."""
    people = [cloud.people[number] for number in range(200)]

    async def handler(_event, _context):
        seen = [who()]
        await asyncio.sleep(0)
        seen.append(who())
        seen.append(await asyncio.get_running_loop().run_in_executor(None, who))
        seen.append(await asyncio.to_thread(who))
        seen += await asyncio.gather(asyncio.create_task(later()), later())
        return seen

    async def later():
        await asyncio.sleep(0)
        return who()

    async def together():
        return await asyncio.gather(*(cloud.acall(handler, caller=person) for person in people))

    for person, outcome in zip(people, asyncio.run(together()), strict=True):
        assert outcome.result == [person.openid] * 6


def test_a_block_that_ends_in_another_context(cloud, alice):
    """A block opened in an asynchronous generator may be closed elsewhere, and nobody acts after it."""

    async def fixture():
        with cloud.acting_as(alice):
            yield who()

    async def use() -> str | None:
        generator = fixture()
        found = await asyncio.create_task(anext(generator))
        with suppress(StopAsyncIteration):
            await asyncio.create_task(anext(generator))
        return found

    async def anext(generator):
        return await generator.__anext__()

    assert asyncio.run(use()) == alice.openid
    assert acting() is None


# Threads


def test_threads_of_overlapping_handlers(cloud):
    """A thread, a timer or a pool that a handler uses acts as that handler's caller, also when calls overlap."""
    people = [cloud.people[number] for number in range(4)]
    together = threading.Barrier(len(people))
    pool = ThreadPoolExecutor(4)

    def handler(_event, _context):
        together.wait(30)
        seen = []
        grandchild = threading.Thread(target=lambda: seen.append(who()))

        def child():
            seen.append(who())
            grandchild.start()
            grandchild.join()

        for thread in (threading.Thread(target=child), threading.Timer(0, lambda: seen.append(who()))):
            thread.start()
            thread.join()
        seen += [pool.submit(who).result(), *pool.map(lambda _: who(), range(2))]
        together.wait(30)
        return seen

    async def calls():
        return await asyncio.gather(*(cloud.acall(handler, caller=person) for person in people))

    with pool:
        for person, outcome in zip(people, asyncio.run(calls()), strict=True):
            assert outcome.result == [person.openid] * 6


def test_threads_outside_do_not_see_a_call(cloud, alice):
    """A thread that was there before acts as nobody, whatever another thread is doing meanwhile."""
    inside, asked = threading.Event(), threading.Event()
    seen = []

    def outside():
        inside.wait(30)
        seen.append(who())
        with pytest.raises(NoIdentityError):
            cloud.call(who)
        asked.set()

    def handler(_event, _context):
        inside.set()
        assert asked.wait(30)
        return who()

    thread = threading.Thread(target=outside)
    thread.start()
    assert cloud.call(handler, caller=alice).result == alice.openid
    thread.join()

    assert seen == [None]


def test_a_pool_works_for_whoever_submits(cloud, alice, bob):
    """A pool that grew during one person's call works for the next person, and for nobody after it."""
    with ThreadPoolExecutor(1) as pool:

        def handler(_event, _context):
            return pool.submit(who).result()

        assert cloud.call(handler, caller=alice).result == alice.openid
        assert cloud.call(handler, caller=bob).result == bob.openid
        assert pool.submit(who).result() is None


def test_threads_keep_their_own_run(cloud, alice):
    """A subclass of Thread with a run of its own is run once, as the actor, and keeps its method."""
    seen = []

    class Mine(threading.Thread):
        def run(self):
            seen.append((who(), self.run.__func__ is Mine.run))

    with cloud.acting_as(alice):
        thread = Mine()
        thread.start()
        thread.join()

    assert seen == [(alice.openid, True)]
    assert "run" not in vars(thread)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has no tzset")
def test_a_handlers_time_zone_is_its_own(cloud, project_folder):
    """A Python function that sets its time zone has it in every call; the test process keeps its own."""
    project_folder.function(
        "zoned",
        """
        import os, time
        os.environ["TZ"] = "Asia/Shanghai"
        time.tzset()
        def main_handler(event, context):
            return time.localtime(0).tm_hour, os.environ["TZ"]
        """,
        "py",
    )
    before = (os.environ.get("TZ"), time.localtime(0).tm_hour)

    assert [cloud.call("zoned", caller=None).result for _ in range(2)] == [[8, "Asia/Shanghai"]] * 2
    assert (os.environ.get("TZ"), time.localtime(0).tm_hour) == before
