"""Runs the benchmarks, or the ones named, and prints their figures as they come."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from pytest_wxcloud import WxCloudError

from . import acting, calling, contract, database, drawing, jest, parallel, unused, web, web_property
from .figure import HEADINGS, Figure
from .measure import NotMeasured

BENCHMARKS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "unused": unused.figures,
    "acting": acting.figures,
    "drawing": drawing.figures,
    "calling": calling.figures,
    "contract": contract.figures,
    "database": database.figures,
    "jest": jest.figures,
    "parallel": parallel.figures,
    "web": web.figures,
    "web_property": web_property.figures,
}


def main() -> None:
    """Never fails because of a figure: a benchmark tells, it does not judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    print(f"Python {platform.python_version()}, pytest {version('pytest')}, Hypothesis {version('hypothesis')}")
    print("Medians of pairs that were run in turns; a line without a goal is for information.")
    _tell_load()
    print(HEADINGS)
    for name in names:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
            try:
                for figure in BENCHMARKS[name](Path(folder).resolve()):
                    print(figure.line(), flush=True)
            except (NotMeasured, WxCloudError, subprocess.CalledProcessError) as error:
                print(f"{name} could not be measured. {error}", flush=True)
    _tell_load()


def _tell_load() -> None:
    """A machine with more to do than it has processors measures badly, and says so."""
    if hasattr(os, "getloadavg"):
        print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")


if __name__ == "__main__":
    main()
