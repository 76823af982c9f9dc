"""Frames of the sandbox protocol: `u32 header length | u32 body length | JSON header | body`.

Pure functions and an incremental parser; knows nothing of sockets or of message types.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

MAX_HEADER = 256 * 1024
MAX_BODY = 16 * 1024 * 1024
_PREFIX = struct.Struct(">II")

Header = dict[str, Any]


class ProtocolError(Exception):
    """The other side broke the protocol; the message says how."""


class Frame(NamedTuple):
    header: Header
    body: bytes


def encode(header: Header, body: bytes = b"") -> bytes:
    """One frame. Lone surrogates become `?`: the header is always valid UTF-8."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    raw = text.encode("utf-8", "replace")
    if len(raw) > MAX_HEADER:
        raise ProtocolError(f"header of {len(raw):,} bytes is over the limit of {MAX_HEADER:,}")
    if len(body) > MAX_BODY:
        raise ProtocolError(f"body of {len(body):,} bytes is over the limit of {MAX_BODY:,}")
    return b"".join((_PREFIX.pack(len(raw), len(body)), raw, body))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _decode_header(raw: bytes) -> Header:
    try:
        header = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"header is not JSON in UTF-8: {error}") from None
    if not isinstance(header, dict):
        raise ProtocolError("header is not a JSON object")
    if not isinstance(header.get("type"), str):
        raise ProtocolError("header has no type")
    return header


class Parser:
    """Turns bytes as they arrive into frames. Limits hold before anything is kept or decoded."""

    def __init__(self, max_header: int = MAX_HEADER, max_body: int = MAX_BODY) -> None:
        self._buffer = bytearray()
        self._max_header = max_header
        self._max_body = max_body

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete now. A ProtocolError comes after those before it."""
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    @property
    def pending(self) -> int:
        """Bytes of a frame that isn't complete yet."""
        return len(self._buffer)

    def _next(self) -> Frame | None:
        buffer = self._buffer
        if len(buffer) < _PREFIX.size:
            return None
        header_length, body_length = _PREFIX.unpack_from(buffer)
        if header_length > self._max_header:
            raise ProtocolError(f"header of {header_length:,} bytes is over {self._max_header:,}")
        if body_length > self._max_body:
            raise ProtocolError(f"body of {body_length:,} bytes is over {self._max_body:,}")
        body_at = _PREFIX.size + header_length
        end = body_at + body_length
        if len(buffer) < end:
            return None
        header = _decode_header(bytes(buffer[_PREFIX.size : body_at]))
        body = bytes(buffer[body_at:end])
        del buffer[:end]
        return Frame(header, body)
