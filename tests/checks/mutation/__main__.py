"""Tries all mutants, or those of the twins that are named, and prints what survived: python -m tests.checks.mutation."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from ..twin import twins
from .trying import Result, try_twin

GOAL = 0.95


def _try(name: str) -> Result:
    return try_twin(next(twin for twin in twins() if twin.__name__ == name))


def main() -> int:
    """Whether as many were flagged as have to be, as an exit code."""
    known = [twin.__name__ for twin in twins()]
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.checks.mutation")
    parser.add_argument("twin", nargs="*", help="all, if none is named")
    wanted = parser.parse_args().twin or known
    if unknown := set(wanted) - set(known):
        parser.error(f"no twin is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    flagged = same = own = 0
    survived: list[str] = []
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for result in pool.map(_try, wanted):
            flagged += len(result.flagged)
            same += len(result.same)
            own += len(result.own)
            survived += [f"{result.twin}, line {one.line}: {one.what}" for one in result.survived]
            counts = {"flagged": result.flagged, "alike": result.same, "own": result.own, "survived": result.survived}
            told = ", ".join(f"{len(ones)} {kind}" for kind, ones in counts.items() if ones)
            print(f"{result.twin:<32} {told}", flush=True)
    changed = flagged + len(survived)
    print(
        f"\n{same + own + changed} mutants. In all calls that were made, {same} did nothing else than the handler, and"
    )
    print(
        f"{own} only answered otherwise, or did something else with what is their caller's own. Of the {changed} that"
    )
    print(
        f"do something else to anybody else, {flagged} were flagged: {flagged / changed:.1%}; the goal is {GOAL:.0%}."
    )
    print("\n".join(survived and ["Survived:", *survived]))
    return 0 if flagged >= GOAL * changed else 1


if __name__ == "__main__":
    sys.exit(main())
