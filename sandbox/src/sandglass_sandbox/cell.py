"""The state of the running cell, and the checks of what the kernel says about it."""

from __future__ import annotations

import os
import time
from typing import Any

from sandglass_sandbox.framing import Frame
from sandglass_sandbox.output import Output

_KINDS = ("display", "result", "figure")
_MAX_PARTS = 20


class SpillFile:
    """The whole output of a cell on its way into a file; `handle` is the file worker's."""

    def __init__(self, handle: int, fd: int) -> None:
        self.handle = handle
        self._fd = fd
        self._size = 0

    def write(self, data: bytes, limit: int) -> None:
        room = max(0, limit - self._size)
        view = memoryview(data)[:room]
        while view:
            try:
                written = os.write(self._fd, view)
            except OSError:
                return  # the disk is full: the file holds what it could
            self._size += written
            view = view[written:]

    def close(self) -> None:
        os.close(self._fd)


class Cell:
    """One running cell. `stopping` says why it is to end; `wake_at` when the clock must look again."""

    def __init__(
        self, cell_id: str, number: int, timeout_ms: int, grace_ms: int, output_bytes: int, spill_bytes: int
    ) -> None:
        self.id = cell_id
        self.number = number
        self.seq = 0
        self.began = time.monotonic()
        self.wake_at: float | None = self.began + timeout_ms / 1000
        self.stopping: str | None = None
        self.killed = False
        self.outputs = {"stdout": Output(output_bytes), "stderr": Output(output_bytes)}
        self.spill_bytes = spill_bytes
        self.spill: SpillFile | None = None
        self.early: list[bytes] = []
        self._grace = grace_ms / 1000

    def interrupt(self, why: str, now: float) -> None:
        """SIGINT has been sent; after the grace time comes SIGKILL."""
        if self.stopping is None:
            self.stopping = why
            self.wake_at = now + self._grace

    def kill(self) -> None:
        self.killed = True
        self.wake_at = None

    def ended(self, status: str) -> str:
        """The status that the server is told: a KeyboardInterrupt after our SIGINT is its consequence."""
        if status == "interrupted" and self.stopping is not None:
            return self.stopping
        return status if status != "interrupted" else "error"


def checked_display(frame: Frame) -> dict[str, Any] | None:
    """The fields of a display event, or None if the kernel's make no sense."""
    kind, parts = frame.header.get("kind"), frame.header.get("parts")
    if kind not in _KINDS or not isinstance(parts, list) or not 0 < len(parts) <= _MAX_PARTS:
        return None
    total = 0
    checked = []
    for part in parts:
        if not isinstance(part, dict):
            return None
        mime, length = part.get("mime"), part.get("length")
        if not isinstance(mime, str) or len(mime) > 200 or not isinstance(length, int) or length < 0:
            return None
        total += length
        checked.append({"mime": mime, "length": length})
    if total != len(frame.body):
        return None
    fields: dict[str, Any] = {"kind": kind, "parts": checked}
    count = frame.header.get("execution_count")
    if kind == "result" and isinstance(count, int):
        fields["execution_count"] = count
    return fields


def checked_error(frame: Frame) -> tuple[dict[str, str], bytes]:
    """The fields and the body (the traceback) of an error event, whatever the kernel sent."""
    fields = {}
    for name, limit in (("ename", 200), ("evalue", 4000), ("brief", 2000)):
        value = frame.header.get(name)
        fields[name] = value[:limit] if isinstance(value, str) else ""
    return fields, frame.body[: 512 * 1024]
