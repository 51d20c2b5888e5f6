"""A test that freezes time freezes `Date` in functions, at the same instant; nothing of ours freezes."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone

import pytest
from freezegun import freeze_time

from pytest_wxcloud.frozen import frozen_time
from pytest_wxcloud.outcome import Failure

INSTANT = "2024-02-29T12:34:56.789Z"
AT = 1709210096789
NOW = "exports.main = async () => Date.now()"
_real_time = (time.time,)


def real_milliseconds() -> float:
    return _real_time[0]() * 1000


@freeze_time(INSTANT)
def test_a_frozen_test_freezes_the_function(run):
    """Under freezegun's decorator, a function's clock stands at the test's instant."""
    assert [run(NOW).result, run(NOW).result] == [AT, AT]


def test_a_frozen_block_freezes_the_function(run):
    """A context manager freezes for its block, a nested one for its own, and real time is real again after."""
    with freeze_time(INSTANT) as clock:
        assert run(NOW).result == AT
        with freeze_time("1999-12-31"):
            assert run(NOW).result == 946598400000
        clock.tick(timedelta(seconds=2))
        assert run(NOW).result == AT + 2000
        clock.move_to("2030-01-01")
        assert run(NOW).result == 1893456000000

    before = real_milliseconds()
    assert before - 1 <= run(NOW).result <= real_milliseconds() + 1


def test_an_unfrozen_test_sees_real_time(run):
    """Without freezegun a function sees the real time, and it goes on."""
    before = real_milliseconds()

    first, second = run(
        "exports.main = async () => { const a = Date.now(); while (Date.now() === a); return [a, Date.now()] }"
    ).result

    assert before - 1 <= first < second <= real_milliseconds() + 1


def test_a_ticking_clock_ticks_in_the_function(run):
    """Where the test's time ticks on, the function's does too, from the same instant."""
    with freeze_time(INSTANT, tick=True):
        first, second = run(
            "exports.main = async () => { const a = Date.now(); while (Date.now() === a); return [a, Date.now()] }"
        ).result

    assert AT <= first < second < AT + 60_000


def test_an_auto_ticking_clock_is_not_advanced(run, works):
    """A clock that advances whenever it is asked is advanced by the test alone, whatever the call goes through."""
    # Hypothesis asks the clock, and so advances it, whenever garbage is collected; this is about our own code.
    with freeze_time(INSTANT, auto_tick_seconds=15, ignore=["hypothesis"]) as clock:
        before = clock.time_to_freeze
        assert run(NOW).result == AT
        assert run("exports.main = async () => process.exit(1)").error.failure is Failure.EXITED
        assert run("exports.main = () => new Promise(() => {})").error.failure is Failure.NEVER_SETTLED
        assert run("exports.main = async () => { for (;;); }", time_limit=0.2).error.failure is Failure.TIME_LIMIT
        works()
        assert clock.time_to_freeze == before
        assert datetime.now(timezone.utc) == before.replace(tzinfo=timezone.utc)
        assert run(NOW).result == AT + 15_000


def test_a_zone_of_the_test_shifts_nothing(run):
    """An instant is an instant: freezegun's tz_offset moves local time only."""
    with freeze_time(INSTANT, tz_offset=8):
        assert run(NOW).result == AT


@pytest.mark.parametrize("frozen", ["1970-01-01", "1969-12-31T23:59:59.999", "0001-01-01", "9999-12-31T23:59:59.999"])
def test_far_instants(run, frozen):
    """Every instant that Python knows arrives to the millisecond."""
    with freeze_time(frozen):
        expected = (datetime.fromisoformat(frozen) - datetime(1970, 1, 1)) / timedelta(milliseconds=1)
        assert run(NOW).result == expected


DATES = {
    "new Date()": ("new Date().getTime()", AT),
    "Date()": ("Date()", "Thu Feb 29 2024 12:34:56 GMT+0000 (Coordinated Universal Time)"),
    "Date(0)": ("Date(0)", "Thu Feb 29 2024 12:34:56 GMT+0000 (Coordinated Universal Time)"),
    "+new Date": ("+new Date", AT),
    "toISOString": ("new Date().toISOString()", INSTANT),
    "JSON": ("new Date()", INSTANT),
    "toLocaleString": ("new Date().toLocaleDateString('en-US')", "2/29/2024"),
    "a given instant": ("new Date(0).toISOString()", "1970-01-01T00:00:00.000Z"),
    "given parts": ("new Date(2020, 1, 3, 4).toISOString()", "2020-02-03T04:00:00.000Z"),
    "a given text": ("new Date('2020-02-03').getTime()", 1580688000000),
    "a given date": ("new Date(new Date(5)).getTime()", 5),
    "undefined": ("String(new Date(undefined))", "Invalid Date"),
    "null": ("new Date(null).getTime()", 0),
    "instanceof": ("new Date() instanceof Date && Object(new Date()) instanceof Date", True),
    "constructor": ("[new Date().constructor === Date, Date.prototype.constructor === Date]", [True, True]),
    "new constructor": ("new (new Date().constructor)().getTime()", AT),
    "subclass": (
        "(() => { class Day extends Date { day() { return this.getUTCDate() } } const d = new Day();"
        " return [d.day(), d instanceof Day, d instanceof Date, new Day(0).day()] })()",
        [29, True, True, 1],
    ),
    "Reflect.construct": ("Reflect.construct(Date, []).getTime()", AT),
    "parse and UTC": ("[Date.parse('1970-01-02'), Date.UTC(1970, 0, 2)]", [86400000, 86400000]),
    "name and length": ("[Date.name, Date.length, typeof Date, Date.now.name]", ["Date", 7, "function", "now"]),
    "own names": ("Object.getOwnPropertyNames(Date).sort()", ["UTC", "length", "name", "now", "parse", "prototype"]),
    "nothing to enumerate": ("Object.keys(Date)", []),
    "toString tag": ("Object.prototype.toString.call(new Date())", "[object Date]"),
    "util.types": ("require('util').types.isDate(new Date())", True),
    "structuredClone": ("(() => { const c = structuredClone(new Date()); return [c.getTime(), c instanceof Date] })()", [AT, True]),
    "deepStrictEqual": (
        "(() => { const d = new Date(); require('assert').deepStrictEqual(d, new Date(d.getTime())); return 'equal' })()",
        "equal",
    ),
    "a date of Node's own": ("require('fs').statSync(__filename).mtime instanceof Date", True),
    "toPrimitive": ("[new Date() - 0, `${new Date(0)}`.slice(0, 3)]", [AT, "Thu"]),
    "a detached now": ("(0, Date.now)()", AT),
    "a format": ("new Intl.DateTimeFormat('en-US').format()", "2/29/2024"),
    "a format of a date": ("new Intl.DateTimeFormat('en-US').format(new Date(0))", "1/1/1970"),
    "a detached format": ("[undefined].map(new Intl.DateTimeFormat('en-US').format)", ["2/29/2024"]),
    "parts of a format": ("new Intl.DateTimeFormat('en-US').formatToParts().map((part) => part.value).join('')", "2/29/2024"),
    "in a function's packages": ("require('./clock')()", AT),
    "after a wait": ("await new Promise((done) => setTimeout(done, 5)).then(() => Date.now())", AT),
}  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), DATES.values(), ids=DATES)
def test_date_behaves(cloud, project_folder, expression, expected):
    """Frozen or not, `Date` is the one that every library knows, and timers run in real time."""
    project_folder.write("dated/clock.js", "module.exports = () => Date.now()")
    project_folder.function("dated", f"exports.main = async () => {expression}")

    with freeze_time(INSTANT):
        assert cloud.call("dated", caller=None).result == expected
    assert cloud.call("dated", caller=None).error is None


def test_our_deadlines_do_not_freeze(run, works):
    """A function that never answers is ended in real time though the test's stands still, and duration is real."""
    with freeze_time(INSTANT):
        began = _real_time[0]()
        outcome = run("exports.main = async () => { for (;;); }", time_limit=0.3)

        assert outcome.error.failure is Failure.TIME_LIMIT
        assert 0.3 <= outcome.duration <= _real_time[0]() - began + 0.001
        works()


@pytest.mark.parametrize("real_asyncio", [True, False])
def test_a_frozen_event_loop_does_not_hang(cloud, project_folder, real_asyncio):
    """`await acall` returns in a frozen test, one at a time and together, also when a worker has to be started."""
    project_folder.function("now", NOW)
    project_folder.function("exit", "exports.main = async () => process.exit(1)")

    async def call() -> list[float]:
        first = (await cloud.acall("now", caller=None)).result
        assert (await cloud.acall("exit", caller=None)).error.failure is Failure.EXITED
        rest = await asyncio.gather(*(cloud.acall("now", caller=None) for _ in range(5)))
        return [first, *(outcome.result for outcome in rest)]

    with freeze_time(INSTANT, real_asyncio=real_asyncio):
        assert asyncio.run(call()) == [AT] * 6


def test_frozen_time_reads_the_clock():
    """What is handed to functions: nothing without freezegun, else the instant and whether it ticks."""
    assert frozen_time() is None
    with freeze_time(INSTANT):
        assert (frozen_time().at, frozen_time().ticking) == (AT, False)
    with freeze_time(INSTANT, tick=True):
        assert frozen_time().ticking
        assert AT <= frozen_time().at < AT + 60_000
    assert frozen_time() is None
