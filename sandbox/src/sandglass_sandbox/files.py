"""The supervisor's side of the file worker: forks it when it is needed, asks it, passes answers on.

Answers come in the order of the questions. A worker that dies (code of its uid may kill it) costs
the uploads in progress; questions that change nothing are put to the next one.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import process, worker
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.framing import Frame, Header
from sandglass_sandbox.messages import Failure, failed
from sandglass_sandbox.wire import Wire

MAX_WAITING = 1000
_REPEATABLE = ("file.list", "file.stat", "file.read")

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
        self.pid = 0
        """The worker's, or 0."""

    @property
    def backlog(self) -> int:
        """Bytes that the worker hasn't taken yet."""
        return self._wire.backlog if self._wire else 0

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
                failure = Failure("internal", f"no file worker could be forked: {error}")
                question.answer(failed(None, failure), b"")
                return
            self._wire = Wire(self._selector, connection, self._on_frame, self._on_close)
        self._waiting.append(question)
        self._wire.send({**question.header, "id": 1}, question.body)

    def _on_frame(self, _wire: Wire, frame: Frame) -> None:
        if self._waiting:
            question = self._waiting.popleft()
            question.answer(frame.header, frame.body)

    def _on_close(self, _wire: Wire, _reason: str | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self._wire = None
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
    """The whole output of a cell on its way into a file.

    Past the limit, or when the disk is full, the file keeps what it has.
    """

    def __init__(self, files: Files, limit: int) -> None:
        self._files = files
        self._room = limit
        self._early: list[bytes] | None = []  # until the file is open
        self._handle: int | None = None
        self._broken = False
        self._finish: Callable[[], None] | None = None  # what waits for the file to be open
        self._ask({"type": "file.create", "size": None}, b"", self._on_open)

    def write(self, data: bytes) -> None:
        data = data[: self._room]
        self._room -= len(data)
        if not data or self._broken:
            return
        if self._early is not None:
            self._early.append(data)
        else:
            self._append(data)

    def commit(self, path: str, done: Callable[[str | None], None]) -> None:
        """Gives the file its name; `done` hears it, or None if there is no file."""
        if self._early is not None and not self._broken:
            self._finish = lambda: self._commit(path, done)
        else:
            self._commit(path, done)

    def _ask(self, header: Header, body: bytes, answer: Answer) -> None:
        try:
            self._files.ask(header, body, answer)
        except Failure as failure:
            answer(failed(None, failure), b"")

    def _on_open(self, header: Header, _body: bytes) -> None:
        early, self._early = self._early or [], None
        if header["type"] == "ok":
            self._handle = header["handle"]
            for data in early:
                self._append(data)
        else:
            self._broken = True
        if self._finish is not None:
            self._finish()

    def _append(self, data: bytes) -> None:
        self._ask({"type": "file.append", "handle": self._handle}, data, self._on_appended)

    def _on_appended(self, header: Header, _body: bytes) -> None:
        if header["type"] != "ok":
            self._broken = True

    def _commit(self, path: str, done: Callable[[str | None], None]) -> None:
        if self._handle is None:
            done(None)
            return

        def committed(header: Header, _body: bytes) -> None:
            done(f"{worker.ROOT}/{header['path']}" if header["type"] == "ok" else None)

        header: Header = {"type": "file.commit", "path": path, "collision": "rename"}
        self._ask({**header, "handle": self._handle}, b"", committed)
