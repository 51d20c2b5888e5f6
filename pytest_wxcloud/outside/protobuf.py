"""Reads and writes the few protobuf messages in which the SDK talks to open APIs.

Source: the messages of wx-server-sdk 2.6.3 to 4.0.2, ``src/protobuf/openapi.js``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

VARINT, LENGTH_DELIMITED = 0, 2
_FIXED_SIZES = {1: 8, 5: 4}

Field = tuple[int, int | bytes]


def read_fields(message: bytes) -> Iterator[Field]:
    """Number and value of each field; of a field of fixed size the bytes.

    Raises:
        ValueError: when `message` is none.
    """
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _read_varint(message, at)
            yield number, value
            continue
        if kind == LENGTH_DELIMITED:
            size, at = _read_varint(message, at)
        elif kind in _FIXED_SIZES:
            size = _FIXED_SIZES[kind]
        else:
            raise ValueError(f"a field of the unknown kind {kind}")
        if at + size > len(message):
            raise ValueError("a field that is cut off")
        yield number, message[at : at + size]
        at += size


def read_bytes(message: bytes, wanted: int) -> list[bytes]:
    """Every value of the field `wanted`: texts, bytes or messages.

    Raises:
        ValueError: when `message` is none.
    """
    return [value for number, value in read_fields(message) if number == wanted and isinstance(value, bytes)]


def write_fields(fields: Iterable[tuple[int, int | bytes | str]]) -> bytes:
    """A message of these fields."""
    written = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            written += _varint(number << 3 | VARINT) + _varint(value)
            continue
        content = value.encode("utf-8") if isinstance(value, str) else value
        written += _varint(number << 3 | LENGTH_DELIMITED) + _varint(len(content)) + content
    return bytes(written)


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number that does not end")


def _varint(value: int) -> bytes:
    value &= 2**64 - 1  # a negative number is written as 64 bits
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
