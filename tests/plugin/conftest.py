"""For tests that run pytest in pytest."""

from __future__ import annotations

import hypothesis.stateful  # noqa: F401  # once for all: an inner run forgets what it imports, half of Hypothesis too
import pytest


@pytest.fixture(autouse=True)
def quiet_inner_runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inner runs are as strict as this one, and without the plugins that only our own tests need."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W error -p no:asyncio -p no:xdist")
