"""The markers: one signature each, from which the ``--markers`` line and the validation follow.

Knows pytest's marks only by their shape (``name``, ``args``, ``kwargs``), and imports nothing heavy: it
is loaded in every run.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

from .errors import InvalidIdentityError, did_you_mean


class Mark(Protocol):
    """What is used of ``pytest.Mark``."""

    @property
    def name(self) -> str:
        """The marker's name."""

    @property
    def args(self) -> tuple[Any, ...]:
        """Its positional arguments."""

    @property
    def kwargs(self) -> Any:
        """Its keyword arguments."""


# The signatures. Their docstrings are what `pytest --markers` prints.


def wx_user(
    name: str | None = None,
    *,
    openid: str | None = None,
    appid: str | None = None,
    unionid: str | None = None,
    channel: str = "client",
    client_ip: str | None = None,
    nickname: str | None = None,
    avatar_url: str | None = None,
    city: str | None = None,
    phone_number: str | None = None,
) -> None:
    """act as this WeChat user; what is not given is fabricated, and a unionid that is given is shown"""


def wx_anonymous(*, channel: str = "http_api") -> None:
    """act as nobody: the function finds no OPENID"""


def wx_each_user(*names: str) -> None:
    """run the test once as each of these people"""


def with_unionid() -> None:
    """the platform shows the function the user's UNIONID"""


def without_unionid() -> None:
    """the platform shows no UNIONID"""


def wx_time(instant: str | date, *, tick: bool = False, auto_tick_seconds: float = 0) -> None:
    """freeze time at this instant (UTC), in Python and in JavaScript functions"""


SIGNATURES: dict[str, Callable[..., None]] = {
    function.__name__: function
    for function in (wx_user, wx_anonymous, wx_each_user, with_unionid, without_unionid, wx_time)
}
WHO = ("wx_user", "wx_anonymous", "wx_each_user")
UNIONID = ("with_unionid", "without_unionid")
TIME = ("wx_time",)


def marker_lines() -> list[str]:
    """One line a marker, for ``--markers`` and ``--strict-markers``."""
    lines = []
    for name, function in SIGNATURES.items():
        lines.append(f"{_usage(name)}: {function.__doc__} (pytest-wxcloud)")
    return lines


def _usage(name: str) -> str:
    signature = inspect.signature(SIGNATURES[name])
    bare = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return f"{name}{signature.replace(parameters=bare, return_annotation=signature.empty)}"


def bind(mark: Mark) -> dict[str, Any]:
    """The arguments of `mark` by name, defaults left out.

    Raises:
        InvalidIdentityError: naming the near argument for one that is misspelt.
    """
    signature = inspect.signature(SIGNATURES[mark.name])
    try:
        given = dict(signature.bind(*mark.args, **mark.kwargs).arguments)
    except TypeError as error:
        known = [name for name, p in signature.parameters.items() if p.kind is not p.VAR_POSITIONAL]
        strange = next((name for name in mark.kwargs if name not in known), None)
        if strange is not None:
            hint = did_you_mean(strange, known) or "It takes no arguments by name."
            raise InvalidIdentityError(f"The marker {mark.name} takes no argument {strange!r}. {hint}") from None
        raise InvalidIdentityError(
            f"The marker {mark.name} was used wrongly: {error}. It is {_usage(mark.name)}."
        ) from None
    if mark.name == "wx_each_user":
        _check_names(mark)
        return given
    for name, value in given.items():
        complaint = _complaint(str(signature.parameters[name].annotation), value)
        if complaint:
            raise InvalidIdentityError(f"The marker {shown(mark)} was used wrongly: {name} {complaint}.")
    return given


#: Annotation of a parameter → what it takes, and how that is called. Others are checked where they are used.
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a string"),
    "str | None": ((str, type(None)), "a string"),
    "bool": ((bool,), "True or False"),
    "float": ((int, float), "a number"),
    "str | date": ((str, date), "a string, a date or a datetime"),
}


def _complaint(annotation: str, value: object) -> str:
    """What is wrong with an argument; empty when nothing is."""
    types, called = _KINDS.get(annotation, ((object,), ""))
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types and object not in types):
        return f"must be {called}, not {type(value).__name__} ({value!r})"
    return "is empty" if value == "" else ""


def _check_names(mark: Mark) -> None:
    names = mark.args
    if not names or not all(isinstance(name, str) and name for name in names) or len(set(names)) != len(names):
        raise InvalidIdentityError(
            f'wx_each_user takes one or more different names, for example wx_each_user("owner", "stranger"), '
            f"not {', '.join(map(repr, names)) or 'none'}."
        )


def misspelt(names: Iterable[str], registered: Iterable[str]) -> str:
    """What to tell of the first of `names` that is nearly one of ours; empty where none is.

    `registered` are the lines of the ini option ``markers``: what stands there is a project's own.
    """
    import difflib

    own = {re.split(r"[:(]", line)[0].strip() for line in registered} if names else set()
    for name in sorted(set(names) - own):
        near = difflib.get_close_matches(name, SIGNATURES, n=1, cutoff=0.8)
        if near:
            return f"There is no marker {name!r}. Did you mean {near[0]!r}? One of your own is named in `markers`."
    return ""


class Chosen(NamedTuple):
    """What the markers of one test say about its caller."""

    who: Mark | None = None
    shows_unionid: bool | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the marker that says who."""
        return bind(self.who) if self.who is not None else {}

    @property
    def anonymous(self) -> bool:
        """Whether nobody calls."""
        return self.who is not None and self.who.name == "wx_anonymous"


def choose(levels: Iterable[Sequence[Mark]]) -> Chosen:
    """Read the marks of each node, the test's own first; the closest that says anything wins.

    Raises:
        InvalidIdentityError: when the marks on one node contradict each other.
    """
    who: Mark | None = None
    shows: bool | None = None
    for marks in levels:
        here_who = _only_one(marks, WHO)
        here_unionid = _only_one(marks, UNIONID)
        _only_one(marks, TIME)
        _check_pair(here_who, here_unionid)
        if shows is None and here_unionid is not None:
            shows = here_unionid.name == "with_unionid"
        if who is None and here_who is not None:
            who = here_who
            if shows is None and who.kwargs.get("unionid") is not None:
                shows = True
    return Chosen(who, shows)


def _only_one(marks: Sequence[Mark], group: Sequence[str]) -> Mark | None:
    found = [mark for mark in marks if mark.name in group]
    if len(found) > 1:
        both = " and ".join(map(shown, found))
        raise InvalidIdentityError(f"{both} contradict each other on one test. Keep one of them.")
    return found[0] if found else None


def _check_pair(who: Mark | None, unionid: Mark | None) -> None:
    if who is None or unionid is None:
        return
    if who.name == "wx_anonymous" and unionid.name == "with_unionid":
        raise InvalidIdentityError("wx_anonymous and with_unionid contradict each other: nobody has no unionid.")
    if unionid.name == "without_unionid" and who.kwargs.get("unionid") is not None:
        raise InvalidIdentityError(f"{shown(who)} and without_unionid contradict each other. Keep one of them.")


def shown(mark: Mark) -> str:
    """`mark` as it was written."""
    given = [*map(repr, mark.args), *(f"{key}={value!r}" for key, value in mark.kwargs.items())]
    return f"{mark.name}({', '.join(given)})"
