"""A cell's stdout and stderr on their way to the server: cut, sent together, saved whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandglass_sandbox.files import Files, Spill
from sandglass_sandbox.output import Output

COALESCE_S = 0.005
"""Output that comes faster than this is sent together."""
COALESCE_BYTES = 32 * 1024

NAMES = ("stdout", "stderr")


class Streams:
    """What the cell prints. Owned by the supervisor's loop.

    :param limit: bytes that are shown of each stream
    :param saved: bytes that are saved of both, in the order in which they were read; 0: none
    :param send: takes a stream's name and text for the server
    """

    def __init__(
        self, files: Files, limit: int, saved: int, send: Callable[[str, bytes], None]
    ) -> None:
        self._files = files
        self._saved = saved
        self._send = send
        self._outputs = {name: Output(limit) for name in NAMES}
        self._waiting = bytearray()  # to be sent together …
        self._waiting_name = ""  # … of this stream
        self._early: list[bytes] = []  # what was read until it is too long
        self._spill: Spill | None = None
        self.flush_at: float | None = None
        """When `flush` is due."""

    def total(self, name: str) -> int:
        """Bytes that came."""
        return self._outputs[name].total

    @property
    def backlog(self) -> int:
        """Bytes that wait to be saved."""
        return self._spill.backlog if self._spill is not None else 0

    def take(self, name: str, data: bytes) -> None:
        shown = self._outputs[name].feed(data)
        self._save(name, data)
        if shown:
            if self._waiting_name != name:
                self.flush(None)
                self._waiting_name = name
            self._waiting += shown

    def _save(self, name: str, data: bytes) -> None:
        if self._saved == 0:
            return
        if self._spill is not None:
            self._spill.write(data)
            return
        self._early.append(data)
        if self._outputs[name].overflowed:
            self._spill = Spill(self._files, self._saved)
            for early in self._early:
                self._spill.write(early)
            self._early = []

    def flush_if_due(self, now: float) -> None:
        """Sends what waits, unless something was sent a moment ago and little waits."""
        if self._waiting and (self.flush_at is None or len(self._waiting) >= COALESCE_BYTES):
            self.flush(now)

    def flush(self, now: float | None) -> None:
        """Sends what waits. `now`: more may come at once, and is then held back for a moment."""
        sent = bool(self._waiting)
        if sent:
            text, self._waiting = bytes(self._waiting), bytearray()
            self._send(self._waiting_name, text)
        self.flush_at = now + COALESCE_S if sent and now is not None else None

    def commit(self, path: str, done: Callable[[str | None], None]) -> None:
        """Finishes the saved file; `done` hears its path, None if there is none."""
        self._early = []
        if self._spill is None:
            done(None)
        else:
            self._spill.commit(path, done)

    def ends(self, saved: str | None) -> Iterator[tuple[str, bytes]]:
        """What is still to be shown of each stream once `saved` is known: markers and tails."""
        for name, output in self._outputs.items():
            if rest := output.finish(saved):
                yield name, rest
