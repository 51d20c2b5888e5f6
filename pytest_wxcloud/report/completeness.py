"""Whether every operation in a function root has a contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import did_you_mean
from ..project import Project
from .dispatch import actions_of

OPTION = "wxcloud_no_contract"


@dataclass(frozen=True, order=True)
class Contracted:
    """A contract that was collected: which function it is about, by name, and which action of it."""

    function_root: str
    function: str
    action: str
    contract: str


@dataclass
class Completeness:
    """What was found in one function root. Names are "function", or "function action" of a router."""

    function_root: Path | str  # or the name of a web app
    operations: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # left out on purpose, and not there

    @property
    def holds(self) -> bool:
        """Whether nothing is missing, and nothing is left out that is not there."""
        return not self.missing and not self.unknown

    def lines(self) -> list[str]:
        """What is missing, and what to do about it."""
        count, total = len(self.missing), len(self.operations)
        lines = [f"{count} of {total} operations in {self.function_root} have no contract among the tests collected:"]
        lines = [*lines, *(f"  {name}" for name in self.missing)] if count else []
        lines += self.hints
        if count:
            lines.append(f"Write one for each, or leave it out on purpose: a line of the ini option {OPTION} each.")
        for name in self.unknown:
            lines.append(f"{OPTION} has {name!r}, which is no operation here. {did_you_mean(name, self.operations)}")
        return lines


def is_route(name: str) -> bool:
    """Whether an operation of this name is a route of a web app."""
    return name.startswith("/") or " /" in name


def completeness_of_routes(
    app: str, routes: Iterable[str], covered: Collection[str], left_out: Collection[str]
) -> Completeness:
    """Compare the routes of a web app with those that contracts send their requests to."""
    found = Completeness(app, list(dict.fromkeys(routes)))
    found.missing = [name for name in found.operations if name not in covered and name not in left_out]
    found.unknown = [name for name in left_out if is_route(name) and name not in found.operations]
    return found


def operations_in(project: Project) -> list[tuple[str, str]]:
    """Function and action of every operation in the project; the action is empty where a function does one thing."""
    return [(name, action) for name, folder in project.functions.items() for action in (actions_of(folder) or [""])]


def completeness(project: Project, contracts: Iterable[Contracted], left_out: Collection[str]) -> Completeness:
    """Compare the project's operations with the contracts.

    `left_out` has names of operations that need none, or of routers, for all their actions.
    """
    mine = [one for one in contracts if one.function_root == str(project.function_root)]
    covered = {(one.function, one.action) for one in mine}
    found = Completeness(project.function_root)
    for function, action in operations_in(project):
        name = f"{function} {action}".rstrip()
        found.operations.append(name)
        whole = not action and any(one.function == function for one in mine)
        if (function, action) not in covered and not whole and not {name, function} & set(left_out):
            found.missing.append(name)
    routers = {name.partition(" ")[0] for name in found.missing if " " in name}
    found.hints = [
        f"{one.contract} is about {one.function}, and does not say which action: set its `action`."
        for one in sorted(set(mine))
        if one.function in routers and not one.action
    ]
    known = {*found.operations, *project.functions}
    found.unknown = [name for name in left_out if name not in known and not is_route(name)]
    return found
