"""Only the owner of a resource may change it: the same function as in quickstart, in Python."""

from identity import get_wx_context


def main_handler(event, context):
    caller = get_wx_context(context).get("OPENID")
    if not event.get("text"):
        raise ValueError("text is required")
    if not caller or caller != event.get("resourceOwnerId"):
        raise PermissionError("无权限")
    return {"code": 0, "data": {"text": event["text"], "updatedBy": caller}}
