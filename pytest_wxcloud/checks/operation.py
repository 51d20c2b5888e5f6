"""What laws need to know of an operation. A contract says it; anything else of this shape does too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from ..cloud import WxCloud
from ..identity import WxUser
from ..outcome import Outcome

#: Fields under which real functions store whose a document is.
OWNER_KEYS = (
    "_openid", "openid", "openId", "open_id", "OPENID", "userOpenid", "userOpenId", "user_openid", "ownerOpenid",
    "ownerId", "owner", "owner_id", "userId", "user_id", "uid", "creator", "creatorId", "createdBy", "created_by",
    "author", "authorId", "authorOpenid", "_createBy", "memberOpenid", "sender", "senderId", "senderOpenid",
    "fromId", "fromUserId", "fromOpenid", "from_openid", "unionid", "unionId",
)  # fmt: skip


class Operation(Protocol):
    """One operation of a back end, and what it promises."""

    function: str | Callable[..., Any]
    app: Any
    action: str
    allow: AbstractSet[str]
    roles: tuple[str, ...]
    holders: Mapping[str, str]
    shared: AbstractSet[str]
    ignore: AbstractSet[str]
    public: AbstractSet[str]
    owner_key: str
    may_not_set: Mapping[str, AbstractSet[Any]]
    keyed_by: str
    demand: AbstractSet[str]
    page_limit: int
    at: str
    denied_at: str
    gives: str
    takes: str

    def register(self, cloud: WxCloud, person: WxUser) -> None:
        """Make `person` known to the back end."""

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        """Give `person` a resource of their own, and answer what names it."""

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        """What a client sends to have the operation done on `resource`."""

    def request(self, resource: Any, caller: WxUser | None) -> Mapping[str, Any]:
        """Of a web app: the request by which a client has the operation done on `resource`."""

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        """Give `person` a role, over the resource `scope` where roles have one."""

    def knows(self, resource: Any, role: str) -> Mapping[str, Any]:
        """What only holders of a role over `resource` know and send; nothing where `grant` stores the role."""

    def revoke(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> Any:
        """Take the role away; NotImplemented to have undone what `grant` wrote."""

    def genuine(self, cloud: WxCloud, event: dict[str, Any]) -> dict[str, Any]:
        """Make an event of a callback or a timer a true one."""

    def retire(self, cloud: WxCloud, person: WxUser, resource: Any) -> Any:
        """Bring a person's resource into a state in which not even they may; NotImplemented where there is none."""

    def gone(self, document: Mapping[str, Any]) -> bool:
        """Whether a document that is still there counts as removed."""

    def decide(self, outcome: Outcome) -> bool | None:
        """Whether the caller got what it asked for; None to judge by effects."""


def label_of(operation: Operation) -> str:
    """The operation as people name it: its function and, of a router, the action; of a web app the route."""
    if is_web(operation):
        return operation.action or app_name(operation)
    function = operation.function
    name = function if isinstance(function, str) else getattr(function, "__qualname__", repr(function))
    return f"{name} {operation.action}".rstrip()


def is_web(operation: Operation) -> bool:
    """Whether it is asked for by a request to a web app, and not by calling a function."""
    return not (isinstance(operation.app, str) and operation.app == "")


def app_name(operation: Operation) -> str:
    """The app as people name it: its import path, or the name that it has."""
    app = operation.app
    return app if isinstance(app, str) else str(getattr(app, "import_name", None) or type(app).__name__)


def grants(operation: Operation) -> bool:
    """Whether the contract has a `grant` of its own."""
    return has_own(operation, "grant")


def revokes(operation: Operation) -> bool:
    """Whether the contract has a `revoke` of its own."""
    return has_own(operation, "revoke")


def has_own(operation: Operation, method: str) -> bool:
    """Whether a contract has a method of its own, and not only the one that every contract inherits."""
    method_of: object = getattr(type(operation), method, None)
    return not str(getattr(method_of, "__module__", "")).startswith("pytest_wxcloud.")


def written(method: Callable[..., Any]) -> Any:
    """The function that a method is; contracts that share one have it called once."""
    return getattr(method, "__func__", method)


def makes_genuine(operation: Operation) -> bool:
    """Whether the contract has a `genuine` of its own."""
    return not type(operation).genuine.__module__.startswith("pytest_wxcloud.")
