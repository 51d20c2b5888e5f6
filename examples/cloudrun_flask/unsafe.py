"""The same app, with a habit of many: an openid may stand in the body, "for local debugging"."""

from flask import request
from todo import create_app, wechat_user


def body_or_header():
    body = request.get_json(silent=True)
    return (isinstance(body, dict) and body.get("openid")) or wechat_user()


def create_unsafe_app(database):
    return create_app(database, identify=body_or_header)
