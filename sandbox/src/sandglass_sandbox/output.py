"""What is shown of a stream that may be too long: its head as it comes, its tail at the end.

Pure: bytes in, valid UTF-8 out. Nothing is cut within a character.
"""

from __future__ import annotations

import codecs
from collections import deque


class Output:
    """One of a cell's streams. `limit` bytes are shown: half of them head, half tail."""

    def __init__(self, limit: int) -> None:
        self.total = 0
        self._limit = limit
        self._head_left = limit - limit // 2
        self._tail_size = limit // 2
        self._tail: deque[bytes] = deque()
        self._tail_held = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> bytes:
        """What of it is to be shown now."""
        self.total += len(data)
        cut = self._cut(data)
        head, rest = data[:cut], data[cut:]
        self._head_left -= len(head)
        if rest:
            self._head_left = 0
            self._keep(rest)
        return self._decoder.decode(head).encode()

    def _cut(self, data: bytes) -> int:
        """Where the head ends in `data`: not within a character."""
        cut = self._head_left
        if cut >= len(data):
            return len(data)
        while cut < len(data) and cut < self._head_left + 3 and data[cut] & 0xC0 == 0x80:
            cut += 1
        return cut

    def _keep(self, data: bytes) -> None:
        self._tail.append(data)
        self._tail_held += len(data)
        while self._tail_held - len(self._tail[0]) >= self._tail_size + 4:
            self._tail_held -= len(self._tail.popleft())

    @property
    def overflowed(self) -> bool:
        """Whether something will be left out."""
        return self.total > self._limit

    def finish(self, whole: str | None) -> bytes:
        """The marker, if anything was left out, and the tail.

        :param whole: path of the file that has everything
        """
        rest = self._decoder.decode(b"", final=True).encode()
        tail = b"".join(self._tail)
        if not self.overflowed:
            return rest + tail.decode("utf-8", "replace").encode()
        at = max(0, len(tail) - self._tail_size)
        while at < len(tail) and tail[at] & 0xC0 == 0x80:
            at += 1
        left_out = self.total - self._limit + (self._tail_size - (len(tail) - at))
        where = f"; whole output: {whole}" if whole else ""
        marker = f"\n… [{left_out:,} bytes left out of {self.total:,}{where}] …\n"
        return rest + marker.encode() + tail[at:].decode("utf-8", "replace").encode()
