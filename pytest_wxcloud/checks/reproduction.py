"""A few lines that show a finding again, as a plain test."""

from __future__ import annotations

from collections.abc import Sequence
from pprint import pformat

from ..changes import Change
from .case import Case
from .effects import REVEALED, Effect
from .world import World


def reproduction(world: World, case: Case, effects: Sequence[Effect]) -> str:
    """A test that fails as long as the hole is there.

    It holds what the finding changed, or all that the target has; a function that reads more needs more.
    """
    documents = _documents(world, case, effects)
    function = world.operation.function
    called = repr(function) if isinstance(function, str) else getattr(function, "__name__", "handler")
    user = case.principal.user
    through = "" if user is None else f"wx_users[{user.label!r}]"
    lines = [
        "def test_hole(wx_cloud, wx_users):",
        *_indented(f"documents = {pformat(documents, width=100, sort_dicts=False)}", 4),
        *_indented(f"event = {pformat(dict(case.event), width=100, sort_dicts=False)}", 4),
        "    with wx_cloud.scenario(documents), wx_cloud.changes() as changes:",
        f"        outcome = wx_cloud.call({called}, event, caller={through or None})",
    ]
    revealed = next((effect for effect in effects if effect.kind == REVEALED), None)
    if revealed is not None:
        lines.append(f"    assert {revealed.what.rsplit('holds ', 1)[-1]} not in str(outcome.value)")
    else:
        lines.append("    assert not changes")
    return "\n".join(lines)


def _documents(world: World, case: Case, effects: Sequence[Effect]) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for effect in effects:
        if isinstance(effect.change, Change) and effect.change.before is not None:
            found.setdefault(effect.change.collection, []).append(effect.change.before)
    if found:
        return found
    people = {case.target}.union(*(effect.whose.split(" and ") for effect in effects))
    for collection, documents in world.cloud.db.dump().items():
        mine = [one for one in documents if world.belongings.get((collection, str(one["_id"]))) in people]
        if mine:
            found[collection] = list(mine)
    return found


def _indented(text: str, by: int) -> list[str]:
    return [" " * by + line for line in text.splitlines()]
