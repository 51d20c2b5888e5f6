"""Handlers that their tests call directly."""

from datetime import datetime, timezone

from notes.identity import current_user, from_environment, get_wx_context


def main_handler(event, context):
    return {
        "openid": from_environment(),
        "request": context["request_id"],
        "at": datetime.now(timezone.utc).isoformat(),
    }


def rename(event):
    if get_wx_context()["OPENID"] != event["ownerOpenid"]:
        raise PermissionError("无权限")
    return {"name": event["name"], "by": current_user().openid}
