"""Open data: what a Mini Program gets as a CloudID, and the platform opens for the function.

Source: the vendor's documentation of wx.cloud.CloudID, getOpenData and 服务端获取开放数据: a CloudID lives five
minutes; up to five at the top level of a call's data are opened, others stay as they are; one that cannot be
opened becomes ``{cloudID, errCode, errMsg}``. The codes are those of wx-server-sdk's table; in which order
the platform looks for what is wrong is unknown.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..changes import AnyChange
from ..errors import InvalidAnswerError, users_mistake
from ..frozen import frozen_time
from ..identity import Principal, WxApp, WxUser, ids
from .protobuf import read_bytes, write_fields

__tracebackhide__ = users_mistake

LIFE = 300  # seconds
OPENED_AT_ONCE = 5
_DAY, _BEIJING = 86400, 8 * 3600  # seconds

INVALID = (-601005, "invalid cloudID.")
EXPIRED = (-601006, "cloudID expired.")
NOT_THE_USERS = (-601007, "cloudID and calling user does not match.")

#: The open data of a user, who is None while nobody has sent the CloudID.
Content = Callable[[WxUser | None], dict[str, Any]]


class CloudID(str):
    """``wx.cloud.CloudID(id)``: opened at the top level of an event, the plain text anywhere else.

    `made` tells what it was made of; nothing where it was not made here.
    """

    made: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class _Issued:
    """What a CloudID stands for, since when (seconds since the epoch), and whose it is."""

    content: Content
    at: float
    user: WxUser | None


class OpenData:
    """The CloudIDs that were made. `app` is the app under test."""

    def __init__(self, app: Callable[[], WxApp]) -> None:
        self._app = app
        self._issued: dict[str, _Issued] = {}

    def make(
        self,
        *,
        phone_number: str | bool | None = None,
        country_code: str = "86",
        user_info: Mapping[str, Any] | bool | None = None,
        share_info: Mapping[str, Any] | str | None = None,
        we_run: Iterable[int | Mapping[str, Any]] | None = None,
        data: Mapping[str, Any] | None = None,
        user: WxUser | None = None,
    ) -> CloudID:
        """See `WxCloud.cloud_id`."""
        made = _now()
        kinds: dict[str, Callable[[], Content]] = {
            "phone_number": lambda: _phone_number(phone_number, country_code),
            "user_info": lambda: _user_info(user_info),
            "share_info": lambda: _fixed({"openGId": share_info} if isinstance(share_info, str) else share_info),
            "we_run": lambda: _fixed({"stepInfoList": _steps(we_run or (), made)}),
            "data": lambda: _fixed(data),
        }
        given = {"phone_number": phone_number, "user_info": user_info, "share_info": share_info, "we_run": we_run}
        wanted = [kind for kind, value in {**given, "data": data}.items() if value is not None]
        if len(wanted) != 1:
            raise InvalidAnswerError(
                f"A CloudID stands for one kind of open data, not {' and '.join(wanted) or 'none'}. "
                f"Give one of {', '.join(kinds)}."
            )
        content = kinds[wanted[0]]()
        _check(content(user), wanted[0])
        cloud_id = CloudID("27_" + ids.derive_text("CloudID", len(self._issued), made, wanted[0], length=56))
        abroad = {"country_code": country_code} if country_code != "86" else {}
        cloud_id.made = {wanted[0]: {**given, "data": data}[wanted[0]], **abroad, "user": user}
        self._issued[cloud_id] = _Issued(content, made, user)
        return cloud_id

    def open(self, cloud_id: str, caller: Principal) -> dict[str, Any]:
        """What the function gets for `cloud_id`: ``{cloudID, data}`` or ``{cloudID, errCode, errMsg}``."""
        issued = self._issued.get(cloud_id)
        if issued is not None and issued.user is None and caller.user is not None:
            # A CloudID comes from the device that sends it: the first to do so is whose it is.
            issued = self._issued[cloud_id] = replace(issued, user=caller.user)
        refusal = _refusal(issued, caller.user)
        if issued is None or refusal is not None:
            code, message = refusal or INVALID
            return {"cloudID": str(cloud_id), "errCode": code, "errMsg": message}
        appid = (issued.user.app if issued.user is not None else self._app()).appid
        watermark = {"timestamp": int(issued.at), "appid": appid}
        return {"cloudID": str(cloud_id), "data": {**issued.content(issued.user), "watermark": watermark}}

    def opened(self, event: Mapping[str, Any] | None, caller: Principal) -> dict[str, Any]:
        """The fields of `event` that the platform replaces when a client sends it; functions hand them on opened."""
        if event is None or caller.user is None or not caller.channel.has_client:
            return {}
        fields = [key for key, value in event.items() if isinstance(value, CloudID)][:OPENED_AT_ONCE]
        return {key: self.open(event[key], caller) for key in fields}

    def serve_list(self, request: bytes, caller: Principal) -> bytes:
        """``cloud.getOpenData({list})``: ApiGetOpenDataByCloudIdReq to ApiGetOpenDataByCloudIdResp."""
        cloud_ids = [cloud_id.decode("utf-8", "replace") for cloud_id in read_bytes(request, 2)]
        items = ((one, json.dumps(self.open(one, caller))) for one in cloud_ids)
        return write_fields((1, write_fields([(1, one), (2, text)])) for one, text in items)

    def answer_list(self, data: Mapping[str, Any], caller: Principal) -> dict[str, Any]:
        """``cloud.openapi.cloudbase.getOpenData({cloudidList})``."""
        cloud_ids = data.get("cloudidList")
        known = [one for one in cloud_ids if isinstance(one, str)] if isinstance(cloud_ids, list) else []
        return {"data_list": [{"cloud_id": one, "json": self.open(one, caller)} for one in known]}

    @contextmanager
    def scene(self) -> Iterator[None]:
        """Forget, after the block, the CloudIDs that it made. Scenes nest."""
        issued = dict(self._issued)
        try:
            yield
        finally:
            self._issued = issued

    @contextmanager
    def changes(self) -> Iterator[Iterable[AnyChange]]:
        """Nothing that a function does changes open data."""
        yield ()


def _refusal(issued: _Issued | None, user: WxUser | None) -> tuple[int, str] | None:
    if issued is None:
        return INVALID
    if issued.user is not None and user is not None and issued.user.app.appid != user.app.appid:
        return INVALID
    if issued.user != user:
        return NOT_THE_USERS
    return EXPIRED if _now() - issued.at > LIFE else None


def _now() -> float:
    """Seconds since the epoch, by the test's clock."""
    frozen = frozen_time()
    return time.time() if frozen is None else frozen.at / 1000


def _check(content: dict[str, Any], kind: str) -> None:
    try:
        json.dumps(content, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidAnswerError(f"The {kind} of a CloudID is not JSON: {error}. It was {content!r}.") from None


def _fixed(content: Mapping[str, Any] | None) -> Content:
    if not isinstance(content, Mapping):
        raise InvalidAnswerError(f"Open data is a dict, not {type(content).__name__} ({content!r}).")
    return lambda _user: dict(content)


def _phone_number(number: str | bool | None, country_code: str) -> Content:
    def content(user: WxUser | None) -> dict[str, Any]:
        pure = number if isinstance(number, str) else user.profile.phone_number if user is not None else ""
        full = pure if country_code == "86" else f"+{country_code}{pure}"
        return {"phoneNumber": full, "purePhoneNumber": pure, "countryCode": country_code}

    return content


def _user_info(given: Mapping[str, Any] | bool | None) -> Content:
    def content(user: WxUser | None) -> dict[str, Any]:
        told = dict(given) if isinstance(given, Mapping) else {}
        if user is None:
            return told
        profile = user.profile
        own = {
            "openId": user.openid,
            "nickName": profile.nickname,
            "gender": 0,
            "language": "zh_CN",
            "city": profile.city,
            "province": "",
            "country": "",
            "avatarUrl": profile.avatar_url,
        }
        return {**own, **({"unionId": user.unionid} if user.unionid else {}), **told}

    return content


def _steps(days: Iterable[int | Mapping[str, Any]], now: float) -> list[dict[str, Any]]:
    """Steps a day, today's last; each day has the timestamp of its midnight in Beijing."""
    listed = list(days)
    today = int(now + _BEIJING) // _DAY * _DAY - _BEIJING
    return [
        dict(day) if isinstance(day, Mapping) else {"timestamp": today - (len(listed) - 1 - index) * _DAY, "step": day}
        for index, day in enumerate(listed)
    ]
