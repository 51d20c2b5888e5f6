"""Hosts outside, answered by the test, as functions reach them through the libraries they use."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from pytest_wxcloud import BlockedError, HttpAnswer, HttpRequest, InvalidAnswerError, Outcome

from .conftest import SDKS, outcome_of

HELPERS = f"""
const lib = (name) => require({json.dumps(str(SDKS) + "/")} + name);
const read = (res) => new Promise((done, fail) => {{
  const parts = [];
  res.on('data', (part) => parts.push(part)).on('error', fail).on('end', () => done(Buffer.concat(parts)));
}});
const sent = (request, body) => new Promise((done, fail) => {{
  request.on('response', async (res) => done([res.statusCode, JSON.parse(await read(res))])).on('error', fail);
  request.end(body);
}});
"""

#: Each posts {"n": 1} to `url`, and answers status and JSON.
LIBRARIES = {
    "Node's own": "return sent(require(scheme).request(url, { method: 'POST', headers: { 'Content-Type': 'application/json' } }), text)",
    "taken apart": "const { request } = require(scheme); return sent(request(new URL(url), { method: 'POST' }), text)",
    "by options": "const { host, pathname, search } = new URL(url); return sent(require(scheme).request({ host, path: pathname + search, method: 'POST', rejectUnauthorized: true }), text)",
    "an agent": "const { Agent, request } = require(scheme); return sent(request(url, { method: 'POST', agent: new Agent({ keepAlive: true }) }), text)",
    "import": "const { request } = await import('node:' + scheme); return sent(request(url, { method: 'POST' }), text)",
    "axios 0": "const { status, data } = await lib('axios').post(url, { n: 1 }, { timeout: 5000 }); return [status, data]",
    "axios 1": "const { status, data } = await lib('axios-1')({ url, method: 'post', data: { n: 1 }, timeout: 5000 }); return [status, data]",
    "axios 1 without redirects": "const { status, data } = await lib('axios-1').post(url, { n: 1 }, { maxRedirects: 0 }); return [status, data]",
    "axios 1 on fetch": "const { status, data } = await lib('axios-1').post(url, { n: 1 }, { adapter: 'fetch' }); return [status, data]",
    "request": "return new Promise((done, fail) => lib('request').post({ url, body: { n: 1 }, json: true, strictSSL: true }, (e, r, b) => e ? fail(e) : done([r.statusCode, b])))",
    "request-promise": "const r = await lib('request-promise')({ method: 'POST', uri: url, body: { n: 1 }, json: true, resolveWithFullResponse: true, timeout: 5000 }); return [r.statusCode, r.body]",
    "got": "const r = await lib('got').post(url, { json: { n: 1 }, responseType: 'json', timeout: 5000 }); return [r.statusCode, r.body]",
    "node-fetch": "const r = await lib('node-fetch')(url, { method: 'POST', body: text }); return [r.status, await r.json()]",
    "fetch": "const r = await fetch(url, { method: 'POST', body: text }); return [r.status, await r.json()]",
    "fetch of a Request": "const r = await fetch(new Request(url, { method: 'POST', body: text })); return [r.status, await r.json()]",
    "superagent": "const r = await lib('superagent').post(url).send({ n: 1 }); return [r.status, r.body]",
}  # fmt: skip

Visit = Callable[..., Outcome]


@pytest.fixture
def visit(cloud) -> Visit:
    """Runs JavaScript in a function; answers the outcome."""

    def visit(code: str, **arguments: Any) -> Outcome:
        return outcome_of(cloud, "4.0.2", HELPERS + code, **arguments)

    return visit


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("code", LIBRARIES.values(), ids=LIBRARIES)
def test_every_library_is_answered(cloud, visit: Visit, code: str, scheme: str) -> None:
    """The library runs as it is, and the test sees what it sent."""
    cloud.http["api.example.com"] = {"订单": [1, 2]}
    url = f"{scheme}://api.example.com/orders?page=2"
    outcome = visit(f"""const scheme = '{scheme}', url = '{url}', text = '{{"n":1}}'; {code}""")
    asked = cloud.http.calls[0]

    assert outcome.result == [200, {"订单": [1, 2]}]
    assert len(cloud.http.calls) == 1
    assert (asked.method, asked.url) == ("POST", url)
    assert (asked.host, asked.path, asked.query) == ("api.example.com", "/orders", {"page": "2"})
    assert asked.json() == {"n": 1}
    assert asked.headers.get("host", "api.example.com") == "api.example.com"
    assert asked.caller.user == cloud.people["alice"]


GET = "const r = await fetch('https://api.example.com/a/b?c=d'); return [r.status, Object.fromEntries(r.headers), await r.text()]"
HTTPS_GET = """
    const res = await new Promise((done, fail) => require('https').get('https://api.example.com/a/b?c=d', done).on('error', fail));
    return [res.statusCode, res.headers, String(await read(res))]
"""
JSON_KIND, TEXT_KIND, BYTES_KIND = (
    "application/json; charset=utf-8",
    "text/plain; charset=utf-8",
    "application/octet-stream",
)
ANSWERS = {
    "a dict": ({"n": [1]}, 200, JSON_KIND, '{"n": [1]}'),
    "a list": ([], 200, JSON_KIND, "[]"),
    "text": ("深圳", 200, TEXT_KIND, "深圳"),
    "bytes": (b"\x00x", 200, BYTES_KIND, "\x00x"),
    "a refusal": (HttpAnswer(404, body={"no": 1}), 404, JSON_KIND, '{"no": 1}'),
    "a type of its own": (HttpAnswer(headers={"Content-Type": "text/xml"}, body="<a/>"), 200, "text/xml", "<a/>"),
    "nothing": (HttpAnswer(204), 204, None, ""),
    "a callable": (lambda request: request.path + "?" + request.query["c"], 200, TEXT_KIND, "/a/b?d"),
    "a callable that wants the caller": (lambda request, caller: repr(caller), 200, TEXT_KIND, "alice"),
}


@pytest.mark.parametrize("code", [GET, HTTPS_GET], ids=["fetch", "https.get"])
@pytest.mark.parametrize("answer, status, kind, text", ANSWERS.values(), ids=ANSWERS)
def test_an_answer(cloud, visit: Visit, answer: object, status: int, kind: str, text: str, code: str) -> None:
    """What is registered arrives with its status and type."""
    cloud.http["api.example.com"] = answer
    got, headers, body = visit(code).result

    assert (got, headers.get("content-type"), body) == (status, kind, text)
    assert headers.get("content-length") == (None if status == 204 else str(len(text.encode())))


def test_headers_and_large_bodies(cloud, visit: Visit) -> None:
    """A header may come several times, and bodies both ways may be large and binary."""
    cloud.http["api.example.com"] = lambda asked: HttpAnswer(
        headers={"Set-Cookie": ["a=1", "b=2"]}, body=asked.body[::-1]
    )
    told = visit("""
        const large = Buffer.alloc(3_000_000, 'abc\\xff', 'latin1');
        const backwards = Buffer.from(large).reverse();
        const request = require('https').request('https://api.example.com', { method: 'PUT' });
        const answer = new Promise((done, fail) => request.on('response', done).on('error', fail));
        request.end(large);
        const res = await answer;
        const fetched = await fetch('https://api.example.com', { method: 'PUT', body: large });
        return [
          res.headers['set-cookie'], backwards.equals(await read(res)),
          fetched.headers.getSetCookie(), backwards.equals(Buffer.from(await fetched.arrayBuffer())),
        ]
    """)  # fmt: skip

    assert told.result == [["a=1", "b=2"], True, ["a=1", "b=2"], True]


@pytest.mark.parametrize(
    "code",
    [
        "fetch",
        "async (url) => { const r = await lib('axios-1').get(url); return { url: r.request.res.responseUrl, text: () => r.data } }",
    ],
)
def test_redirects_are_followed(cloud, visit: Visit, code: str) -> None:
    """Each hop asks the test; one to a host that nobody answers for is blocked."""
    cloud.http["a.example.com"] = HttpAnswer(302, {"Location": "https://b.example.com/there"})
    cloud.http["b.example.com"] = "here"
    follow = f"const go = {code}; const r = await go('https://a.example.com/'); return [r.url, await r.text()]"
    assert visit(follow).result == ["https://b.example.com/there", "here"]
    del cloud.http["b.example.com"]
    with pytest.raises(BlockedError, match=r"a connection to b\.example\.com:443"):
        visit(follow)


@pytest.mark.parametrize(
    "status, method, after", [(301, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"), (302, "PUT", "PUT")]
)
def test_fetch_redirects_as_it_says(cloud, visit: Visit, status: int, method: str, after: str) -> None:
    """The method after a redirect is the one that the standard of fetch names."""
    cloud.http["api.example.com/old"] = HttpAnswer(status, {"Location": "/new"})
    cloud.http["api.example.com/new"] = lambda asked: [asked.method, asked.text]
    code = f"const r = await fetch('https://api.example.com/old', {{ method: '{method}', body: 'x' }}); return [r.redirected, await r.json()]"

    assert visit(code).result == [True, [after, "x" if after == method else ""]]
    code = f"const r = await fetch('https://api.example.com/old', {{ method: '{method}', redirect: 'manual' }}); return r.status"
    assert visit(code).result == status
    code = f"return fetch('https://api.example.com/old', {{ method: '{method}', redirect: 'error' }}).catch((e) => e.message)"
    assert visit(code).result == "fetch failed"


FAILURES = [
    (ConnectionRefusedError(), "ECONNREFUSED"),
    (ConnectionResetError(), "ECONNRESET"),
    (TimeoutError(), "ETIMEDOUT"),
    (socket.gaierror(), "ENOTFOUND"),
]


@pytest.mark.parametrize("error, code", FAILURES, ids=[code for _, code in FAILURES])
def test_a_failing_network(cloud, visit: Visit, error: OSError, code: str) -> None:
    """A connection's error that a callable raises is what the function's request fails with."""

    def fail(request: HttpRequest) -> None:
        raise error

    cloud.http["api.example.com"] = fail
    told = visit("""
        const url = 'https://api.example.com/';
        return [await lib('axios-1').get(url).catch((e) => e.code), await fetch(url).catch((e) => e.cause.code)]
    """)

    assert told.result == [code, code]


def test_an_error_of_the_tests_own_is_raised(cloud, visit: Visit) -> None:
    """Any other exception is no answer of the host's."""
    cloud.http["api.example.com"] = lambda request: {}["nowhere"]
    with pytest.raises(KeyError, match="nowhere"):
        visit("return fetch('https://api.example.com').catch(() => 'swallowed')")


def test_paths_and_ports(cloud, visit: Visit) -> None:
    """The longest name that fits answers; what fits none is blocked, with its address."""
    cloud.http["api.example.com/v1/*"] = "v1"
    cloud.http["https://API.example.com:443/v1/users"] = "users"
    cloud.http["other.example.com:8080"] = "port"
    ask = "return (await fetch(event.url)).text()"

    assert visit(ask, url="https://api.example.com/v1/orders/7").result == "v1"
    assert visit(ask, url="http://api.example.com/v1/users?x=/").result == "users"
    assert visit(ask, url="http://other.example.com:8080").result == "port"
    for url, address in {
        "https://api.example.com/v2": "api.example.com:443",
        "http://other.example.com/": "other.example.com:80",
        "http://other.example.com:8081/": "other.example.com:8081",
        "https://api.example.com.evil.org/v1/x": "api.example.com.evil.org:443",
    }.items():
        with pytest.raises(BlockedError) as caught:
            visit(ask, url=url)
        assert [str(blocked) for blocked in caught.value.outcome.blocked] == [f"a connection to {address}"]
    assert len(cloud.http.calls) == 3


WAYS_OUT = {
    "another host": "require('https').get('https://other.example.com')",
    "a socket": "require('net').connect(443, 'api.example.com')",
    "TLS": "require('tls').connect(443, 'api.example.com')",
    "HTTP 2": "require('http2').connect('https://api.example.com')",
    "a local socket": "require('http').get({ host: 'api.example.com', socketPath: '/var/run/docker.sock' })",
    "a bare request": "new (require('http').ClientRequest)('http://api.example.com')",
    "an Upgrade that nobody answers": "require('https').get('https://other.example.com', { headers: { Connection: 'Upgrade', Upgrade: 'x' } })",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_every_other_way_stays_shut(cloud, visit: Visit, way: str) -> None:
    """A host that is answered for is so for HTTP alone; nothing gets out because of it."""
    cloud.http["api.example.com"] = {}
    code = f"""
        const emitter = new (require('events'))();
        const failed = new Promise((done) => emitter.on('error', done));
        {way}.on('error', () => emitter.emit('error'));
        await failed
    """
    with pytest.raises(BlockedError) as caught:
        visit(code)

    assert caught.value.outcome.error is None


def test_a_blocked_host_is_told_with_its_remedy(visit: Visit) -> None:
    """The test fails with the line that would answer the host."""
    with pytest.raises(BlockedError) as caught:
        visit("await fetch('https://api.example.com/x').catch(() => {})")

    assert 'wx_cloud.http["api.example.com"] = {…}' in str(caught.value)


def test_requests_at_once_keep_their_callers(cloud, visit: Visit) -> None:
    """Several requests may be on their way; an identity is the caller's own afterwards."""
    cloud.http["api.example.com"] = lambda request: request.query["n"]
    told = visit("""
        const get = async (n) => lib('axios-1').get(`https://api.example.com/?n=${n}`);
        const answers = (await Promise.all([1, 2, 3].map(get))).map(({ data }) => data);
        return [answers, cloud.getWXContext().OPENID]
    """)

    assert told.result == [[1, 2, 3], cloud.people["alice"].openid]


def test_an_aborted_request(cloud, visit: Visit) -> None:
    """A signal that is given up ends the request, before it is asked or while."""
    cloud.http["api.example.com"] = {}
    told = visit("""
        const given = new AbortController();
        given.abort();
        const during = new AbortController();
        const asked = fetch('https://api.example.com', { signal: during.signal });
        during.abort();
        return Promise.all([fetch('https://api.example.com', { signal: given.signal }), asked].map((p) => p.catch((e) => e.name)))
    """)

    assert told.result == ["AbortError", "AbortError"]


def test_scenarios_take_back_what_they_register(cloud, visit: Visit) -> None:
    """What was there before stays, the record of calls too; after it the host is blocked again."""
    cloud.http["api.example.com"] = "before"
    ask = "return (await fetch('https://api.example.com')).text()"
    visit(ask)
    with cloud.scenario():
        cloud.http["api.example.com"] = "within"
        assert visit(ask).result == "within"
    assert visit(ask).result == "before"
    assert len(cloud.http.calls) == 2
    cloud.http.clear()
    with pytest.raises(BlockedError):
        visit(ask)


def test_a_called_function_is_answered_too(cloud) -> None:
    """Functions that another calls reach the same hosts."""
    cloud.http["example.com"] = {}
    outcome = outcome_of(cloud, "4.0.2", "return cloud.callFunction({ name: 'escapes' })")

    assert outcome.result["errMsg"] == "callFunction:ok"
    assert cloud.http.calls[0].url == "http://example.com/"


async def coroutine(request):
    return {}


@pytest.mark.parametrize("answer", [None, 7, {"a": object()}, HttpAnswer(99), HttpAnswer(body=1)])
def test_what_no_host_could_answer(cloud, visit: Visit, answer: object) -> None:
    """It is refused where it is written; what a callable makes, when it is made."""
    with pytest.raises(InvalidAnswerError, match=r"api\.example\.com"):
        cloud.http["api.example.com"] = answer
    for made in (lambda request: answer, coroutine):
        cloud.http["api.example.com"] = made
        with pytest.raises(InvalidAnswerError, match=r"api\.example\.com"):
            visit("await fetch('https://api.example.com').catch(() => {})")


@pytest.mark.parametrize("name", ["", "a b", "ftp://example.com", "http://", 7])
def test_a_name_that_no_host_has(cloud, name: object) -> None:
    """The error says how names are written."""
    with pytest.raises(InvalidAnswerError, match="names no host"):
        cloud.http[name] = {}
