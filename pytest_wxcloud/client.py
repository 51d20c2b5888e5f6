"""A function's outcome, as the Mini Program's ``wx.cloud.callFunction`` tells it.

Codes from the vendor's documentation: -501000 no such function, -504002 the function failed, -604001
the answer is too large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .errors import UnknownFunctionError, WxCloudError, users_mistake
from .outcome import Failure, Outcome

__tracebackhide__ = users_mistake

ClientAnswer = dict[str, Any]
Callback = Callable[[ClientAnswer], object]


class CallFunctionError(WxCloudError):
    """What the ``fail`` callback would have got: `err_code`, `err_msg` and `request_id`."""

    def __init__(self, answer: ClientAnswer) -> None:
        super().__init__(answer["errMsg"])
        self.err_code: int = answer["errCode"]
        self.err_msg: str = answer["errMsg"]
        self.request_id: str = answer["requestID"]


def as_client(
    outcome: Outcome | UnknownFunctionError,
    request_id: str,
    *,
    success: Callable[[ClientAnswer], object] | None,
    fail: Callable[[ClientAnswer], object] | None,
    complete: Callable[[ClientAnswer], object] | None,
) -> ClientAnswer | None:
    """Call the callbacks that there are; without any, return the answer or raise.

    Raises:
        CallFunctionError: without callbacks, when the call failed.
    """
    failed = isinstance(outcome, UnknownFunctionError) or outcome.error is not None
    answer = _failure(outcome, request_id) if failed else _success(outcome, request_id)
    if success is None and fail is None and complete is None:
        if failed:
            raise CallFunctionError(answer)
        return answer
    for callback in (fail if failed else success, complete):
        if callback is not None:
            callback(answer)
    return None


def _success(outcome: Any, request_id: str) -> ClientAnswer:
    return {"result": outcome.value, "errMsg": "cloud.callFunction:ok", "requestID": request_id}


def _failure(outcome: Outcome | UnknownFunctionError, request_id: str) -> ClientAnswer:
    if isinstance(outcome, UnknownFunctionError):
        code, text = -501000, f"FunctionName parameter could not be found | errMsg: {outcome}"
    else:
        error = outcome.error
        assert error is not None
        too_large = error.failure is Failure.TOO_LARGE
        code = -604001 if too_large else -504002
        text = f"{'response too large' if too_large else 'functions execute fail'} | errMsg: {error}"
    message = f"cloud.callFunction:fail Error: errCode: {code} {text}"
    return {"errCode": code, "errMsg": message, "requestID": request_id}
