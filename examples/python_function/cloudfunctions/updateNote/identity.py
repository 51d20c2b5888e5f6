"""What the platform told the function about its caller."""

import json


def get_wx_context(context):
    environment = json.loads(context["environment"])
    return {name[3:]: value for name, value in environment.items() if name.startswith("WX_")}
