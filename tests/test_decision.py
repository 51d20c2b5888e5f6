"""What real functions answer, and how the default rule reads it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_wxcloud import Decision
from pytest_wxcloud.decision import decide
from pytest_wxcloud.identity import Principal
from pytest_wxcloud.outcome import Failure, FunctionError, Outcome

ALLOW, DENY, CRASH = Decision.ALLOW, Decision.DENY, Decision.CRASH


def outcome(value: Any = None, error: FunctionError | None = None) -> Outcome:
    return Outcome("f", Principal(None), {}, decide, value, error)


ANSWERS: list[tuple[Any, Decision]] = [
    # No object
    (None, ALLOW),
    (True, ALLOW),
    (False, DENY),
    (0, ALLOW),
    ("", ALLOW),
    ("无权限", ALLOW),  # a sentence is data as far as anyone can tell
    ([], ALLOW),
    ([{"code": -1}], ALLOW),
    ({}, ALLOW),
    # Yes and no
    ({"success": True}, ALLOW),
    ({"success": False}, DENY),
    ({"ok": False, "data": []}, DENY),
    ({"ok": True}, ALLOW),
    ({"authorized": False}, DENY),
    ({"allowed": False}, DENY),
    ({"permitted": False}, DENY),
    ({"success": None}, ALLOW),
    ({"success": 0}, ALLOW),
    ({"success": False, "code": 0}, DENY),
    ({"data": {"success": False}}, ALLOW),  # of the data, not of the answer
    ({"isMember": False, "visible": False}, ALLOW),
    # What the SDK answered, passed on
    ({"fileID": "cloud://a.b/c", "statusCode": -1, "errMsg": "uploadFile:ok"}, ALLOW),
    ({"success": False, "errMsg": "uploadFile:ok"}, DENY),
    ({"statusCode": -1, "errMsg": "not ok: ok"}, DENY),
    (
        {"errCode": -502001, "errMsg": "collection.aggregate:fail -502001 database request fail. [FailedOperation]"},
        CRASH,
    ),
    ({"code": "DATABASE_REQUEST_FAILED", "errMsg": "collection.aggregate:fail [FailedOperation] x."}, CRASH),
    # Codes that are numbers
    ({"code": 0, "data": []}, ALLOW),
    ({"code": 0, "message": "查询失败的记录"}, ALLOW),
    ({"code": 200}, ALLOW),
    ({"code": 201, "msg": "created"}, ALLOW),
    ({"code": -1, "message": "无权操作"}, DENY),
    ({"code": 401}, DENY),
    ({"code": 403, "data": None}, DENY),
    ({"code": 500, "msg": "服务器错误"}, DENY),
    ({"code": 10001}, DENY),
    ({"code": "403"}, DENY),
    ({"code": "200"}, ALLOW),
    ({"code": "-1"}, DENY),
    ({"code": "0"}, ALLOW),
    ({"code": True}, ALLOW),
    ({"code": None, "data": 1}, ALLOW),
    ({"code": 1, "data": [1]}, ALLOW),  # some count success from one
    ({"code": 1, "msg": "操作成功"}, ALLOW),
    ({"code": 1, "msg": "没有权限"}, DENY),
    ({"code": 1, "message": "Permission denied"}, DENY),
    ({"code": "1", "message": "invalid"}, DENY),
    ({"code": 1}, ALLOW),
    ({"code": "123456", "expires": 60}, DENY),  # digits are a code, whoever means something else says so
    ({"code": "12345678901"}, ALLOW),  # too long for a code: a phone number, say
    ({"code": 1.5}, ALLOW),
    ({"code": [1]}, ALLOW),
    # Codes that are words
    ({"code": "SUCCESS"}, ALLOW),
    ({"code": "ok"}, ALLOW),
    ({"code": ""}, ALLOW),
    ({"code": "FAIL"}, DENY),
    ({"code": "UNAUTHORIZED"}, DENY),
    ({"code": "PERMISSION_DENIED"}, DENY),
    ({"code": "NO_PERMISSION"}, DENY),
    ({"code": "INVALID_PARAM"}, DENY),
    ({"code": "NOT_VIP"}, DENY),
    ({"code": "USER_NOT_FOUND"}, DENY),
    ({"code": "QUOTA_EXCEEDED"}, DENY),
    ({"code": "SYS_ERR"}, DENY),
    ({"code": "AI_TIMEOUT"}, DENY),
    ({"code": "GetWhereListError"}, DENY),
    ({"code": "MISSING_PARAMS"}, DENY),
    ({"code": "X7F3K9"}, ALLOW),  # an invitation
    ({"code": "BERRY2"}, ALLOW),
    ({"code": "all"}, ALLOW),
    ({"code": "pending_pickup"}, ALLOW),
    ({"code": "customRule"}, ALLOW),
    # Other names for a code
    ({"errCode": 0, "errMsg": "ok"}, ALLOW),
    ({"errCode": -502001}, DENY),
    ({"errcode": 40001, "errmsg": "invalid credential"}, DENY),
    ({"errcode": 0}, ALLOW),
    ({"errcode": 1, "errmsg": "order not found"}, DENY),
    ({"errcode": 1, "errmsg": "ok"}, ALLOW),
    ({"code": True, "message": "not"}, ALLOW),
    ({"errno": 1001}, DENY),
    ({"statusCode": 401, "body": "{}"}, DENY),
    ({"statusCode": 200, "body": "{}"}, ALLOW),
    ({"statusCode": 302, "headers": {}}, DENY),
    # What the SDK's own answers look like when they are passed on
    ({"data": [], "errMsg": "collection.get:ok"}, ALLOW),
    ({"stats": {"removed": 0}, "errMsg": "collection.remove:ok"}, ALLOW),
    ({"errMsg": "document.get:fail document with _id x does not exist"}, DENY),
    ({"errMsg": "collection.get: fail permission denied"}, DENY),
    ({"success": False, "error": "collection.get:fail -502005 database collection not exists. x"}, CRASH),
    ({"success": False, "error": "errCode: -502005 database collection not exists | errMsg: x"}, CRASH),
    ({"errMsg": "openapi.templateMessage.send:ok", "errCode": 0}, ALLOW),
    # Status
    ({"status": "error"}, DENY),
    ({"status": "FORBIDDEN"}, DENY),
    ({"status": " unauthorized "}, DENY),
    ({"status": "ok"}, ALLOW),
    ({"status": "paid"}, ALLOW),
    ({"status": 0}, ALLOW),
    ({"status": {"type": None}}, ALLOW),
    # An error beside nothing, and beside a yes
    ({"error": "无权限"}, DENY),
    ({"err": {"message": "no"}}, DENY),
    ({"error": True}, DENY),
    ({"error": ""}, ALLOW),
    ({"error": None, "data": 1}, ALLOW),
    ({"error": "ok"}, ALLOW),
    ({"success": True, "error": "one of ten failed"}, ALLOW),
    ({"code": 0, "error": "none"}, ALLOW),
    ({"message": "无权限"}, ALLOW),
    # A programming error that the function caught and told
    ({"code": -1, "message": "Cannot read properties of undefined (reading '_openid')"}, CRASH),
    ({"success": False, "error": "cloud.database(...).collection is not a function"}, CRASH),
    ({"success": False, "error": "x is not defined"}, CRASH),
    ({"success": False, "message": "event.list is not iterable"}, CRASH),
    ({"code": 500, "msg": "Cannot find module 'axios'"}, CRASH),
    ({"error": {"message": "Assignment to constant variable."}}, CRASH),
    ({"error": {"stack": "TypeError: Cannot set properties of null"}}, CRASH),
    ({"code": 500, "message": "'NoneType' object has no attribute 'get'"}, CRASH),
    ({"code": -1, "message": "Unexpected token u in JSON at position 0"}, CRASH),
    ({"code": 500, "message": "Error: 查询参数对象值不能均为undefined"}, CRASH),
    ({"success": True, "message": "Cannot read properties of undefined"}, ALLOW),
    ({"success": False, "message": "The user is not defined as an owner"}, CRASH),  # reads like the engine's
    ({"success": False, "message": "the function is not a function of yours"}, DENY),
]


@pytest.mark.parametrize(("answer", "decision"), ANSWERS, ids=[repr(answer)[:60] for answer, _ in ANSWERS])
def test_what_a_function_answers(answer, decision):
    """The rule reads an answer as the people who wrote such functions meant it."""
    assert decide(outcome(answer)) is decision


def thrown(name: str = "Error", message: str = "no", **more: Any) -> FunctionError:
    return FunctionError(Failure.THROWN, name, message, **more)


ERRORS: list[tuple[FunctionError, Decision]] = [
    (thrown(message="无权限"), DENY),
    (thrown("ForbiddenError"), DENY),
    (thrown(code=403), DENY),
    (thrown(code="FORBIDDEN"), DENY),
    (thrown(code="PERMISSION_DENIED", err_code=403), DENY),
    (thrown("", "no", value="no"), DENY),
    (thrown("", '{"code":403}', value={"code": 403}), DENY),
    (thrown("TypeError", programming_error=True), CRASH),
    (thrown("TypeError"), DENY),  # a class of the function's own, of that name
    (thrown(code="ENOENT"), CRASH),
    (thrown(code="ERR_INVALID_ARG_TYPE"), CRASH),
    (thrown(code="ERR_WXCLOUD_BLOCKED"), CRASH),
    (thrown(code="MODULE_NOT_FOUND"), CRASH),
    (thrown(code="ECONNREFUSED"), CRASH),
    (thrown(code="ENOTFOUND"), CRASH),
    (thrown(code="EXPIRED"), DENY),  # begins like the system's
    (thrown(code="ERROR"), DENY),
    (thrown(err_code=-502001, message="database request fail"), CRASH),
    (thrown(err_code=-1, message="document.get:fail document with _id x does not exist"), DENY),
    (thrown(err_code=-1, message="cloud.callFunction:fail"), CRASH),
    (thrown(message="查询参数对象值不能均为undefined"), CRASH),
    (thrown(err_code=40001), DENY),
    (thrown(err_code="NOPE"), DENY),
    *((FunctionError(failure, "Error", "x"), CRASH) for failure in Failure if failure is not Failure.THROWN),
]


@pytest.mark.parametrize(("error", "decision"), ERRORS, ids=[f"{error.failure.value} {error}" for error, _ in ERRORS])
def test_how_a_function_fails(error, decision):
    """A thrown business error is a refusal; a mistake, a dead process or an unusable answer is a crash."""
    assert decide(outcome(error=error)) is decision


def test_another_rule_decides():
    """The rule of an outcome is its own, and what it says is what `allowed` and `denied` answer."""
    strict = Outcome("f", Principal(None), {}, lambda one: DENY if one.value != "yes" else ALLOW, "no")

    assert strict.denied
    assert not strict.allowed
