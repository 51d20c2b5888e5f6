"""Apps that tell more than they mean to: their headers, their environment."""

from __future__ import annotations

from .apps_flask import ReadNote


class HeadersInARefusal(ReadNote):
    """The headers of a request, for whoever is refused; one of them is the app's own token."""

    law = "sensitive_data_stays"
    also = ""
    cause = "handed on as it came"
    hole = {'("", 404)': "(dict(request.headers), 404)"}


class EnvironmentInARefusal(HeadersInARefusal):
    hole = {'("", 404)': '(dict(__import__("os").environ), 404)'}
