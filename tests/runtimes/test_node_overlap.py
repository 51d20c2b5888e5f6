"""Calls that overlap in one worker: each sees its own caller, whatever it waits for."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from pytest_wxcloud.outcome import Failure

# Each pauses in another way; the function compares who it is before and after.
PAUSES = {
    "nothing": "",
    "a tick": "await null",
    "nextTick": "await new Promise((done) => process.nextTick(done))",
    "a microtask": "await new Promise((done) => queueMicrotask(done))",
    "an immediate": "await new Promise((done) => setImmediate(done))",
    "a timer": "await new Promise((done) => setTimeout(done, event.number % 5))",
    "a promised timer": "await require('timers/promises').setTimeout(event.number % 5)",
    "an interval": "for await (const _ of require('timers/promises').setInterval(1)) break",
    "a file": "await new Promise((done) => require('fs').readFile(__filename, done))",
    "a promised file": "await require('fs/promises').readFile(__filename)",
    "a stream": "for await (const _ of require('fs').createReadStream(__filename));",
    "a pipeline": (
        "await require('stream/promises').pipeline(require('stream').Readable.from(['x']), new (require('stream').PassThrough)())"
    ),
    "an emitter": "await new Promise((done) => { shared.once('go' + event.number, done); setImmediate(() => shared.emit('go' + event.number)) })",
    "events.once": "setImmediate(() => shared.emit('on' + event.number)); await require('events').once(shared, 'on' + event.number)",
    "a generator": "for (const wait of (function* () { yield new Promise(setImmediate); yield null })()) await wait",
    "an async generator": "for await (const _ of (async function* () { yield 1; await new Promise(setImmediate); yield 2 })());",
    "Promise.all": "await Promise.all([new Promise(setImmediate), new Promise((done) => setTimeout(done, 1))])",
    "a rejection": "await Promise.reject(new Error('x')).catch(() => new Promise(setImmediate))",
    "a thenable": "await { then(done) { setImmediate(done) } }",
    "compression": "await new Promise((done) => require('zlib').gzip('x', done))",
    "a hash": "await new Promise((done) => require('crypto').pbkdf2('a', 'b', 1, 8, 'sha1', done))",
    "a thread": (
        "await new Promise((done) => new (require('worker_threads').Worker)('', { eval: true }).once('exit', done))"
        " && undefined"
    ),
    "a message": "await new Promise((done) => { const { port1, port2 } = new MessageChannel(); port2.once('message', () => { port2.close(); done() }); port1.postMessage(1) })",
    "an import": "await import('path')",
    "an abort": "await new Promise((done) => { const c = new AbortController(); c.signal.addEventListener('abort', done); setImmediate(() => c.abort()) })",
    "something shared": "await ready",
    "a queue": "await new Promise((done) => { queue.push(done); setImmediate(() => queue.splice(0).forEach((one) => one())) })",
}  # fmt: skip
OBSERVER = """
    const cloud = require('wx-server-sdk')
    cloud.init()
    const shared = new (require('events'))()
    shared.setMaxListeners(0)
    const queue = []
    const ready = new Promise((done) => setTimeout(done, 2))
    const pauses = %s
    exports.main = async (event) => {
      const seen = [cloud.getWXContext().OPENID]
      process.env.WX_APPID = event.number
      console.log(event.number)
      await pauses[event.pause](event)
      seen.push(cloud.getWXContext().OPENID, process.env.WX_OPENID, event.userInfo.openId)
      console.log(process.env.WX_APPID)
      return { seen, number: event.number }
    }
"""
WIDE = 200


def test_two_hundred_people_at_once(cloud, project_folder):
    """Two hundred overlapping calls by two hundred people, paused in every way we know: none sees another."""
    pauses = ", ".join(f"{json.dumps(name)}: async (event) => {{ {code} }}" for name, code in PAUSES.items())
    project_folder.function("observer", OBSERVER % f"{{ {pauses} }}")
    cloud.function("observer")
    people = [cloud.people[number] for number in range(WIDE)]

    async def together(pause: str) -> None:
        some = people[: WIDE if pause != "a thread" else 8]
        calls = [
            cloud.acall("observer", {"number": number, "pause": pause}, caller=person)
            for number, person in enumerate(some)
        ]
        for number, (person, outcome) in enumerate(zip(some, await asyncio.gather(*calls), strict=True)):
            assert outcome.result == {"seen": [person.openid] * 4, "number": number}, pause
            assert [log.text for log in outcome.logs] == [f"{number}\n"] * 2, pause

    async def every_pause() -> None:
        for pause in PAUSES:
            await together(pause)

    asyncio.run(every_pause())


def test_all_pauses_at_once(cloud, project_folder):
    """Calls that wait for different things overlap as well."""
    pauses = ", ".join(f"{json.dumps(name)}: async (event) => {{ {code} }}" for name, code in PAUSES.items())
    project_folder.function("observer", OBSERVER % f"{{ {pauses} }}")
    cloud.function("observer")

    async def together() -> None:
        kinds = [pause for pause in PAUSES if pause != "a thread"] * 3
        calls = [
            cloud.acall("observer", {"number": number, "pause": pause}, caller=cloud.people[number])
            for number, pause in enumerate(kinds)
        ]
        for number, outcome in enumerate(await asyncio.gather(*calls)):
            assert outcome.result == {"seen": [cloud.people[number].openid] * 4, "number": number}

    asyncio.run(together())


def test_threads_call_at_once(cloud, project_folder):
    """Threads may call at the same time, each as somebody else, and load functions while they do."""
    for number in range(4):
        project_folder.function(f"f{number}", "exports.main = async () => process.env.WX_OPENID")
    answers: dict[int, list[tuple[str, str]]] = {}
    together = threading.Barrier(8)

    def work(number: int) -> None:
        person = cloud.people[number]
        together.wait(30)
        answers[number] = [
            (cloud.call(f"f{(number + turn) % 4}", caller=person).result, person.openid) for turn in range(25)
        ]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == list(range(8))
    assert all(seen == expected for pairs in answers.values() for seen, expected in pairs)


def test_an_error_is_its_own_calls(cloud, project_folder):
    """When overlapping calls throw, in callbacks too, each gets its own error."""
    project_folder.function(
        "thrower",
        """
        exports.main = (event) => new Promise((resolve, reject) => setImmediate(() => {
          if (event.number % 3 === 0) throw new Error(`thrown by ${event.number}`)
          if (event.number % 3 === 1) reject(new Error(`rejected by ${event.number}`))
          else resolve(event.number)
        }))
    """,
    )
    cloud.function("thrower")

    async def together() -> list:
        return await asyncio.gather(
            *(cloud.acall("thrower", {"number": number}, caller=cloud.people[number]) for number in range(60))
        )

    for number, outcome in enumerate(asyncio.run(together())):
        if number % 3 == 2:
            assert outcome.result == number
        else:
            how = ("thrown", "rejected")[number % 3]
            assert outcome.error.message == f"{how} by {number}"
            assert outcome.error.failure is (Failure.UNCAUGHT if number % 3 == 0 else Failure.THROWN)


def test_blocked_attempts_are_their_own_calls(cloud, project_folder):
    """Attempts to leave the machine are told with the call that made them, also when calls overlap."""
    project_folder.function(
        "leaver",
        """
        exports.main = async (event) => {
          await new Promise(setImmediate)
          await new Promise((done) => require('net').connect(event.number, '192.0.2.1').once('error', done))
        }
    """,
    )
    cloud.function("leaver")

    async def together() -> list:
        return await asyncio.gather(
            *(cloud.acall("leaver", {"number": number}, caller=None, allow_blocked=True) for number in range(1, 40))
        )

    told = [[str(blocked) for blocked in outcome.blocked] for outcome in asyncio.run(together())]

    assert told == [[f"a connection to 192.0.2.1:{number}"] for number in range(1, 40)]


def test_fresh_instances_at_once(cloud, project_folder):
    """Overlapping calls that each start a fresh instance are all answered, each as its caller."""
    project_folder.function("fresh", "exports.main = async () => process.env.WX_OPENID")
    people = [cloud.people[number] for number in range(20)]

    async def together() -> list:
        return await asyncio.gather(*(cloud.acall("fresh", caller=person, fresh=True) for person in people))

    assert [outcome.value for outcome in asyncio.run(together())] == [person.openid for person in people]


def test_the_process_ends_under_many(cloud, project_folder, works):
    """When one of many overlapping calls ends the process, all of them are told, and the next call works."""
    project_folder.function(
        "one",
        """
        exports.main = (event) => new Promise((resolve) => {
          setTimeout(() => (event.number === 7 ? process.exit(4) : resolve(event.number)), 20)
        })
    """,
    )
    cloud.function("one")

    async def together() -> list:
        return await asyncio.gather(
            *(cloud.acall("one", {"number": number}, caller=cloud.people[number]) for number in range(20))
        )

    for number, outcome in enumerate(asyncio.run(together())):
        ended = outcome.error is not None and outcome.error.failure is Failure.EXITED
        assert ended or (number != 7 and outcome.value == number)
    works()


def test_a_cancelled_call_disturbs_nobody(cloud, project_folder, works):
    """Cancelling the task of a call leaves the worker usable, and nobody acting."""
    project_folder.function("slow", "exports.main = () => new Promise((done) => setTimeout(done, 200, 'late'))")
    cloud.function("slow")

    async def cancel() -> None:
        task = asyncio.create_task(cloud.acall("slow", caller=cloud.people["alice"]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    works()


def test_a_function_waits_while_another_runs(cloud, project_folder):
    """A function that goes on after another one ran in between finds its own prototypes and directory."""
    project_folder.write("outer/own.txt", "outer's")
    project_folder.function(
        "outer",
        """
        Array.prototype.last = function () { return this[this.length - 1] }
        process.env.TZ = 'Asia/Shanghai'
        exports.main = async () => {
          await new Promise((done) => setTimeout(done, 30))
          return [[1, 2].last(), require('fs').readFileSync('own.txt', 'utf8').trim(), new Date(0).getHours()]
        }
    """,
    )
    project_folder.function("inner", "exports.main = async () => [typeof [].last, new Date(0).getHours()]")
    cloud.function("outer")
    cloud.function("inner")

    async def both() -> list:
        outer = asyncio.create_task(cloud.acall("outer", caller=None))
        await asyncio.sleep(0)
        return [await cloud.acall("inner", caller=None), await outer]

    inner, outer = asyncio.run(both())

    assert inner.result == ["undefined", 0]
    assert outer.result == [2, "outer's", 8]
