"""What lies in /mnt/data right after a cell, told with the cell's end.

The server wants to know it after every cell. Asked for by itself it would meet the kernel's next
backup, which takes a processor for milliseconds just then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sandglass_sandbox.files import Files
from sandglass_sandbox.framing import Header
from sandglass_sandbox.messages import Failure

PATIENCE_S = 5.0
"""A cell ends without its list if that takes longer: code may have stopped the file worker."""

Tell = Callable[[bytes | None], None]


class Listing:
    """Asks for at most one list at a time."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._tell: Tell | None = None
        self.until: float | None = None
        """When `check_clock` has something to do, by the monotonic clock; None: never."""

    def ask(self, limit: int, tell: Tell) -> None:
        """`tell` hears the answer's body (`file.list`) once; None: not wanted, or not to be had."""

        def answered(header: Header, body: bytes) -> None:
            if self._tell is tell:  # else it has come too late
                self._end(body if header["type"] == "ok" else None)

        if not limit:
            tell(None)
            return
        self._tell, self.until = tell, time.monotonic() + PATIENCE_S
        try:
            self._files.ask({"type": "file.list", "limit": limit}, b"", answered)
        except Failure:
            self._end(None)

    def check_clock(self, now: float) -> None:
        if self.until is not None and now >= self.until:
            self._end(None)

    def _end(self, body: bytes | None) -> None:
        tell, self._tell, self.until = self._tell, None, None
        if tell is not None:
            tell(body)
