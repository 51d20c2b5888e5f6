"""Ids inside texts: in a header, a token, a cookie, a text of JSON; as they are, or encoded, layer in layer."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

LAYERS = 3
_UNMISTAKABLE = 16  # characters; what is shorter is an id only where it stands alone
#: What may be base64, in one alphabet or the other; the parts of a signed token are, between dots.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def swapped(text: str, pairs: Mapping[str, str], layers: int = LAYERS) -> str:
    """`text` with each id of `pairs` turned into the other, wherever it stands in it; a signature stays as it was."""
    told = re.sub("|".join(map(_whole, pairs)), lambda found: pairs[found[0]], text) if pairs else text
    if told != text or not layers:
        return told
    told = _BASE64.sub(lambda found: _swapped_part(found[0], pairs, layers), text)
    if told == text and "%" in text:
        said = unquote(text)
        inner = swapped(said, pairs, layers - 1) if said != text else said
        told = quote(inner, safe="") if inner != said else text
    return told


def ids_in(value: Any, pairs: Mapping[str, str]) -> set[str]:
    """Which ids of `pairs` stand in a value, if it is a text."""
    if not isinstance(value, str):
        return set()
    return {mine for mine, theirs in pairs.items() if swapped(value, {mine: theirs}) != value}


def objects_in(value: Any) -> Iterator[tuple[Mapping[str, Any], Callable[[Mapping[str, Any]], str]]]:
    """The objects that a text holds as JSON, itself or encoded, and how it is written with another in their place."""
    if not isinstance(value, str):
        return
    held = _object(value)
    if held:
        yield held, json.dumps
        return
    for found in _BASE64.finditer(value):
        held = _object(_decoded(found[0]))
        if held:
            yield held, partial(_with_object, value, found)


def _with_object(text: str, found: re.Match[str], to: Mapping[str, Any]) -> str:
    return text[: found.start()] + _encoded(json.dumps(to), found[0]) + text[found.end() :]


def _whole(id: str) -> str:
    return re.escape(id) if len(id) >= _UNMISTAKABLE else rf"(?<![\w-]){re.escape(id)}(?![\w-])"


def _swapped_part(part: str, pairs: Mapping[str, str], layers: int) -> str:
    said = _decoded(part)
    told = swapped(said, pairs, layers - 1) if said else said
    return part if told == said else _encoded(told, part)


def _decoded(part: str) -> str:
    """What a part says in base64; nothing where it is none, or no text."""
    bare = part.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        said = b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8")
    except (Error, ValueError):
        return ""
    return said if said.replace("\n", "").replace("\t", "").isprintable() else ""


def _encoded(said: str, like: str) -> str:
    """`said` in base64 as `like` is written: in its alphabet, and padded or not."""
    told = b64encode(said.encode("utf-8")).decode("ascii")
    if not {"+", "/", "="} & {*like}:  # that of addresses and tokens
        told = told.replace("+", "-").replace("/", "_")
    return told if len(like) % 4 == 0 else told.rstrip("=")


def _object(text: str) -> Mapping[str, Any]:
    if not text.startswith("{"):
        return {}
    try:
        held = json.loads(text)
    except ValueError:
        return {}
    return held if isinstance(held, Mapping) else {}
