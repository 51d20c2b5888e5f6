"""What a request to a web app costs, beside the test clients that people already use."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_wxcloud import WxCloud

from .figure import Figure
from .measure import PAIRS, NotMeasured, in_turns, seconds

REQUESTS = 200
WARM = 3
BODY = {"text": "买牛奶"}
WHERE = "/todos/7"


def figures(folder: Path) -> Iterator[Figure]:
    """The same request to the same app, as the same user, through the runtimes and through other clients."""
    try:
        import flask
        import httpx
        from fastapi import FastAPI, Header
    except ImportError as error:
        raise NotMeasured(f"Install the group web: {error}.") from None

    todo = flask.Flask("todo")

    @todo.put("/todos/<int:number>")
    def change(number: int) -> dict[str, Any]:
        return {"openid": flask.request.headers["X-WX-OPENID"], "id": number, **flask.request.get_json()}

    api = FastAPI()

    @api.put("/todos/{number}")
    async def achange(number: int, body: dict[str, str], x_wx_openid: str = Header()) -> dict[str, Any]:  # type: ignore[misc]
        return {"openid": x_wx_openid, "id": number, **body}

    with WxCloud(folder) as cloud, cloud.acting_as(cloud.people["alice"]) as alice:
        wanted = {"openid": alice.context.openid, "id": 7, **BODY}
        web = cloud.app(todo)
        client = todo.test_client()  # which is signed in
        yield from _beside(
            "a request, WSGI / Flask's test client",
            lambda: web.request("PUT", WHERE, json=BODY).json,
            lambda: client.put(WHERE, json=BODY).json,
            wanted,
        )
        asgi = cloud.app(api)

        async def main() -> list[tuple[float, float]]:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://localhost") as http:

                async def ours() -> Any:
                    return (await asgi.arequest("PUT", WHERE, json=BODY)).json

                async def theirs() -> Any:
                    return (await http.put(WHERE, json=BODY)).json()

                return [(await _amany(ours, wanted), await _amany(theirs, wanted)) for _ in range(WARM + PAIRS)][WARM:]

        rounds = asyncio.run(main())
        yield Figure("a request, ASGI / httpx's ASGITransport", [a / b for a, b in rounds], 1.3)
        yield Figure("  a request", [1e6 * a for a, _ in rounds], unit="µs")


def _beside(name: str, ours: Callable[[], Any], theirs: Callable[[], Any], wanted: Any) -> Iterator[Figure]:
    rounds = in_turns([functools.partial(_many, action, wanted) for action in (ours, theirs)], PAIRS, warm=WARM)
    yield Figure(name, [a / b for a, b in rounds], 1.3)
    yield Figure("  a request", [1e6 * a for a, _ in rounds], unit="µs")


def _many(action: Callable[[], Any], wanted: Any) -> float:
    """Seconds for one of `REQUESTS` actions."""
    _check(action(), wanted)

    def repeat() -> None:
        for _ in range(REQUESTS):
            action()

    return seconds(repeat) / REQUESTS


async def _amany(action: Callable[[], Awaitable[Any]], wanted: Any) -> float:
    _check(await action(), wanted)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(REQUESTS):
        await action()
    return (loop.time() - began) / REQUESTS


def _check(answer: Any, wanted: Any) -> None:
    if answer != wanted:
        raise NotMeasured(f"the app answered {answer!r}, and not {wanted!r}")
