"""Events that the server hasn't said it has stored: what a server that is killed must not cost.

A socket takes bytes that nobody will ever read. So what was sent is kept as well, until the server
acknowledges the cell; the next connection gets all of it again, from the cell's first event on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandglass_sandbox.framing import Header
from sandglass_sandbox.messages import Failure


@dataclass
class _Cell:
    frames: list[bytes] = field(default_factory=list)
    done: bool = False


class Kept:
    """Cells in the order in which they began; events of no cell wait for one connection only."""

    def __init__(self) -> None:
        self._cells: dict[str, _Cell] = {}
        self._others: list[bytes] = []
        self.size = 0
        """Bytes kept."""

    def begin(self, cell: str) -> None:
        """A cell begins; its id may be of an earlier one that was never acknowledged."""
        before = self._cells.pop(cell, _Cell())
        self.size -= sum(map(len, before.frames))
        self._cells[cell] = _Cell()

    def add(self, header: Header, frame: bytes) -> None:
        """Keeps an event of a cell that has begun."""
        cell = self._cells[header["cell"]]
        cell.frames.append(frame)
        cell.done = header["type"] == "done"
        self.size += len(frame)

    def add_other(self, frame: bytes) -> None:
        """Keeps an event that there was no connection for."""
        self._others.append(frame)

    def cells(self) -> list[str]:
        return list(self._cells)

    def acknowledge(self, cell: str) -> None:
        """Forgets a cell."""
        kept = self._cells.get(cell)
        if kept is None:
            raise Failure("not-found", "nothing of that cell is kept")
        if not kept.done:
            raise Failure("busy", "that cell has not ended")
        del self._cells[cell]
        self.size -= sum(map(len, kept.frames))

    def again(self) -> Iterator[bytes]:
        """Everything, for a new connection."""
        for cell in self._cells.values():
            yield from cell.frames
        others, self._others = self._others, []
        yield from others
