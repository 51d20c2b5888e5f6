"""The cloud storage as a function meets it, through the real SDKs, and as the test does."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from pytest_wxcloud import BlockedError
from pytest_wxcloud.errors import InvalidFileError, UnknownFileError

from .conftest import SDKS, VERSIONS, outcome_of

EVERY_BYTE = bytes(range(256)) * 1000  # more than a stream holds at once

UPLOAD = """
    const content = Buffer.from(event.base64 || '', 'base64')
    return t(() => cloud.uploadFile({ cloudPath: event.path, fileContent: content }))
"""
DOWNLOAD = "return t(async () => (await cloud.downloadFile({ fileID: event.file })).fileContent.toString('base64'))"
ADDRESS = "return (await cloud.getTempFileURL({ fileList: [event.file] })).fileList[0].tempFileURL"

#: Clients that functions fetch an address with. Each answers [status, text].
CLIENTS = {
    "fetch": "const r = await fetch(url); return [r.status, await r.text()]",
    "https": """
        return new Promise((resolve, reject) => require('https').get(url, (r) => {
          let text = ''
          r.setEncoding('utf8').on('data', (piece) => { text += piece }).on('end', () => resolve([r.statusCode, text]))
        }).on('error', reject))
    """,
    "axios": "const r = await library('axios').get(url, { validateStatus: () => true }); return [r.status, r.data]",
    "axios, keep-alive": """
        const httpsAgent = new (require('https').Agent)({ keepAlive: true })
        const get = () => library('axios').get(url, { httpsAgent, validateStatus: () => true })
        await get()
        const r = await get()
        return [r.status, r.data]
    """,
    "request": """
        return new Promise((resolve, reject) => library('request')(url, (error, r, body) => (
          error ? reject(error) : resolve([r.statusCode, body]))))
    """,
    "undici": "const r = await library('undici').request(url); return [r.statusCode, await r.body.text()]",
}


def get(client: str) -> str:
    """A function's code that gets `event.url` with a client."""
    library = f"const library = (name) => require({json.dumps(str(SDKS))} + '/' + name)\n"
    return f"const url = event.url\n{library}{CLIENTS[client]}"


@pytest.mark.parametrize("path", ["a.png", "头像/小明 1.png", "100%25 #1?.txt", "a/b/c"])
def test_a_file_goes_up_and_comes_down(cloud, run, path: str) -> None:
    """Byte for byte; the test sees it, and so does every other function."""
    answer = run(
        """
        const fileContent = Buffer.concat(Array(1000).fill(Buffer.from([...Array(256).keys()])))
        const { fileID, errMsg } = await cloud.uploadFile({ cloudPath: event.path, fileContent })
        const down = await cloud.downloadFile({ fileID })
        return [fileID, errMsg, down.errMsg, down.statusCode, Buffer.isBuffer(down.fileContent), fileContent.equals(down.fileContent)]
        """,
        path=path,
    )

    env = cloud.wx_app.env_id
    assert re.fullmatch(rf"cloud://{env}\.[0-9a-f]{{4}}-{env}-1250000000/{re.escape(path)}", answer[0])
    assert answer[1:] == ["uploadFile:ok", "downloadFile:ok", 200, True, True]
    assert cloud.storage.read(path) == cloud.storage.read(answer[0]) == EVERY_BYTE
    assert cloud.storage.list() == [path]


def test_a_stream_is_uploaded(cloud, run, tmp_path) -> None:
    """fs.createReadStream is what the docs show."""
    file = tmp_path / "report.csv"
    file.write_bytes(EVERY_BYTE)
    run(
        "await cloud.uploadFile({ cloudPath: 'r.csv', fileContent: require('fs').createReadStream(event.file) })",
        file=str(file),
    )

    assert cloud.storage.read("r.csv") == EVERY_BYTE


@pytest.mark.parametrize("version", VERSIONS)
def test_a_string_is_uploaded_where_the_sdk_takes_one(cloud, version: str) -> None:
    """SDK 4 refuses by itself what the earlier ones send."""
    code = "return t(() => cloud.uploadFile({ cloudPath: 'a.txt', fileContent: '你好\\r\\n--x' }))"
    answer = outcome_of(cloud, version, code).result

    if version == "4.0.2":
        assert "fileContent should be instance of fs.ReadStream or Buffer" in answer["errMsg"]
        assert cloud.storage.list() == []
    else:
        assert cloud.storage.read("a.txt") == "你好\r\n--x".encode()


def test_an_empty_file_and_one_over_another(cloud, run) -> None:
    """An upload to a path that is taken replaces the file."""
    cloud.storage.put("a.txt", "was")
    assert run(UPLOAD, path="a.txt")["errMsg"] == "uploadFile:ok"
    assert cloud.storage.read("a.txt") == b""
    assert run(DOWNLOAD, file=cloud.storage.put("a.txt", "is")) == "aXM="


def test_several_at_once(cloud, run) -> None:
    """Uploads and downloads that overlap within a call, and calls that overlap."""
    answer = run("""
        const upload = (n) => cloud.uploadFile({ cloudPath: `${n}.txt`, fileContent: Buffer.alloc(100000 + n, `${n}`) })
        const ids = (await Promise.all([1, 2, 3, 4, 5].map(upload))).map(({ fileID }) => fileID)
        const files = await Promise.all(ids.map((fileID) => cloud.downloadFile({ fileID })))
        return files.map(({ fileContent }) => [fileContent.length, fileContent.toString('utf8', 0, 1)])
    """)
    assert answer == [[100000 + n, str(n)] for n in range(1, 6)]

    async def overlap() -> None:
        people = [cloud.people[f"user{n}"] for n in range(4)]
        code = "return cloud.uploadFile({ cloudPath: cloud.getWXContext().OPENID, fileContent: Buffer.alloc(200000, 'x') })"
        calls = [
            cloud.acall(f"run-{VERSIONS[n % 3]}", {"code": code}, caller=person) for n, person in enumerate(people)
        ]
        for person, outcome in zip(people, await asyncio.gather(*calls), strict=True):
            assert outcome.result["fileID"].endswith(person.openid)
            assert len(cloud.storage.read(person.openid)) == 200000

    asyncio.run(overlap())


def test_deleting(cloud, run) -> None:
    """Each file has its own status; the missing ones do not keep the others from being deleted."""
    there = cloud.storage.put("a.txt", "a")
    cloud.storage.put("b.txt", "b")
    gone = there.replace("a.txt", "c.txt")
    answer = run("return cloud.deleteFile({ fileList: event.files })", files=[gone, there, "a.txt"])

    assert answer == {
        "errMsg": "deleteFile:ok",
        "fileList": [
            {"fileID": gone, "status": -503003, "errMsg": "storage file not exists"},
            {"fileID": there, "status": 0, "errMsg": "ok"},
            {"fileID": "a.txt", "status": -501007, "errMsg": "invalid parameters"},
        ],
    }
    assert cloud.storage.list() == ["b.txt"]


@pytest.mark.parametrize("version", VERSIONS)
def test_downloading_what_is_not_there(cloud, version: str) -> None:
    """The SDK tells it: versions before 4 with the code of the docs, 4 with -1."""
    cloud.storage.put("a.txt", "a")
    missing = f"cloud://{cloud.wx_app.env_id}.bucket/b.txt"
    foreign = "cloud://somebody-elses.736f-somebody-elses-1250000000/a.txt"
    for file in (missing, foreign):
        answer = outcome_of(cloud, version, DOWNLOAD, file=file).result
        assert answer["errCode"] == (-1 if version == "4.0.2" else -503003)
        assert "storage file not exist" in answer["errMsg"]


def test_the_other_answers_of_the_storage(cloud, run) -> None:
    """Bad paths and too many files are refused, before anything has changed."""
    for path in ("/a.txt", "a//b.txt", "a" * 851):
        assert "uploadFile:fail" in run(UPLOAD, path=path)["errMsg"]
    assert cloud.storage.list() == []
    many = run("return t(() => cloud.getTempFileURL({ fileList: Array(51).fill('cloud://a.b/c') }))")
    assert "getTempFileURL:fail" in many["errMsg"]


def test_temporary_addresses(cloud, run) -> None:
    """Each file has its own status, and the age that was asked for."""
    there = cloud.storage.put("a.txt", "a")
    missing = there.replace("a.txt", "b.txt")
    answer = run(
        "return cloud.getTempFileURL({ fileList: [event.there, { fileID: event.there, maxAge: 60 }, event.missing] })",
        there=there,
        missing=missing,
    )

    for_ever, for_a_minute, none = answer["fileList"]
    assert answer["errMsg"] == "getTempFileURL:ok"
    assert re.fullmatch(r"https://[^/]+/a\.txt", for_ever["tempFileURL"])
    assert (for_ever["fileID"], for_ever["status"], for_ever["errMsg"]) == (there, 0, "ok")
    assert for_a_minute["maxAge"] == 60
    assert none == {"fileID": missing, "status": -503003, "errMsg": "storage file not exists", "tempFileURL": ""}


@pytest.mark.parametrize("client", CLIENTS)
def test_any_client_gets_an_address(cloud, client: str) -> None:
    """A function may fetch the file with what it likes; nothing leaves the machine."""
    file = cloud.storage.put("notes/你好 1.txt", "深圳")
    url = outcome_of(cloud, "4.0.2", "return encodeURI((await cloud.getTempFileURL({ fileList: [event.file] })).fileList[0].tempFileURL)", file=file).result  # fmt: skip

    assert outcome_of(cloud, "4.0.2", get(client), url=url).result == [200, "深圳"]
    cloud.storage.remove(file)
    status, text = outcome_of(cloud, "4.0.2", get(client), url=url).result
    assert (status, "NoSuchKey" in text) == (404, True)


def test_an_address_expires(cloud) -> None:
    """After its age by the test's clock; and its signature is for one file."""
    from freezegun import freeze_time

    file = cloud.storage.put("a.txt", "a")
    cloud.storage.put("b.txt", "b")
    code = "return (await cloud.getTempFileURL({ fileList: [{ fileID: event.file, maxAge: 60 }] })).fileList[0].tempFileURL"
    with freeze_time("2025-06-01 08:00:00") as clock:
        url = outcome_of(cloud, "4.0.2", code, file=file).result
        clock.tick(59)
        assert outcome_of(cloud, "4.0.2", get("fetch"), url=url).result == [200, "a"]
        assert outcome_of(cloud, "4.0.2", get("fetch"), url=url.replace("a.txt", "b.txt")).result[0] == 403
        clock.tick(1)
        assert outcome_of(cloud, "4.0.2", get("fetch"), url=url).result[0] == 403


def test_an_address_has_the_headers_that_a_file_needs(cloud) -> None:
    """Its length and its type, for HEAD too."""
    url = outcome_of(cloud, "4.0.2", ADDRESS, file=cloud.storage.put("a.PNG", b"12345")).result
    code = """
        const r = await fetch(event.url, { method: 'HEAD' })
        return [r.status, r.headers.get('content-type'), r.headers.get('content-length')]
    """

    assert outcome_of(cloud, "4.0.2", code, url=url).result == [200, "image/png", "5"]


def test_only_the_clouds_own_hosts_are_answered(cloud) -> None:
    """A real bucket, and the rest of the world, stay out of reach."""
    with pytest.raises(BlockedError, match=r"6162-abc-1301234567\.tcb\.qcloud\.la"):
        outcome_of(cloud, "4.0.2", get("fetch"), url="https://6162-abc-1301234567.tcb.qcloud.la/a.txt")


@pytest.mark.parametrize("environment", ["prod-3g7k", "你的环境ID"])
def test_a_function_that_names_its_environment(cloud, run, environment: str) -> None:
    """Its files are in that environment; the test finds them by their path all the same."""
    file, content = run(
        """
        const other = new cloud.Cloud({ resourceEnv: event.env, env: event.env })
        await other.init()
        const { fileID } = await other.uploadFile({ cloudPath: 'a.txt', fileContent: Buffer.from('theirs') })
        return [fileID, (await other.downloadFile({ fileID })).fileContent.toString()]
        """,
        env=environment,
    )

    assert content == "theirs"
    assert not file.startswith(f"cloud://{cloud.wx_app.env_id}.")
    assert cloud.storage.read("a.txt") == cloud.storage.read(file) == b"theirs"
    cloud.storage.put(f"cloud://{cloud.wx_app.env_id}.any-bucket/a.txt", "mine")
    assert (cloud.storage.read("a.txt"), cloud.storage.read(file)) == (b"mine", b"theirs")


NODE_SDK = f"const app = require({json.dumps(str(SDKS / 'node-sdk-3.17.2'))}).init({{ env: process.env.TCB_ENV }})\n"


def test_node_sdk(cloud) -> None:
    """@cloudbase/node-sdk 3 alone: its upload, its download, and its file information."""
    code = """
        const { fileID } = await app.uploadFile({ cloudPath: 'a.json', fileContent: Buffer.from('{}') })
        const { fileContent } = await app.downloadFile({ fileID })
        const [{ size, mime }] = (await app.getFileInfo({ fileList: [fileID] })).fileList
        return [fileContent.toString(), size, mime]
    """

    assert outcome_of(cloud, "4.0.2", NODE_SDK + code).result == ["{}", 2, "application/json"]


def test_what_is_not_served_is_told_by_name(cloud) -> None:
    """copyFile of @cloudbase/node-sdk is not known well enough."""
    code = "return app.copyFile({ fileList: [{ srcPath: 'a.txt', dstPath: 'b/a.txt' }] }).catch(() => 'swallowed')"
    with pytest.raises(BlockedError, match=r"storage\.batchCopyFile") as caught:
        outcome_of(cloud, "4.0.2", NODE_SDK + code)
    assert caught.value.outcome.value == "swallowed"


def test_the_tests_hand(cloud) -> None:
    """put, read, exists, list and remove, by path or by fileID."""
    storage = cloud.storage
    file = storage.put("avatars/1.png", b"\x00\xff")
    storage.put("avatars/2.png", bytearray(b"2"))
    storage.put("notes.txt", "深圳")

    assert storage.read("avatars/1.png") == storage.read(file) == b"\x00\xff"
    assert storage.read("notes.txt") == "深圳".encode()
    assert [storage.exists(name) for name in (file, "notes.txt", "notes")] == [True, True, False]
    assert storage.list("avatars/") == ["avatars/1.png", "avatars/2.png"]
    storage.remove(file)
    storage.remove("notes.txt")
    assert storage.list() == ["avatars/2.png"]


def test_the_tests_mistakes(cloud) -> None:
    """Each is told with what was meant."""
    storage = cloud.storage
    with pytest.raises(UnknownFileError, match=r"There is no file 'a\.png' in the storage\. The storage is empty"):
        storage.read("a.png")
    storage.put("avatar.png", b"")
    with pytest.raises(UnknownFileError, match=r"Did you mean 'avatar\.png'"):
        storage.remove("avatars.png")
    for path, said in {
        "": "is empty",
        "/a": "starts with /",
        "a//b": "has // in it",
        "a" * 851: "longer than 850",
    }.items():
        with pytest.raises(InvalidFileError, match=said):
            storage.put(path, b"")
    with pytest.raises(InvalidFileError, match="a file is bytes, or a str"):
        storage.put("a.png", 1)
    with pytest.raises(InvalidFileError, match="a str, not int"):
        storage.exists(1)


def test_scenarios_take_files_back(cloud) -> None:
    """What a block adds, changes and removes, by the test or by a function; scenarios nest."""
    cloud.storage.put("kept.txt", "kept")
    with cloud.scenario({"todos": [{"_id": "1"}]}, files={"new.txt": "new"}):
        assert cloud.storage.list() == ["kept.txt", "new.txt"]
        with cloud.scenario():
            outcome_of(cloud, "4.0.2", UPLOAD, path="kept.txt")
            outcome_of(cloud, "4.0.2", "return cloud.deleteFile({ fileList: [event.file] })", file=cloud.storage.put("new.txt", "2"))  # fmt: skip
            assert cloud.storage.read("kept.txt") == b""
            assert cloud.storage.list() == ["kept.txt"]
        assert cloud.storage.read("new.txt") == b"new"
    assert cloud.storage.read("kept.txt") == b"kept"
    assert cloud.storage.list() == ["kept.txt"]
    assert cloud.db.dump() == {}


def test_files_outlive_their_worker(cloud) -> None:
    """A function that takes the process down takes no file along, and scenarios go on."""
    cloud.storage.put("kept.txt", EVERY_BYTE)
    with cloud.scenario(files={"gone.txt": "gone"}):
        outcome_of(
            cloud, "2.6.3", f"const done = await (async () => {{ {UPLOAD} }})(); process.exit(1)", path="new.txt"
        )
        assert cloud.storage.list() == ["gone.txt", "kept.txt", "new.txt"]
        outcome_of(cloud, "4.0.2", "await cloud.deleteFile({ fileList: [event.file] }); process.exit(1)", file=cloud.storage.put("gone.txt", ""))  # fmt: skip
        assert cloud.storage.list() == ["kept.txt", "new.txt"]
    assert cloud.storage.list() == ["kept.txt"]
    assert cloud.storage.read("kept.txt") == EVERY_BYTE


def test_an_upload_that_comes_too_late_changes_nothing(cloud) -> None:
    """What one test asked for cannot be written into the next."""
    ask = "globalThis.asked = (await app.getUploadMetadata({ cloudPath: 'late.txt' })).data"
    put = """
        const { url, token, authorization } = globalThis.asked
        const headers = { authorization, 'x-cos-security-token': token }
        return (await fetch(url, { method: 'PUT', headers, body: 'late' })).status
    """
    with cloud.scenario():
        outcome_of(cloud, "4.0.2", NODE_SDK + ask)
        assert outcome_of(cloud, "4.0.2", put).result == 200
        assert cloud.storage.read("late.txt") == b"late"
        outcome_of(cloud, "4.0.2", NODE_SDK + ask)
    assert outcome_of(cloud, "4.0.2", put).result == 403
    assert cloud.storage.list() == []


def test_changes(cloud) -> None:
    """What a block did to files and to documents, together and each alone; what is written anew is no change."""
    cloud.db.seed({"todos": [{"_id": "1"}]})
    gone, same, changed = (cloud.storage.put(f"{name}.txt", name) for name in ("gone", "same", "changed"))
    code = """
        const upload = (cloudPath, text) => cloud.uploadFile({ cloudPath, fileContent: Buffer.from(text) })
        await upload('new.txt', 'new')
        await upload('changed.txt', 'otherwise')
        await upload('same.txt', 'same')
        await cloud.deleteFile({ fileList: [event.gone] })
        await db.collection('todos').doc('1').remove()
    """
    with cloud.changes() as changes, cloud.db.changes() as documents, cloud.storage.changes() as files:
        outcome_of(cloud, "4.0.2", code, gone=gone)

    assert [(change.path, change.kind, change.before, change.after) for change in files] == [
        ("gone.txt", "removed", b"gone", None),
        ("changed.txt", "updated", b"changed", b"otherwise"),
        ("new.txt", "inserted", None, b"new"),
    ]
    assert [change.file_id for change in files.updated] == [changed]
    assert str(files.updated[0]) == f"{changed} updated (7 bytes → 9 bytes)"
    assert [str(change) for change in documents] == ["todos/1 removed (_id: '1' → None)"]
    assert changes.all == [*documents, *files]
    assert len(changes.removed) == 2
    assert same not in {change.file_id for change in files}
    assert len(cloud.db["todos"].find()) == 0


def test_changes_of_a_block_that_raises(cloud) -> None:
    """They are told all the same."""
    seen = cloud.changes()
    with pytest.raises(ZeroDivisionError), seen as changes, cloud.storage.changes() as files:
        1 / len(cloud.storage.put("a.txt", "a")[:0])
    assert [change.path for change in changes] == [change.path for change in files] == ["a.txt"]


def test_a_cloud_that_nobody_used_is_compared_for_nothing(new_cloud) -> None:
    """Scenes and changes start no worker."""
    cloud = new_cloud()
    with cloud.scene(), cloud.changes() as changes:
        cloud.call(lambda event, context: event, caller=None)
    assert changes.all == []
    assert not cloud.node.running
    with cloud.changes() as changes:
        cloud.storage.put("a.txt", "a")
    assert [change.path for change in changes.inserted] == ["a.txt"]


def test_what_no_file_has_is_freed(new_cloud, project_folder) -> None:
    """Once much was written, the contents that nothing refers to any more are removed from the disk."""
    project_folder.function("kept", "exports.main = async () => require('fs').readdirSync(require('path').join(require('path').dirname(process.argv[2]), 'files')).length")  # fmt: skip
    cloud = new_cloud()
    cloud.storage.put("kept.txt", "kept")
    for n in range(2):
        with cloud.scenario(files={"a": bytes([n]) * 2**25, "b": bytes([n + 2]) * 2**25}):
            assert cloud.call("kept", caller=None).result == 3
    assert cloud.call("kept", caller=None).result == 1
    assert cloud.storage.read("kept.txt") == b"kept"


def test_a_file_that_is_put_when_others_are_freed_stays(new_cloud, project_folder) -> None:
    """What frees the old contents comes with the next message; a new one may stand on the disk before that."""
    upload = "cloud.uploadFile({ cloudPath: 'big' + n, fileContent: Buffer.alloc(2 ** 25, n) })"
    code = f"exports.main = async () => {{ for (const n of [1, 2]) await {upload} }}"
    project_folder.function("upload", f"const cloud = require('wx-server-sdk')\ncloud.init()\n{code}")
    cloud = new_cloud()
    with cloud.scenario():
        assert cloud.call("upload", caller=None).error is None
    cloud.storage.put("new.txt", "new")

    assert cloud.storage.read("new.txt") == b"new"
