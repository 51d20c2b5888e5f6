"""Open APIs and cloudPay, answered by the test, as functions on the real SDKs meet them."""

from __future__ import annotations

import pytest

from pytest_wxcloud import BlockedError, InvalidAnswerError, OpenApiError

from .conftest import outcome_of

CHECK = "return t(() => cloud.openapi.security.msgSecCheck({ content: event.text, nested: [{ bigOne: 1 }] }))"
PAY = "return t(() => cloud.cloudPay.unifiedOrder({ outTradeNo: '7', totalFee: 1, subMchId: '1900009231' }))"
IMAGES = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"GIF89a": "image/gif",
    b"": "application/octet-stream",
}


def refuse(error: Exception):
    def answer(data):
        raise error

    return answer


ANSWERS = {
    "a dict": ({"traceId": "x", "result": {"label": 100}}, {"traceId": "x", "result": {"label": 100}}),
    "WeChat's own spelling": ({"trace_id": "x", "errcode": 0, "errmsg": "ok"}, {"traceId": "x"}),
    "nothing": (None, {}),
    "text": ("深圳", {"result": "深圳"}),
}


@pytest.mark.parametrize("answer, seen", ANSWERS.values(), ids=ANSWERS)
def test_an_answer(cloud, run, answer: object, seen: dict) -> None:
    """What is registered is what the function gets, in the SDK's camelCase and with its errMsg."""
    cloud.openapi["security.msgSecCheck"] = answer

    assert run(CHECK, text="x") == {**seen, "errMsg": "openapi.security.msgSecCheck:ok", "errCode": 0}


def test_a_callable_sees_the_call(cloud, run) -> None:
    """A callable gets what the function sent and, if it takes two arguments, who caused it."""
    alice = cloud.people["alice"]
    cloud.openapi["security.msgSecCheck"] = lambda data, caller: {"said": data, "openid": caller.user.openid}
    sent = {"content": "你好", "nested": [{"bigOne": 1}]}
    answer = run(CHECK, text="你好")

    assert answer["said"] == sent
    assert answer["openid"] == alice.openid
    assert [(call.name, call.data, call.caller.user) for call in cloud.openapi.calls] == [
        ("security.msgSecCheck", sent, alice)
    ]


REFUSALS = {
    "OpenApiError": (refuse(OpenApiError(87014, "risky content")), 87014, "openapi.security.msgSecCheck:fail risky content"),
    "a code of the platform": (refuse(OpenApiError(-604101, "no permission")), -604101, "system error: error code: -604101"),
    "a dict with an errcode": ({"errcode": 40003, "errmsg": "invalid openid"}, 40003, "openapi.security.msgSecCheck:fail invalid openid"),
    "a dict with an errCode": ({"errCode": 40003, "errMsg": "invalid openid"}, 40003, "openapi.security.msgSecCheck:fail invalid openid"),
}  # fmt: skip


@pytest.mark.parametrize("answer, code, message", REFUSALS.values(), ids=REFUSALS)
def test_a_refusal(cloud, run, answer: object, code: int, message: str) -> None:
    """An errcode reaches the function as the SDK's error."""
    cloud.openapi["security.msgSecCheck"] = answer

    assert run(CHECK, text="x") == {"errCode": code, "errMsg": message}


def test_any_exception_with_an_err_code_is_a_refusal(cloud, run) -> None:
    """A project's own exception serves as well; one without a code is the test's own failure."""

    class Risky(Exception):
        errCode = 87014

    cloud.openapi["security.msgSecCheck"] = refuse(Risky("内容违规"))
    assert run(CHECK, text="x") == {"errCode": 87014, "errMsg": "openapi.security.msgSecCheck:fail 内容违规"}
    cloud.openapi["security.msgSecCheck"] = lambda data: {}["nowhere"]
    with pytest.raises(KeyError, match="nowhere"):
        run(CHECK, text="x")


@pytest.mark.parametrize("start, kind", IMAGES.items(), ids=IMAGES.values())
def test_a_file(cloud, run, start: bytes, kind: str) -> None:
    """Bytes are a file: contentType and buffer."""
    cloud.openapi["wxacode.getUnlimited"] = start + b"\x00\xfe"
    answer = run("""
        const { contentType, buffer } = await cloud.openapi.wxacode.getUnlimited({ scene: 'a=1' })
        return [contentType, Buffer.isBuffer(buffer), buffer.toString('hex')]
    """)

    assert answer == [kind, True, (start + b"\x00\xfe").hex()]


def test_a_file_of_the_functions_own(cloud, run) -> None:
    """What a function sends as a buffer arrives as bytes."""
    cloud.openapi["security.imgSecCheck"] = None
    run("""
        const value = Buffer.from('00ff7b', 'hex')
        return cloud.openapi.security.imgSecCheck({ media: { contentType: 'image/png', value }, otherField: 1 })
    """)

    assert cloud.openapi.calls[0].data == {
        "media": {"contentType": "image/png", "fileName": "media.png", "value": b"\x00\xff\x7b"},
        "otherField": 1,
    }


def test_cloud_pay(cloud, run) -> None:
    """cloudPay is answered under its own name, and its refusals are the SDK's errors."""
    cloud.openapi["cloudPay.unifiedOrder"] = lambda order: {
        "returnCode": "SUCCESS",
        "payment": {"nonceStr": order["outTradeNo"]},
    }
    assert run(PAY) == {
        "returnCode": "SUCCESS", "payment": {"nonceStr": "7"}, "errCode": 0, "errMsg": "cloudPay.unifiedOrder:ok",
    }  # fmt: skip
    assert cloud.openapi.calls[0].data == {"outTradeNo": "7", "totalFee": 1, "subMchId": "1900009231"}
    cloud.openapi["cloudPay.unifiedOrder"] = refuse(OpenApiError(268490982, "sub_mch_id 无效"))
    assert run(PAY) == {"errCode": 268490982, "errMsg": "unifiedOrder:fail sub_mch_id 无效"}


def test_call_open_api(cloud, run) -> None:
    """`cloud.callOpenAPI`, which names the API by text."""
    cloud.openapi["wxacode.get"] = lambda data: {"got": data["path"]}

    answer = run("return cloud.callOpenAPI({ api: 'wxacode.get', data: { path: 'a' } })")

    assert answer["result"] == {"got": "a"}


@pytest.mark.parametrize(
    "code, name, remedy",
    [
        (CHECK, "the open API security.msgSecCheck", 'wx_cloud.openapi["security.msgSecCheck"] = {…}'),
        (PAY, "the open API cloudPay.unifiedOrder", 'wx_cloud.openapi["cloudPay.unifiedOrder"] = {…}'),
        ("return t(() => cloud.getVoIPSign({ groupId: 'g', timestamp: 1, nonce: 'n' }))", "the call cloud.getVoIPSign", "Pass the function a stand-in."),
        ("return t(() => cloud.getCloudCallSign({ parameterList: [] }))", "the call cloud.getCloudCallSign", "Pass the function a stand-in."),
    ],
)  # fmt: skip
def test_what_nobody_answers_is_told_with_its_remedy(cloud, run, code: str, name: str, remedy: str) -> None:
    """The test fails with the name of the API and the line that would answer it."""
    with pytest.raises(BlockedError) as caught:
        run(code)

    assert str(caught.value.outcome.blocked[0]) == name
    assert caught.value.outcome.value["errCode"] == -501001
    assert name in str(caught.value)
    assert remedy in str(caught.value)


def test_scenarios_take_back_what_they_register(cloud) -> None:
    """What was there before stays, the record of calls too."""
    cloud.openapi["security.msgSecCheck"] = {"n": 1}
    outcome_of(cloud, "4.0.2", CHECK, text="before")
    with cloud.scenario():
        cloud.openapi["security.msgSecCheck"] = {"n": 2}
        cloud.openapi.update({"wxacode.get": b"x"})
        assert outcome_of(cloud, "4.0.2", CHECK, text="within").result["n"] == 2
    assert dict(cloud.openapi) == {"security.msgSecCheck": {"n": 1}}
    assert [call.data["content"] for call in cloud.openapi.calls] == ["before"]
    del cloud.openapi["openapi.security.msgSecCheck"]
    assert "security.msgSecCheck" not in cloud.openapi


async def coroutine(data):
    return {}


@pytest.mark.parametrize("answer", [7, [1], {"a": object()}, {"a": float("nan")}])
def test_what_wechat_could_not_answer(cloud, answer: object) -> None:
    """It is refused where it is written; what a callable makes, when it is made."""
    with pytest.raises(InvalidAnswerError, match=r"security\.msgSecCheck"):
        cloud.openapi["security.msgSecCheck"] = answer
    cloud.openapi["security.msgSecCheck"] = lambda data: answer
    with pytest.raises(InvalidAnswerError, match=r"security\.msgSecCheck"):
        outcome_of(cloud, "4.0.2", CHECK)
    cloud.openapi["security.msgSecCheck"] = coroutine
    with pytest.raises(InvalidAnswerError, match="is async"):
        outcome_of(cloud, "4.0.2", CHECK)


@pytest.mark.parametrize("name", ["msgSecCheck", "security msgSecCheck", "", 7])
def test_a_name_that_no_open_api_has(cloud, name: object) -> None:
    """The error says how names are written."""
    with pytest.raises(InvalidAnswerError, match=r"names no open API.*security\.msgSecCheck"):
        cloud.openapi[name] = {}


GARBAGE = [
    "Buffer.from('ffffff', 'hex')",
    "Buffer.from('08', 'hex')",
    "Buffer.from('0a7f', 'hex')",
    "Buffer.from('[')",
    "''",
    "undefined",
]


@pytest.mark.parametrize("call", ["callCompatibleWxOpenApi", "callWxPayApi", "callWxOpenApi"])
def test_a_request_that_cannot_be_read_is_answered(cloud, call: str) -> None:
    """Garbage that a function sends past the SDK's own functions is its own error, and harms nobody."""
    cloud.openapi["a.b"] = {"n": 1}
    code = f"""
        const tcb = require({str(_node_sdk())!r}).init({{ env: 'x' }})
        const told = []
        for (const requestData of [{", ".join(GARBAGE)}]) {{
          await tcb.{call}({{ apiName: 'a.b', requestData }}).then(() => told.push(0), () => told.push(1))
        }}
        return told.length
    """
    assert outcome_of(cloud, "4.0.2", code).result == len(GARBAGE)
    assert outcome_of(cloud, "4.0.2", "return (await cloud.openapi.a.b({})).n").result == 1


def _node_sdk():
    from .conftest import SDKS

    return SDKS / "@cloudbase" / "node-sdk"


def test_a_callable_may_call_functions(cloud, run) -> None:
    """A payment's callback, say, can be called while the order is made."""
    cloud.openapi["security.msgSecCheck"] = lambda data, caller: {
        "from": cloud.call("python", data, caller=caller).result[0]["content"]
    }

    assert run(CHECK, text="x")["from"] == "x"


def test_a_question_is_bounded(cloud, run) -> None:
    """A request beyond all measure is refused before it leaves the worker."""
    cloud.openapi["security.msgSecCheck"] = {}
    told = run("return t(() => cloud.openapi.security.msgSecCheck({ content: 'x'.repeat(50 * 1024 * 1024) }))")

    assert "the request has" in told["errMsg"]
    assert cloud.openapi.calls == []
