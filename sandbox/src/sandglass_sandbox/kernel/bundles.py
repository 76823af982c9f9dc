"""MIME bundles of display data as bytes for the wire."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

MAX_BYTES = 15 * 1024 * 1024
MAX_PARTS = 20
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")


def encoded(data: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Type and content of each representation; too large ones are replaced by a note."""
    parts = []
    room = MAX_BYTES
    for mime, value in list(data.items())[:MAX_PARTS]:
        raw = _bytes(mime, value)
        if raw is None or not isinstance(mime, str) or not 0 < len(mime) <= 200:
            continue
        if len(raw) > room:
            note = f"[{mime} of {len(raw):,} bytes is too large to show: save it as a file]"
            raw = note.encode()
            mime = "text/plain"
            parts = [part for part in parts if part[0] != mime]
        room -= len(raw)
        parts.append((mime, raw))
    return parts


def _bytes(mime: str, value: Any) -> bytes | None:
    """Binary types come as bytes or base64, JSON as objects, the rest as text."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        if mime not in _BINARY:
            return value.encode("utf-8", "replace")
        try:
            return base64.b64decode(value)
        except binascii.Error:
            return None
    try:
        return json.dumps(value, default=str).encode()
    except (ValueError, TypeError, RecursionError):
        return None
