"""The supervisor's side of the file worker: forks it when it is needed, asks it, passes answers on.

Answers come in the order of the questions. A worker that dies (code of its uid may kill it) costs
the uploads in progress; questions that change nothing are put to the next one. One that isn't asked
for a while is let go, as it has 2 MB of its own.
"""

from __future__ import annotations

import errno
import selectors
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import process, worker
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.framing import Frame, Header
from sandglass_sandbox.messages import Failure, failed
from sandglass_sandbox.wire import Wire

MAX_WAITING = 1000
IDLE_S = 30.0
"""A worker that hasn't been asked for so long is let go."""
_REPEATABLE = ("file.list", "file.stat", "file.read")

_UPLOADS = {"file.create": 1, "file.commit": -1, "file.abort": -1}
"""How many more uploads are in progress after it."""

Answer = Callable[[Header, bytes], None]


@dataclass
class _Question:
    header: Header
    body: bytes
    answer: Answer
    tries: int = 1


class Files:
    """Asks the file worker. `answer` is called once with the header (`ok` or `failed`) and body."""

    def __init__(self, selector: selectors.BaseSelector, spec: ContainerSpec) -> None:
        self._selector = selector
        self._spec = spec
        self._wire: Wire | None = None
        self._waiting: deque[_Question] = deque()
        self._uploads = 0
        self._asked_at = 0.0
        self.pid = 0
        """The worker's, or 0."""

    @property
    def backlog(self) -> int:
        """Bytes that the worker hasn't taken yet."""
        return self._wire.backlog if self._wire else 0

    def idle_until(self) -> float | None:
        """When `check_clock` has something to do, by the monotonic clock; None: not yet known."""
        busy = self._wire is None or self._waiting or self._uploads
        return None if busy else self._asked_at + IDLE_S

    def check_clock(self, now: float) -> None:
        at = self.idle_until()
        if self._wire is not None and at is not None and now >= at:
            self._wire.close()

    def ask(self, header: Header, body: bytes, answer: Answer) -> None:
        if header["type"] not in worker.VERBS:
            raise Failure("invalid", f"unknown request {header['type'][:60]!r}")
        if len(self._waiting) >= MAX_WAITING:
            raise Failure("busy", f"{MAX_WAITING:,} file requests are waiting already")
        self._put(_Question(header, body, answer))

    def _put(self, question: _Question) -> None:
        if self._wire is None:
            try:
                self.pid, connection = process.fork_worker(self._spec)
            except OSError as error:
                code = "busy" if error.errno == errno.EAGAIN else "internal"
                failure = Failure(code, f"no file worker could be forked: {error}")
                question.answer(failed(None, failure), b"")
                return
            self._wire = Wire(self._selector, connection, self._on_frame, self._on_close)
        self._waiting.append(question)
        self._asked_at = time.monotonic()
        self._wire.send({**question.header, "id": 1}, question.body)

    def _on_frame(self, _wire: Wire, frame: Frame) -> None:
        if self._waiting:
            question = self._waiting.popleft()
            if frame.header["type"] == "ok":
                self._uploads += _UPLOADS.get(question.header["type"], 0)
            question.answer(frame.header, frame.body)

    def _on_close(self, _wire: Wire, _reason: str | None) -> None:
        process.kill(self.pid)
        self._wire = None
        self._uploads = 0
        self.pid = 0
        unanswered, self._waiting = self._waiting, deque()
        for question in unanswered:
            if question.header["type"] in _REPEATABLE and question.tries < 3:
                question.tries += 1
                self._put(question)
            else:
                failure = Failure("internal", "the file worker ended; try again")
                question.answer(failed(None, failure), b"")


class Spill:
    """The whole output of a cell on its way into a file, one append at a time.

    Past the limit, or when the disk is full, the file keeps what it has.
    """

    def __init__(self, files: Files, limit: int) -> None:
        self._files = files
        self._room = limit
        self._waiting = bytearray()
        self._asking = False
        self._handle: int | None = None
        self._broken = False
        self._commit: tuple[str, Callable[[str | None], None]] | None = None
        self._ask({"type": "file.create", "size": None}, b"", self._on_open)

    @property
    def backlog(self) -> int:
        """Bytes that the file worker hasn't been given yet."""
        return len(self._waiting)

    def write(self, data: bytes) -> None:
        data = data[: self._room]
        self._room -= len(data)
        if not self._broken:
            self._waiting += data
            self._go_on()

    def commit(self, path: str, done: Callable[[str | None], None]) -> None:
        """Gives the file its name; `done` hears it, or None if there is no file."""
        self._commit = path, done
        self._go_on()

    def _go_on(self) -> None:
        if self._asking:
            return
        if self._waiting:
            data = bytes(self._waiting[: worker.CHUNK])
            del self._waiting[: worker.CHUNK]
            header: Header = {"type": "file.append", "handle": self._handle}
            self._ask(header, data, self._on_appended)
        elif self._commit is not None:
            (path, done), self._commit = self._commit, None
            self._name(path, done)

    def _ask(self, header: Header, body: bytes, answer: Answer) -> None:
        def answered(header: Header, body: bytes) -> None:
            self._asking = False
            answer(header, body)

        self._asking = True
        try:
            self._files.ask(header, body, answered)
        except Failure as failure:
            answered(failed(None, failure), b"")

    def _on_open(self, header: Header, _body: bytes) -> None:
        if header["type"] == "ok":
            self._handle = header["handle"]
        else:
            self._give_up()
        self._go_on()

    def _on_appended(self, header: Header, _body: bytes) -> None:
        if header["type"] != "ok":
            self._give_up()
        self._go_on()

    def _give_up(self) -> None:
        self._broken = True
        self._waiting.clear()

    def _name(self, path: str, done: Callable[[str | None], None]) -> None:
        if self._handle is None:
            done(None)
            return

        def committed(header: Header, _body: bytes) -> None:
            if header["type"] == "ok":
                done(f"{worker.ROOT}/{header['path']}")
            else:
                abort: Header = {"type": "file.abort", "handle": self._handle}
                self._ask(abort, b"", lambda _header, _body: done(None))

        header: Header = {"type": "file.commit", "path": path, "collision": "rename"}
        self._ask({**header, "handle": self._handle}, b"", committed)
