"""Tries a twin's contract on its mended handler and on every mutant of that."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from unittest import SkipTest

from pytest_wxcloud import Project, Settings, WxCloud, WxCloudError
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import Attempts, attempting
from pytest_wxcloud.checks.effects import Evidence, answered

from ..twin import Twin, laws, write
from .mutants import Mutant, mutants_of

INSTANT = "2026-03-01T08:00:00"  # for twins that name none: what is computed from time is the same in every run


@dataclass
class Tried:
    """What came of a contract: the law that flagged the handler, and what was seen of it, law by law.

    `crossed` is as much of that as concerns other people than the caller.
    """

    flagged: str = ""
    seen: dict[str, list[str]] = field(default_factory=dict)
    crossed: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Result:
    """A twin's mutants: flagged; of which nothing differs that was seen, or only answers and what concerns the caller
    alone; and those that survived."""

    twin: str
    flagged: list[tuple[Mutant, str]] = field(default_factory=list)
    same: list[Mutant] = field(default_factory=list)
    own: list[Mutant] = field(default_factory=list)
    survived: list[Mutant] = field(default_factory=list)


def try_twin(twin: type[Twin]) -> Result:
    """Flagged is a mutant for which any law fails, or of which nothing can be concluded: the user's test is red."""
    mutants = mutants_of(twin.source("mended"), python=twin.is_python())
    result = Result(twin.__name__)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sources = [twin.source("mended"), *(mutant.source for mutant in mutants)]
        # What laws try follows from the names in a source, and is to be the same for all of them.
        names = "".join(f"{'#' if twin.is_python() else '//'} {line}\n" for line in sources[0].splitlines())
        for at, source in enumerate(sources):
            write(Path(folder), twin, f"{twin.__name__}{at}", names + source)
        with WxCloud(Project(Path(folder)), Settings(time_limit=10)) as cloud:
            mended = _tried(cloud, twin, f"{twin.__name__}0")
            assert mended.flagged == "", f"{twin.__name__} is flagged by {mended.flagged} as it is"
            for at, mutant in enumerate(mutants, 1):
                tried = _tried(cloud, twin, f"{twin.__name__}{at}")
                if tried.flagged:
                    result.flagged.append((mutant, tried.flagged))
                elif tried.seen == mended.seen:
                    result.same.append(mutant)
                elif tried.crossed == mended.crossed:
                    result.own.append(mutant)
                else:
                    result.survived.append(mutant)
    return result


def _tried(cloud: WxCloud, twin: type[Twin], function: str) -> Tried:
    contract = type(twin.__name__, (twin,), {"function": function, "at": twin.at or INSTANT})()
    tried = Tried()
    with contract.scene(cloud):
        try:
            with arranged(contract, cloud) as world:
                for law in laws():
                    with attempting(world) as attempts:
                        try:
                            getattr(contract, f"test_{law}")(attempts)
                        except SkipTest:
                            pass
                        except AssertionError:
                            tried.flagged = law
                            return tried
                        tried.seen[law] = _seen(attempts, function)
                        tried.crossed[law] = {*filter(None, (_crossed(attempts, one) for one in attempts.made))}
        except WxCloudError as error:
            tried.flagged = f"set-up: {error}"
    return tried


def _crossed(attempts: Attempts, one: Evidence) -> str:
    """What a call did to others' things, saw of their secrets, and caused outside; empty where there is none of it.

    How often is left out: a function that crashes is asked more than one that refuses.
    """
    world, caller = attempts.world, one.case.caller
    touched = []
    for change in one.documents:
        whose = world.owners(change) | world.named_in(change.collection, change.after or {})
        if whose - {caller} or (change.kind != "inserted" and not whose):
            touched.append((change.collection, change.kind, str(change.id), sorted(whose), sorted(change.fields)))
    files = [(change.path, change.after is None) for change in one.files]
    seen = sorted(one.secrets.keys() - {caller})
    return (
        repr((str(one.case), touched, files, seen, sorted(one.calls))) if touched or files or seen or one.calls else ""
    )


def _seen(attempts: Attempts, function: str) -> list[str]:
    """Each call of a law, what it answered and what it did. The function's own name says nothing."""
    return [
        repr(
            (str(one.case), one.outcome.decision, answered(one.outcome), list(map(str, one.changes)), one.calls)
        ).replace(function, "it")
        for one in attempts.made
    ]
