"""The file that a card is made of, and what looking into it may cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from sandglass_sandbox.card.text import title

HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one card: characters of text, seconds, values looked at, bytes unpacked."""

    characters: int = 1500
    seconds: float = 8.0
    rows: int = 50_000
    cells: int = 500_000
    bytes_read: int = 16 << 20
    bytes_unpacked: int = 200 << 20


class TooMuch(Exception):
    """A limit ended the look into the file; the message says which."""


class Deadline:
    """The moment after which readers stop looking."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def passed(self) -> bool:
        return time.monotonic() > self._end

    def check(self) -> None:
        if self.passed():
            raise TooMuch("looking took too long")


@dataclass(frozen=True)
class Source:
    """One file: where code finds it, its size, its first bytes."""

    path: Path
    size: int
    head: bytes
    limits: Limits
    deadline: Deadline = field(compare=False)

    @staticmethod
    def open(path: Path, limits: Limits) -> Source:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        return Source(path, path.stat().st_size, head, limits, Deadline(limits.seconds))

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def title(self) -> str:
        """The name as the card begins."""
        return title(self.name)

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @property
    def literal(self) -> str:
        """The path as a Python string literal."""
        return repr(str(self.path))

    def start(self) -> bytes:
        """As much of the file as a reader may hold in memory."""
        with self.path.open("rb") as file:
            return file.read(self.limits.bytes_read)
