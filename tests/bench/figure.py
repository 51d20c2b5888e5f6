"""One line of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """What was measured, once for each pair, and the goal it has; None when it is only told.

    `unit` is "x" for a ratio, else a unit of time. With `at_least` more is better.
    """

    name: str
    samples: Sequence[float]
    goal: float | None = None
    at_least: bool = False
    unit: str = "x"

    @property
    def measured(self) -> float:
        """The median, which is what the goal is held against."""
        return median(self.samples)

    @property
    def verdict(self) -> str:
        """Whether the goal was reached."""
        if self.goal is None:
            return ""
        reached = self.measured >= self.goal if self.at_least else self.measured <= self.goal
        return "PASS" if reached else "not reached"

    def line(self) -> str:
        """The figure as the table shows it."""
        goal = "" if self.goal is None else f"{'>=' if self.at_least else '<='} {self._shown(self.goal)}"
        spread = f"{self._shown(min(self.samples))} .. {self._shown(max(self.samples))}"
        cells = f"{self.name:<56} {goal:>11} {self._shown(self.measured):>10}  {spread:<24} {len(self.samples):>3}"
        return f"{cells}  {self.verdict}".rstrip()

    def _shown(self, value: float) -> str:
        if self.unit == "x":
            return f"{value:.3f}x" if abs(value) < 10 else f"{value:.0f}x"
        return f"{value:.1f} {self.unit}" if abs(value) < 1000 else f"{value:.0f} {self.unit}"


HEADINGS = f"{'figure':<56} {'goal':>11} {'median':>10}  {'min .. max':<24} {'n':>3}"
