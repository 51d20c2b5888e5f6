"""What a call of a JavaScript function costs."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pytest_wxcloud import Project, WxCloud
from pytest_wxcloud.carriers import render
from pytest_wxcloud.runtimes.node_toolchain import find_node, find_sdk

from .figure import Figure
from .functions import GET_USER_INFO
from .measure import FEW, PAIRS, NotMeasured, in_turns, seconds

CALLS = 300
SPAWNED = "require('./index.js').main({}, {}).then((answer) => console.log(JSON.stringify(answer)))"


def figures(folder: Path) -> Iterator[Figure]:
    """A warm call beside a bare echo through the same worker, and beside a Node started for the call."""
    function = folder / "cloudfunctions" / "getUserInfo"
    function.mkdir(parents=True)
    (function / "index.js").write_text(GET_USER_INFO, "utf-8")
    with WxCloud(Project(folder / "cloudfunctions")) as cloud, cloud.acting_as(cloud.people["alice"]) as principal:
        call = functools.partial(cloud.call, "getUserInfo")
        answer = call().result
        _check(answer, principal.context.openid)
        ask = cloud.node.worker().ask
        environment = render(principal, cloud.settings.carriers).environment
        echo = functools.partial(ask, {"kind": "echo", "payload": answer}, 5)
        long_echo = functools.partial(ask, {"kind": "echo", "payload": environment}, 5)
        rounds = in_turns([functools.partial(_many, action) for action in (call, echo, long_echo)], PAIRS, warm=3)
        yield Figure("speed: a call / a bare echo of its answer", [e / c for c, e, _ in rounds], 0.3, at_least=True)
        yield Figure("  / a bare echo of what its request carries", [e / c for c, _, e in rounds])
        yield Figure("  a call", [1e6 * c for c, _, _ in rounds], unit="µs")
        spawn = functools.partial(_spawn, function, environment)
        _check(json.loads(spawn()), principal.context.openid)
        pairs = in_turns([functools.partial(seconds, spawn), functools.partial(_many, call)], FEW)
        yield Figure("speed: a call / a Node started for it", [s / c for s, c in pairs], 1000, at_least=True)


def _check(answer: dict[str, str], openid: str | None) -> None:
    if answer["openid"] != openid:
        raise NotMeasured(f"getUserInfo answered {answer}, and {openid} called")


def _many(action: Callable[[], object]) -> float:
    """Seconds for one of `CALLS` actions."""

    def repeat() -> None:
        for _ in range(CALLS):
            action()

    return seconds(repeat) / CALLS


def _spawn(function: Path, environment: Mapping[str, str | None]) -> bytes:
    """Run the function in a Node of its own, as somebody would who has no worker. Answers what it printed."""
    variables = {name: value for name, value in environment.items() if value is not None}
    sdk = find_sdk()
    if sdk is not None:
        variables["NODE_PATH"] = str(sdk.node_modules)
    command = [str(find_node()), "-e", SPAWNED]
    return subprocess.run(command, cwd=function, env=variables, capture_output=True, check=True).stdout
