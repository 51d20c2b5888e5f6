"""Who calls, as WeChat says in headers."""

from functools import wraps

from django.http import JsonResponse


def wechat_user(view):
    """``request.openid`` is the caller's; a call that did not come through WeChat gets no further."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        request.openid = request.META.get("HTTP_X_WX_OPENID")
        if not request.openid or "HTTP_X_WX_SOURCE" not in request.META:
            return JsonResponse({"error": "请从小程序打开"}, status=401)
        return view(request, *args, **kwargs)

    return checked
