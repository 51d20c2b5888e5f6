"""How wide text stands in a terminal, where a Chinese character takes two cells."""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """The cells that `text` takes."""
    return sum(_cells(character) for character in text)


def cut(text: str, width: int) -> str:
    """`text`, shortened with an ellipsis if it takes more than `width` cells."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def padded(text: str, width: int) -> str:
    """`text`, filled up with spaces to `width` cells."""
    return text + " " * (width - width_of(text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
