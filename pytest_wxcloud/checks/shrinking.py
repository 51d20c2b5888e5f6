"""Makes the event of a finding as short as still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .case import Case

Difference = tuple[tuple[str, ...], Any]  # where in the event, and what stands there


def shrunk(case: Case, breaks: Callable[[Case], object]) -> Case:
    """The case with as little of what is odd about its event as still `breaks` the law."""
    if case.plain is None:
        return case
    plain = case.plain.event
    odd = list(differences(plain, case.event))
    kept = _fewest(odd, lambda some: breaks(replace(case, event=_with(plain, some))))
    if len(kept) == len(odd):
        return case
    names = ", ".join(".".join(place) for place, _ in kept)
    return replace(case, event=_with(plain, kept), note=f"{case.note}; {names} is enough")


def differences(plain: Mapping[str, Any], event: Mapping[str, Any], place: tuple[str, ...] = ()) -> Iterator[Difference]:
    """What an event has that a plain one has not."""
    for name, value in event.items():
        if name in plain and plain[name] == value:
            continue
        if isinstance(value, Mapping) and value:
            was = plain.get(name)
            yield from differences(was if isinstance(was, Mapping) else {}, value, (*place, name))
        else:
            yield (*place, name), value


def _fewest(odd: list[Difference], breaks: Callable[[Sequence[Difference]], object]) -> list[Difference]:
    """Leaves away halves, quarters and so on, as long as what is left breaks the law."""
    size = len(odd) // 2
    while size:
        for start in range(0, len(odd), size):
            rest = odd[:start] + odd[start + size :]
            if rest and breaks(rest):
                odd = rest
                break
        else:
            size //= 2
            continue
        size = min(size, len(odd) // 2)
    return odd


def _with(plain: Mapping[str, Any], odd: Sequence[Difference]) -> dict[str, Any]:
    event = dict(plain)
    for (name, *deeper), value in odd:
        inner = event.get(name)
        below = inner if isinstance(inner, Mapping) else {}
        event[name] = _with(below, [(tuple(deeper), value)]) if deeper else value
    return event
