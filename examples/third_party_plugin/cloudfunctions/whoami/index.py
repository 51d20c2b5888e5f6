import os


def main_handler(event, context):
    if not os.environ.get("X_GATEWAY_USER"):
        return {"code": 401, "message": "请先登录"}
    return {"code": 0, "user": os.environ["X_GATEWAY_USER"], "source": os.environ["TCB_SOURCE"]}
