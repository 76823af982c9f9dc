"""How much of a cell's stdout or stderr is passed on: head as it comes, tail at the end, the rest counted."""

from __future__ import annotations

import codecs
from collections import deque


class Output:
    """One stream of one cell. `feed` gives the text to pass on now, `finish` what is still due."""

    def __init__(self, limit: int) -> None:
        self.total = 0
        self._head_left = limit - limit // 2
        self._tail_size = limit // 2
        self._tail: deque[bytes] = deque()
        self._tail_held = 0
        self._dropped = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        self.total += len(data)
        head, rest = data[: self._head_left], data[self._head_left :]
        self._head_left -= len(head)
        if rest:
            self._keep(rest)
        return self._decoder.decode(head)

    def _keep(self, data: bytes) -> None:
        self._tail.append(data)
        self._tail_held += len(data)
        while self._tail and self._tail_held - len(self._tail[0]) >= self._tail_size:
            gone = len(self._tail.popleft())
            self._tail_held -= gone
            self._dropped += gone

    @property
    def overflowed(self) -> bool:
        return self._dropped + self._tail_held > self._tail_size

    def finish(self, whole: str | None) -> str:
        """The marker, if anything was left out, and the tail. `whole`: path of the file with everything."""
        tail = b"".join(self._tail)
        cut = max(0, len(tail) - self._tail_size)
        left_out = self._dropped + cut
        if not left_out:
            return self._decoder.decode(tail, final=True)
        text = self._decoder.decode(b"", final=True)
        where = f"; whole output: {whole}" if whole else ""
        marker = f"\n… [{left_out:,} bytes left out of {self.total:,}{where}] …\n"
        return text + marker + tail[cut:].decode("utf-8", "replace")
