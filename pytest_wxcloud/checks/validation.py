"""What is wrong with a contract is told before anything is tried: it is neither a pass nor a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain

from ..cloud import WxCloud
from ..errors import ContractError, did_you_mean, users_mistake
from ..identity.principal import RESOURCE_SHARING
from .case import ANYONE, NOBODY, channels_without_user
from .demands import DEMANDS
from .operation import Operation, has_own, is_web
from .requests import EXAMPLE
from .spelling import check_spelling, is_ours
from .world import NEWCOMER, OWNERS, frozen, name_of

__tracebackhide__ = users_mistake


def validate(operation: Operation, cloud: WxCloud) -> None:
    """Refuse a contract that cannot be judged.

    Raises:
        ContractError: naming what is wrong, and what to write instead.
        UnknownFunctionError, LoadError: when there is no such function, or it cannot be loaded.
    """
    check_spelling(type(operation))
    name = name_of(operation)
    mistakes = (_function, _callers, _shared_roles, _instants, _fields)
    for mistake in chain.from_iterable(look(operation) for look in mistakes):
        raise ContractError(f"{name}{mistake}")
    if not is_web(operation):
        cloud.function(operation.function)


def _function(operation: Operation) -> Iterator[str]:
    function = operation.function
    asks = has_own(operation, "request")
    if is_web(operation):
        if function != "":
            yield (
                f" names a function and an app (function = {function!r}, app = {operation.app!r}). It is about one of "
                "them: event(resource, caller) says what is sent to a function, request(resource, caller) to an app."
            )
        if has_own(operation, "event"):
            yield " has an app and event(resource, caller). An app is asked by requests: write request instead."
        if not asks:
            yield f" has an app and no request(resource, caller). It answers the request, a dict: {EXAMPLE}"
        return
    if asks:
        yield (
            " has request(resource, caller), and names no app. Name the one that it is sent to: "
            'app = "module:attribute", or the app itself.'
        )
    if function == "" or not (isinstance(function, str) or callable(function)):
        yield f' names no function (function = {function!r}). Name the one it is about: function = "updateTodo".'


def _callers(operation: Operation) -> Iterator[str]:
    roles = operation.roles
    if not isinstance(roles, tuple | list | AbstractSet) or not all(isinstance(role, str) and role for role in roles):
        yield f'.roles is {roles!r}; it is a tuple of names: roles = ("admin",).'
        return
    for role in roles:
        if role in (*OWNERS, NEWCOMER, ANYONE, NOBODY):
            yield f".roles has {role!r}, which means somebody already. Give the role another name."
    if not isinstance(operation.holders, Mapping) or not all(
        isinstance(one, str) for one in operation.holders.values()
    ):
        yield f'.holders is {operation.holders!r}; it gives the openid of each holder: {{"admin": "oGZUI0e"}}.'
        return
    for role in operation.holders:
        if role not in roles:
            hint = did_you_mean(role, list(roles))
            yield f".holders has {role!r}, which is no role. {hint} Roles are named in roles."
    if not isinstance(operation.allow, AbstractSet):
        yield f'.allow is {operation.allow!r}; it is a set of callers: allow = {{"owner"}}.'
        return
    channels = [RESOURCE_SHARING, *channels_without_user()]
    known = ["owner", ANYONE, NOBODY, *roles, *(channel.name for channel in channels)]
    for caller in sorted(map(str, operation.allow)):
        if caller not in known:
            hint = did_you_mean(caller, known)
            yield f".allow has {caller!r}, which is no caller, role or channel. {hint} Roles are named in roles."
    if not operation.allow:
        yield (
            " allows nobody, so nothing shows that the operation works at all. "
            "Put who may call it into allow: 'owner', 'anyone', a role, a channel."
        )


def _shared_roles(operation: Operation) -> Iterator[str]:
    """What a call gives or takes is a role: of the contract itself, or of another one, with which it tells stories."""
    known = ["owner", *operation.roles]
    for word in ("gives", "takes"):
        role = getattr(operation, word)
        if role and role not in known and role not in _roles_of_others(type(operation)):
            hint = did_you_mean(str(role), [*known, *_roles_of_others(type(operation))])
            yield f".{word} is {role!r}, which is no role of any contract. {hint} Roles are named in roles."


def _roles_of_others(kind: type) -> list[str]:
    """The roles of all contracts that are loaded."""
    base = next((cls for cls in kind.__mro__[:-1] if is_ours(cls)), kind)
    said = (getattr(cls, "roles", ()) for cls in _below(base))
    return list(dict.fromkeys(role for roles in said if isinstance(roles, Iterable) for role in roles))


def _below(base: type) -> Iterator[type]:
    below: list[type] = type.__subclasses__(base)
    for cls in below:
        yield cls
        yield from _below(cls)


def _instants(operation: Operation) -> Iterator[str]:
    for attribute in ("at", "denied_at"):
        instant = getattr(operation, attribute)
        try:
            if instant != "":
                with frozen(instant):
                    pass
        except (TypeError, ValueError):
            yield f'.{attribute} is {instant!r}; it is an instant: {attribute} = "2026-03-01" or "2026-03-01 08:00:00".'


def _fields(operation: Operation) -> Iterator[str]:
    for attribute in ("shared", "public", "may_not_set"):
        named = getattr(operation, attribute)
        kind = Mapping if attribute == "may_not_set" else AbstractSet | list | tuple
        if not isinstance(named, kind) or not all(_is_field(one) for one in named):
            example = '{"users.role": {"admin"}}' if attribute == "may_not_set" else '{"posts.views"}'
            yield f".{attribute} is {named!r}; it names fields with their collections: {example}."
    if isinstance(operation.ignore, str):
        yield f'.ignore is {operation.ignore!r}; it is a set of collections: ignore = {{"audit_logs"}}.'
    for path, values in operation.may_not_set.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            yield f'.may_not_set[{path!r}] is {values!r}; it is a set of values, {{"admin"}}; an empty one means any.'
    if not isinstance(operation.demand, AbstractSet):
        yield f'.demand is {operation.demand!r}; it is a set of names: demand = {{"openids_stay"}}.'
    for name in operation.demand:
        if name not in DEMANDS:
            yield f".demand has {name!r}, which is no law. {did_you_mean(str(name), DEMANDS)}"
    if not isinstance(operation.page_limit, int) or operation.page_limit < 1:
        yield f".page_limit is {operation.page_limit!r}; it is a number of entries, 1 or more."
    if operation.keyed_by not in ("openid", "unionid"):
        yield f".keyed_by is {operation.keyed_by!r}; a person is keyed by 'openid' or by 'unionid'."


def _is_field(name: object) -> bool:
    return isinstance(name, str) and all(name.partition("."))
