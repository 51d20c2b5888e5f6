"""What is wrong with a contract about a web app is told as set-up, before anything is tried."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_wxcloud import AuthorizationContract, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.errors import WxCloudError


def app(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


GOOD = {"method": "GET", "path": "/notes"}


def contract(answer: Any = GOOD, **attributes: Any) -> AuthorizationContract:
    def request(self: Any, resource: Any, caller: Any) -> Any:
        return answer(caller) if callable(answer) else answer

    given = {"app": app, "allow": frozenset({"anyone"}), "request": request, **attributes}
    given = {name: value for name, value in given.items() if value is not None}
    return type("TestNotes", (AuthorizationContract,), given)()


MISTAKES = {
    "function and app": (contract(function="readNote"), "names a function and an app"),
    "no app": (contract(app=None), "has request(resource, caller), and names no app"),
    "no request": (contract(request=None), "has an app and no request(resource, caller)"),
    "event too": (contract(event=lambda self, resource, caller: {}), "write request instead"),
    "no module": (contract(app="nowhere.wsgi:app"), "'nowhere.wsgi:app' cannot be imported"),
    "no app there": (contract(app="json:dumps_it"), "'json' has no 'dumps_it'"),
    "no callable": (contract(app=object()), "no app: it cannot be called"),
    "no dict": (contract("GET /notes"), "answered 'GET /notes'; a request is a dict: {\"method\""),
    "no path": (contract({"method": "GET"}), "which has no path"),
    "a word too much": (
        contract({**GOOD, "data": {}}),
        "answered a request with 'data'; it may hold method, path, query",
    ),
    "no slash": (contract({**GOOD, "path": "notes"}), "a path begins with a slash"),
    "no names": (contract({**GOOD, "query": "a=1"}), "answered query='a=1'; here it is a dict"),
    "two bodies": (contract({**GOOD, "json": {}, "body": "x"}), "what no client could send: A request has one body"),
    "no JSON": (contract({**GOOD, "json": {"at": object()}}), "what no client could send"),
    "nobody": (
        contract(lambda caller: {**GOOD, "path": f"/{caller.openid}"}),
        "what nobody sends, for which caller is None",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_before_anything_is_tried(mistake: str, web_cloud: WxCloud) -> None:
    """By what is wrong and what to write; an app is asked nothing."""
    wrong, told = MISTAKES[mistake]

    with pytest.raises(WxCloudError) as raised, arranged(wrong, web_cloud):
        pass

    assert told in str(raised.value)


def test_a_plain_function_as_an_app_is_no_method(web_cloud: WxCloud) -> None:
    """It is called with environ and start_response, and not with the contract."""
    with arranged(contract(), web_cloud) as world:
        assert world.web is not None
        assert world.web.request("GET", "/", caller=None).status == 200


def test_contracts_of_functions_have_no_laws_of_web_apps() -> None:
    """And those of apps have: each is a test."""

    class OfFunction(AuthorizationContract):
        function = "readNote"

    class OfApp(AuthorizationContract):
        app = "shop:app"

    assert OfFunction.test_overlapping_requests_never_mix is None
    assert callable(OfApp.test_overlapping_requests_never_mix)
