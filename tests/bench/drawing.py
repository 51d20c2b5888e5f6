"""What drawing users costs Hypothesis. Taken inside a test of a pytest run, where the plugin gives the people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .measure import run_process
from .suites import DEPENDENCIES, OURS, pytest_command

TEST = """
import json
import pathlib
import time
from hypothesis import given, settings, strategies as st
from pytest_wxcloud import strategies as wx

def running(strategy):
    @settings(max_examples=1000, database=None)
    @given(strategy)
    def test(drawn):
        pass
    return test

def test_drawing():
    plain = st.integers(0, 2**32)
    kinds = [running(s) for s in (plain, wx.users(), wx.pairs(), plain.map(lambda number: [number]))]
    rounds = []
    for _ in range(21):
        rounds.append([])
        for test in kinds:
            began = time.process_time()
            test()
            rounds[-1].append(time.process_time() - began)
    pathlib.Path("rounds.json").write_text(json.dumps(rounds[1:]))
"""


def figures(folder: Path) -> Iterator[Figure]:
    """1000 examples of a test that does nothing, for each strategy in turn; in processor time."""
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "test_drawing.py").write_text(TEST, "utf-8")
    run_process(pytest_command(plugins=(OURS, *DEPENDENCIES)), folder)
    rounds = json.loads((folder / "rounds.json").read_text("utf-8"))
    yield Figure("@given(wx.users()) / integers(0, 2**32)", [users / plain for plain, users, _, _ in rounds], 1.2)
    yield Figure("@given(wx.pairs()) / integers(0, 2**32)", [pairs / plain for plain, _, pairs, _ in rounds], 1.3)
    yield Figure("  for comparison: .map(lambda number: [number])", [mapped / plain for plain, _, _, mapped in rounds])
    yield Figure("  an example of integers(0, 2**32)", [1e3 * plain for plain, *_ in rounds], unit="µs")
