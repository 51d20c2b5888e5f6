"""A handler of a service that reads the environment itself, called directly by its tests."""

import os
from datetime import datetime, timezone


def get_wx_context():
    return {"OPENID": os.environ.get("WX_OPENID"), "APPID": os.environ.get("WX_APPID")}


def main_handler(event, context):
    caller = get_wx_context()["OPENID"]
    return {"openid": caller, "at": datetime.now(timezone.utc).isoformat(), "request": context["request_id"]}
