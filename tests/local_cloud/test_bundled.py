"""Functions with the SDK inside their own file, where no module of the SDK's can be replaced."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from pytest_wxcloud import BlockedError, Settings, WxCloud
from pytest_wxcloud.runtimes.node_toolchain import find_node

from .conftest import SDKS, VERSIONS

#: Talks to the cloud's addresses by itself.
BARE = """
const clients = { http: require('http'), https: require('https') };
exports.main = ({ url, body, type = 'application/json' }) => new Promise((resolve, reject) => {
  const client = clients[url.split(':')[0]];
  const request = client.request(url, { method: 'POST', headers: { 'content-type': type } }, async (response) => {
    let text = '';
    for await (const chunk of response) text += chunk;
    resolve([response.statusCode, JSON.parse(text)]);
  });
  request.on('error', reject);
  request.end(body);
});
"""


@pytest.fixture(scope="session")
def bundles(tmp_path_factory, functions) -> Path:
    """The function `run` bundled with each version of the SDK, one that uses no SDK, and one to be called."""
    root = tmp_path_factory.mktemp("bundled")
    bundler = SDKS / "esbuild" / "bin" / "esbuild"
    if not bundler.is_file():
        pytest.fail("esbuild is not installed. Install it:\n    python tests/sdks/install.py", pytrace=False)
    for version in VERSIONS:
        source = functions / f"run-{version}" / "index.js"
        options = [
            "--bundle",
            "--platform=node",
            "--log-level=error",
            f"--outfile={root / f'run-{version}' / 'index.js'}",
        ]
        subprocess.run([str(find_node()), str(bundler), str(source), *options], check=True, timeout=120)
    for name, code in {"bare": BARE, "who": "exports.main = async () => process.env.WX_OPENID\n"}.items():
        (root / name).mkdir()
        (root / name / "index.js").write_text(code, "utf-8")
    return root


@pytest.fixture(scope="session")
def session_bundled(bundles):
    with WxCloud(bundles, Settings(time_limit=20)) as cloud:
        yield cloud


@pytest.fixture
def bundled(session_bundled):
    """The harness before bundled functions, its database empty."""
    with session_bundled.scenario():
        yield session_bundled


@pytest.mark.parametrize("version", VERSIONS)
def test_a_bundled_function_finds_the_cloud(bundled, version: str) -> None:
    """Database, refusals, called functions and files are what they are for an SDK that lies beside the function."""
    bundled.db.seed({"todos": [{"_id": "1", "n": 1}]})
    alice = bundled.people["alice"]
    code = """
        const todos = db.collection('todos')
        await todos.doc('1').update({ data: { n: _.inc(1), text: event.text } })
        const count = (await todos.where({ n: _.gt(1) }).count()).total
        const missing = await t(() => db.collection('nowhere').get())
        const { fileID } = await cloud.uploadFile({ cloudPath: 'a.txt', fileContent: Buffer.from('tea') })
        const file = (await cloud.downloadFile({ fileID })).fileContent.toString()
        return [count, missing.errCode, (await cloud.callFunction({ name: 'who' })).result, file]
    """
    outcome = bundled.call(f"run-{version}", {"code": code, "text": "长" * 100_000}, caller=alice)

    assert outcome.result == [1, -502005, alice.openid, "tea"]
    assert bundled.db.dump() == {"todos": [{"_id": "1", "n": 2, "text": "长" * 100_000}]}


def test_each_call_keeps_its_identity(bundled) -> None:
    """Calls that overlap in one instance are answered as their own callers."""
    people = [bundled.people[str(n)] for n in range(8)]
    code = "return Promise.all([1, 2].map(async () => (await cloud.callFunction({ name: 'who' })).result))"

    async def everybody():
        calls = [bundled.acall("run-4.0.2", {"code": code}, caller=one) for one in people]
        return [outcome.result for outcome in await asyncio.gather(*calls)]

    assert asyncio.run(everybody()) == [[one.openid] * 2 for one in people]


@pytest.mark.parametrize(
    "url",
    [
        "http://tcb-admin.tencentyun.com/admin",
        "https://tcb-admin.tencentcloudapi.com/admin",
        "https://some-env.ap-shanghai.tcb-api.tencentcloudapi.com/admin?env=some-env",
        "http://some-env.internal.ap-shanghai.tcb-api.tencentcloudapi.com/admin",
    ],
)
def test_the_clouds_addresses(bundled, url: str) -> None:
    """Every address that an SDK knows leads to the local cloud."""
    bundled.db.create_collection("todos")
    body = json.dumps({"action": "database.calculateDocument", "collectionName": "todos"})
    status, answer = bundled.call("bare", {"url": url, "body": body}, caller=None).result

    assert (status, answer["data"]) == (200, {"total": 0})


@pytest.mark.parametrize(
    ("url", "body", "said"),
    [
        ("http://tcb-admin.tencentyun.com/admin", '{"action": "storage.paint"}', "the cloud call storage.paint"),
        ("http://tcb-open.tencentyun.com/other", "{", "POST tcb-open.tencentyun.com/other"),
        ("http://tencentyun.com/admin", "{}", "tencentyun.com:80"),
        ("http://tcb-admin.tencentyun.com.evil.example/admin", "{}", "tcb-admin.tencentyun.com.evil.example:80"),
    ],
)
def test_nothing_else_is_served(bundled, url: str, body: str, said: str) -> None:
    """A call that is not served fails the test by name, and no other address is reached."""
    with pytest.raises(BlockedError) as caught:
        bundled.call("bare", {"url": url, "body": body}, caller=None)

    assert said in str(caught.value)


@pytest.mark.parametrize("version", ["1.8.3", "2.6.3", "4.0.2"])
def test_a_form_is_read(bundled, version: str) -> None:
    """Open APIs are asked for by a form; one that nobody answers is told by its own name."""
    bundled.openapi["security.msgSecCheck"] = lambda data: {"heard": data["content"]}
    code = """return [
        (await cloud.openapi.security.msgSecCheck({ content: '红\\r\\n--' })).heard,
        await t(() => cloud.openapi.nowhere.paint({ colour: 1 })),
    ]"""
    outcome = bundled.call(f"run-{version}", {"code": code}, caller=bundled.people["alice"], allow_blocked=True)

    assert outcome.value[0] == "红\r\n--"
    assert ["nowhere.paint" in attempt.address for attempt in outcome.blocked] == [True]
