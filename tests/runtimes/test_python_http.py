"""What Python functions and apps ask hosts outside is answered by the test, below the libraries that they use."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request

import httpx
import httpx2
import pytest
import requests
import urllib3

from pytest_wxcloud import BlockedError, HttpAnswer, InvalidAnswerError

URL = "https://api.example.com/v1/check?lang=zh"


def by_urllib(url):
    request = urllib.request.Request(url, json.dumps({"text": "你好"}).encode(), {"X-Key": "k"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def by_urllib3(url):
    answer = urllib3.PoolManager().request("POST", url, body=json.dumps({"text": "你好"}), headers={"X-Key": "k"})
    return answer.status, dict(answer.headers), answer.data


def by_requests(url):
    answer = requests.post(url, json={"text": "你好"}, headers={"X-Key": "k"}, timeout=5)
    return answer.status_code, dict(answer.headers), answer.content


def by_a_session(url):
    with requests.Session() as session:
        answer = session.post(url, data=iter([b'{"text": ', '"你好"}'.encode()]), headers={"X-Key": "k"})
        return answer.status_code, dict(answer.headers), b"".join(answer.iter_content(3))


def by_httpx(url):
    answer = httpx.post(url, json={"text": "你好"}, headers={"X-Key": "k"})
    return answer.status_code, dict(answer.headers), answer.content


def by_httpx2(url):
    answer = httpx2.post(url, json={"text": "你好"}, headers={"X-Key": "k"})
    return answer.status_code, dict(answer.headers), answer.content


def by_httpx_in_a_loop(url):
    async def main():
        async with httpx.AsyncClient() as client:
            answer = await client.post(url, json={"text": "你好"}, headers={"X-Key": "k"})
            return answer.status_code, dict(answer.headers), answer.content

    return asyncio.run(main())


WAYS = (by_urllib, by_urllib3, by_requests, by_a_session, by_httpx, by_httpx2, by_httpx_in_a_loop)
each = pytest.mark.parametrize("ask", WAYS, ids=[way.__name__ for way in WAYS])


@pytest.fixture(autouse=True)
def taken_back(cloud):
    with cloud.scene():
        yield


@each
def test_a_host_is_answered_for(cloud, ask):
    """The test sees the whole request, and who caused it; the function sees the whole answer."""
    seen = []

    def answer(request):
        seen.append((request.method, request.path, request.query, request.headers["x-key"], request.json()))
        return HttpAnswer(201, {"X-Trace": "t", "Set-Cookie": "a=1"}, {"errcode": 0, "said": "好"})

    cloud.http["api.example.com/v1/*"] = answer
    alice = cloud.people["alice"]

    def main(event, context):
        status, headers, body = ask(URL)
        headers = {name.lower(): value for name, value in headers.items()}
        return [status, headers["x-trace"], headers["content-type"], json.loads(body)]

    outcome = cloud.call(main, caller=alice)

    assert outcome.result == [201, "t", "application/json; charset=utf-8", {"errcode": 0, "said": "好"}]
    assert seen == [("POST", "/v1/check", {"lang": "zh"}, "k", {"text": "你好"})]
    assert [(call.host, call.caller.user) for call in cloud.http.calls] == [("api.example.com", alice)]


@each
def test_a_refusal(cloud, ask):
    """A status that a library may raise for, and no body."""
    cloud.http["api.example.com"] = HttpAnswer(404)

    assert cloud.call(lambda event, context: [ask(URL)[0], len(ask(URL)[2])], caller=None).result == [404, 0]


FAILURES = {
    by_urllib: (urllib.error.URLError, urllib.error.URLError),
    by_urllib3: (urllib3.exceptions.ProtocolError, urllib3.exceptions.ReadTimeoutError),
    by_requests: (requests.ConnectionError, requests.ReadTimeout),
    by_a_session: (requests.ConnectionError, requests.ReadTimeout),
    by_httpx: (httpx.ConnectError, httpx.ReadTimeout),
    by_httpx2: (httpx2.ConnectError, httpx2.ReadTimeout),
    by_httpx_in_a_loop: (httpx.ConnectError, httpx.ReadTimeout),
}


@each
def test_a_failure(cloud, ask):
    """It is the library's own."""
    raised = iter([ConnectionRefusedError(), TimeoutError(), ConnectionResetError(), socket.gaierror()])

    def answer(request):
        raise next(raised)

    cloud.http["api.example.com"] = answer

    def main(event, context):
        told = []
        for _ in range(4):
            try:
                ask(URL)
            except Exception as error:
                told.append(type(error))
        away, late = FAILURES[ask]
        assert told == [away, late, away, away], told

    assert cloud.call(main, caller=None).result is None


@each
def test_what_nobody_answers_is_refused(cloud, ask):
    """Another host, and another path; the message has the line to write."""
    cloud.http["api.example.com/v2/*"] = {}

    for url, host in ((URL, "api.example.com"), ("https://other.example.com/", "other.example.com")):
        with pytest.raises(BlockedError, match=rf'wx_cloud.http\["{host}"\] = {{…}}  # for urllib, requests'):
            cloud.call(lambda event, context: ask(event["url"])[0], {"url": url}, caller=None)
    assert cloud.http.calls == []


def test_what_comes_after_the_answer_is_answered_too(cloud):
    """As it is of JavaScript functions."""
    cloud.http["api.example.com"] = {}
    answered = threading.Event()

    def main(event, context):
        threading.Thread(target=lambda: (answered.wait(5), by_urllib(URL))).start()

    cloud.call(main, caller=None)
    answered.set()
    cloud.settle()

    assert [request.url for request in cloud.http.calls] == [URL]


def test_a_mistake_of_the_test_is_told(cloud):
    """An answer that no host can give is no failure of the function's."""
    cloud.http["api.example.com"] = lambda request: object()

    with pytest.raises(InvalidAnswerError, match=r"The answer of api\.example\.com is object"):
        cloud.call(lambda event, context: by_requests(URL)[0], caller=None)


def test_outside_of_functions_nothing_is_answered(cloud):
    """A test's own requests go where they went."""
    cloud.http["127.0.0.1"] = {"answered": True}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"

        with cloud.acting_as(cloud.people["alice"]), pytest.raises(requests.ConnectionError):
            by_requests(url)
        assert cloud.call(lambda event, context: by_requests(url)[0], caller=None).result == 200


def test_an_app(cloud):
    """In a request to a web app, too."""
    cloud.http["api.weixin.qq.com/wxa/msg_sec_check"] = {"errcode": 87014}

    def app(environ, start_response):
        said = json.loads(by_requests("http://api.weixin.qq.com/wxa/msg_sec_check")[2])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    assert cloud.app(app).request("GET", "/", caller=cloud.people["alice"]).json == {"errcode": 87014}


def test_the_libraries_are_themselves_again(new_cloud):
    """Once the harness is closed."""
    owners = (
        urllib.request.AbstractHTTPHandler,
        urllib3.HTTPConnectionPool,
        httpx.HTTPTransport,
        httpx.AsyncHTTPTransport,
    )
    before = [dict(vars(owner)) for owner in owners]
    cloud = new_cloud()
    cloud.call(lambda event, context: None, caller=None)
    cloud.close()

    assert [dict(vars(owner)) for owner in owners] == before
