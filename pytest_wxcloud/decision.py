"""Did the function let its caller in? The default rule, and why it is what it is.

In this order:

1. **CRASH** when the invocation died (time limit, ``process.exit``, a promise that never settles, an
   answer that is not JSON), or a programming error was thrown: ``TypeError``, ``ReferenceError`` and
   their like, an error from Node or the system (``ENOENT``, ``ERR_…``), a failed SDK call, a query that the SDK
   does not send because all its values are undefined; in Python ``AttributeError``, ``KeyError``,
   ``AssertionError`` and their like.
2. **DENY** when anything else was thrown: that is how functions refuse (``throw new
   Error('无权限')``, ``raise PermissionError``).
3. **CRASH** when the answer reports a programming error that the function caught, in the engine's own
   words ("Cannot read properties of undefined"), or a failed SDK call ("collection.get:fail -502005…").
4. **DENY** when the answer says no: it is ``False``, or an object in which ``success``, ``ok``,
   ``authorized``, ``allowed`` or ``permitted`` is false; or ``code``, ``errCode``, ``errcode``,
   ``errno`` or ``statusCode`` holds a failure (not in what the SDK itself answered with "…:ok", where
   ``uploadFile`` says ``statusCode: -1``); or ``errMsg`` reads ``…:fail``; or ``status`` is a word
   like ``"error"`` or ``"forbidden"``; or ``error`` or ``err`` says something while nothing else in
   the answer says yes.
5. **ALLOW** otherwise.

A failure code is a number outside 0, 1 and 200 to 299, or a word that reads as an error; words for
success, and words that read as data (an invitation code), are not. Of 1, which some use for success
and some for failure, the rest of the answer decides: it fails when it brings no data and its text says so.

Of a request to a web app the status decides first:

- **CRASH** when there was no answer, for 5xx, when the app raised; and when the request never came to
  where its caller matters: no route for the path (where the framework tells), 405, a redirect to the same path
  with or without its last slash, a missing CSRF token, a host that is not allowed.
- **DENY** for any other 4xx, 404 among them (an app may conceal what is not the caller's; and FastAPI answers
  422 when a required ``X-WX-OPENID`` is missing), and for a redirect to a log-in page.
- **ALLOW** for any other redirect. For 2xx the body decides as above, if it is JSON.

Replace it for one call with ``wx_cloud.call(…, decide=rule)``, for a project with the ini option
``wxcloud_decide = "module:function"``. A rule takes the `Outcome` and returns a `Decision`, or None to
leave it to this one; a rule that asks for the result of an outcome without one leaves it to this one, too.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping
from typing import Any

from .errors import InvalidAnswerError, users_mistake
from .http_outcome import HttpOutcome, decide_by_status
from .outcome import CrashedError, Decision, Failure, FunctionError, Outcome, Rule

__tracebackhide__ = users_mistake

_YES_OR_NO = ("success", "ok", "authorized", "allowed", "permitted")
_CODES = ("code", "errCode", "errcode", "errno", "statusCode")
_MESSAGES = ("error", "err", "message", "msg", "errMsg", "errmsg")
_REFUSING_STATUS = frozenset(
    {"error", "fail", "failed", "failure", "denied", "forbidden", "unauthorized", "unauthenticated", "rejected"}
)
_SUCCESS_WORDS = frozenset({"", "ok", "success", "succeed", "successful", "done"})
# fmt: off
_ERROR_WORDS = frozenset({
    "aborted", "bad", "banned", "blocked", "conflict", "denied", "deny", "disabled", "duplicate", "err", "error",
    "errors", "exceed", "exceeded", "exception", "expired", "fail", "failed", "failure", "forbidden", "illegal",
    "insufficient", "invalid", "limit", "limited", "missing", "no", "not", "permission", "refused", "reject",
    "rejected", "timeout", "unauth", "unauthenticated", "unauthorized", "unavailable", "unknown", "wrong",
})
# fmt: on
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NO_CONDITION = "查询参数对象值不能均为undefined"  # where({_openid: undefined}) and no more
_ENGINE_TEXT = re.compile(
    r"Cannot (read|set) propert(y|ies)|(?<!function) is not (a function|defined|iterable|a constructor)\b|"
    r"Cannot destructure property|Assignment to constant variable|Maximum call stack size|"
    r"Cannot find module|Unexpected token .* in JSON|is not valid JSON|object has no attribute|"
    r"Cannot access '\w+' before initialization|"
    rf"{_NO_CONDITION}|"
    r"(:fail|errCode:) (-50\d{4}\b|\[\w+(\.\w+)?\])"  # an SDK call that failed, in all versions: a missing collection
)
_FAILURE_TEXT = re.compile(
    r"失败|错误|无权|没有权限|未登录|未授权|不能|不允许|不存在|非法|拒绝|异常|缺少|请先|"
    r"\b(fail(ed|ure)?|error|denied|forbidden|unauthori[sz]ed|not|no|invalid|missing|illegal|rejected)\b",
    re.IGNORECASE,
)
_SYSTEM_CODES = frozenset({*errno.errorcode.values(), "ENOTFOUND", "EAI_AGAIN", "MODULE_NOT_FOUND"})


def decide(outcome: Outcome) -> Decision:
    """The default rule, as the module describes it."""
    if isinstance(outcome, HttpOutcome):
        decided = decide_by_status(outcome)
        if decided is not None:
            return decided
    error = outcome.error
    if error is not None:
        return Decision.CRASH if _is_crash(error) else Decision.DENY
    answer = outcome.value
    if answer is False:
        return Decision.DENY
    if not isinstance(answer, Mapping):
        return Decision.ALLOW
    refused = _refuses(answer)
    if refused and _reports_programming_error(answer):
        return Decision.CRASH
    return Decision.DENY if refused else Decision.ALLOW


def completed(rule: Rule) -> Callable[[Outcome], Decision]:
    """`rule`, completed by the default one.

    Raises:
        InvalidAnswerError: when it is no function; and, when it decides, for an answer that is no decision.
    """
    if rule is decide:
        return decide
    if not callable(rule):
        raise InvalidAnswerError(
            f"A rule is a function that takes an Outcome and returns a Decision, not {type(rule).__name__} ({rule!r})."
        )

    def decided(outcome: Outcome) -> Decision:
        try:
            said = rule(outcome)
        except CrashedError as error:  # it asked for a result that there is not
            if error.outcome is not outcome:
                raise
            return decide(outcome)
        if isinstance(said, Decision):
            return said
        if said is None:
            return decide(outcome)
        if not isinstance(said, bool):
            raise InvalidAnswerError(
                f"The rule {getattr(rule, '__name__', rule)!r} decided {said!r}. A rule returns Decision.ALLOW, "
                "Decision.DENY or Decision.CRASH; or True or False; or None, to leave it to the default rule."
            )
        if decide(outcome) is Decision.CRASH:
            return Decision.CRASH
        return Decision.ALLOW if said else Decision.DENY

    return decided


def _is_crash(error: FunctionError) -> bool:
    if error.failure is not Failure.THROWN or error.programming_error:
        return True
    if isinstance(error.code, str) and (error.code in _SYSTEM_CODES or error.code.startswith("ERR_")):
        return True
    return _NO_CONDITION in error.message or _is_sdk_failure(error)


def _is_sdk_failure(error: FunctionError) -> bool:
    """An SDK call that failed and was not caught; a document that is not there is no such failure."""
    if not isinstance(error.err_code, int) or error.err_code >= 0:
        return False
    return not (error.err_code == -1 and "does not exist" in error.message)


def _refuses(answer: Mapping[str, Any]) -> bool:
    if any(answer.get(key) is False for key in _YES_OR_NO):
        return True
    message = answer.get("errMsg")
    sdk_succeeded = isinstance(message, str) and re.fullmatch(r"[\w.]+:ok", message) is not None
    if not sdk_succeeded and any(_is_failure_code(answer.get(key)) for key in _CODES):
        return True
    if any(_is_one(answer.get(key)) for key in _CODES) and _reads_as_failure(answer):
        return True
    if isinstance(message, str) and re.search(r":\s*fail\b", message):
        return True
    status = answer.get("status")
    if isinstance(status, str) and status.strip().lower() in _REFUSING_STATUS:
        return True
    return _only_reports_error(answer)


def _is_one(code: object) -> bool:
    return code in (1, "1") and not isinstance(code, bool)


def _reads_as_failure(answer: Mapping[str, Any]) -> bool:
    if any(answer.get(key) for key in ("data", "result", "list", "success", "ok")):
        return False
    return any(isinstance(said := answer.get(key), str) and _FAILURE_TEXT.search(said) for key in _MESSAGES)


def _only_reports_error(answer: Mapping[str, Any]) -> bool:
    if not any(_says_something(answer.get(key)) for key in ("error", "err")):
        return False
    says_yes = any(answer.get(key) is True for key in _YES_OR_NO)
    return not says_yes and not any(key in answer for key in _CODES)


def _says_something(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in _SUCCESS_WORDS
    return bool(value)


def _is_failure_code(code: object) -> bool:
    if isinstance(code, str) and re.fullmatch(r"-?\d{1,9}", code):
        code = int(code)
    if isinstance(code, bool) or code is None:
        return False
    if isinstance(code, int):
        return not (code in (0, 1) or 200 <= code <= 299)
    return isinstance(code, str) and code.lower() not in _SUCCESS_WORDS and _reads_as_error(code)


def _reads_as_error(code: str) -> bool:
    """Whether a word of `code` (``NOT_FOUND``, ``permissionDenied``) says so; ``BERRY2`` has no such word."""
    return any(word.lower() in _ERROR_WORDS for word in _WORD.findall(code))


def _reports_programming_error(answer: Mapping[str, Any]) -> bool:
    for key in _MESSAGES:
        said = answer.get(key)
        if isinstance(said, Mapping):
            said = said.get("message") or said.get("stack")
        if isinstance(said, str) and _ENGINE_TEXT.search(said):
            return True
    return False
