"""What became of a document, as lines that read like pytest's own comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import ndiff
from typing import Any

from ..changes import Change
from .literals import short, source

MOST = 20  # lines of one difference
AROUND = 2  # fields that stay the same, shown beside those that differ


def difference(change: Change, *, width: int = 80) -> list[str]:
    """Before with ``-``, after with ``+``; of what stays the same the first fields only."""
    same: list[str] = []
    if change.before is not None and change.after is not None:
        same = [name for name in change.after if name not in change.fields][AROUND:]
    before, after = (_lines(document, same, width) for document in (change.before, change.after))
    lines = [line for line in ndiff(before, after) if not line.startswith("?")]
    if same:
        lines.append(f"      …  # {len(same)} more that stay{'s' if len(same) == 1 else ''}")
    if len(lines) > MOST:
        lines[MOST:] = [f"      …  # {len(lines) - MOST} more lines"]
    return ["  {", *lines, "  }"]


def _lines(document: Mapping[str, Any] | None, left_out: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for name, value in (document or {}).items():
        if name not in left_out:
            said = source({name: short(value)}, indent=0, width=width - 2)
            inside = said.removeprefix("{").removesuffix("}").strip("\n").splitlines()
            lines += [f"    {inside[0]},"] if len(inside) == 1 and not inside[0].startswith(" ") else inside
    return lines
