"""Puts one question to the local database and to the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

from pytest_wxcloud import WxCloud
from pytest_wxcloud.errors import DatabaseError

from .reference import Reference, Refused, comparable

Contents = dict[str, list[Any]]
Act = Callable[[Any], Any]

#: The same examples in each run: what no run has met yet is found by raising `max_examples`.
compared = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Ours:
    """The hand on the local database, in the reference's words."""

    def __init__(self, cloud: WxCloud) -> None:
        self._one = cloud.db["one"]

    def find(self, query: Any, projection: Any = None, **options: Any) -> Any:
        return self._answer(lambda: self._one.find(query, projection, **options))

    def update(self, query: Any, changes: Any, many: bool) -> Any:
        def act() -> Any:
            result = self._one.update_many(query, changes) if many else self._one.update_one(query, changes)
            return [result.matched_count, result.modified_count]

        counts = self._answer(act)
        return [counts, self._one.find()]

    def aggregate(self, pipeline: list[Any]) -> Any:
        return self._answer(lambda: self._one.aggregate(pipeline))

    def _answer(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except DatabaseError as error:
            return Refused(str(error))


def both(cloud: WxCloud, reference: Reference, contents: Contents, act: Act) -> tuple[Any, Any]:
    """What `act` comes to here and there, each on these contents."""
    reference.seed(contents)
    with cloud.scenario(contents):
        ours = act(Ours(cloud))
    return ours, act(reference)


def agree(cloud: WxCloud, reference: Reference, contents: Contents, act: Act) -> None:
    ours, theirs = both(cloud, reference, contents, act)
    assert comparable(ours) == comparable(theirs), (ours, theirs)
