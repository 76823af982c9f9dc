"""The kernel process: takes cells from the supervisor, executes them, sends what they give out."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from sandglass_sandbox.channel import Channel
from sandglass_sandbox.framing import Header
from sandglass_sandbox.kernel import libraries
from sandglass_sandbox.kernel.shell import Shell, flush_streams

INTERRUPT_CHECK_S = 0.05
"""How often a display that isn't taken looks whether an interrupt has come."""
PARTIAL_LINE_S = 0.05
"""After so long a line that isn't complete is sent with the next thing that is written."""


class Interrupts:
    """SIGINT: raises KeyboardInterrupt in the code, but never within a message of ours."""

    def __init__(self) -> None:
        self._shields = 0
        self._came = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self._shields:
            self._came = True
        else:
            raise KeyboardInterrupt

    @property
    def pending(self) -> bool:
        """Whether one came within the message that is being sent."""
        return self._came

    def __enter__(self) -> None:
        self._shields += 1

    def __exit__(self, *_: object) -> None:
        self._shields -= 1
        if self._came and not self._shields:
            self._came = False
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def allowed(self):  # type: ignore[no-untyped-def]
        self._came = False
        signal.signal(signal.SIGINT, self)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Stream(io.TextIOWrapper):
    """Python's stdout or stderr on a pipe: seen line by line, and earlier if lines are slow."""

    _since: float | None = None  # since when an incomplete line waits

    def write(self, text: str) -> int:
        count = super().write(text)
        if text.endswith(("\n", "\r")):
            self._since = None
        elif self._since is None:
            self._since = time.monotonic()
        elif time.monotonic() - self._since > PARTIAL_LINE_S:
            self._since = None
            self.flush()
        return count


def _bind_streams() -> None:
    for name, fd in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(fd, "w", closefd=False)
        buffered = io.BufferedWriter(raw, 64 * 1024)
        stream = _Stream(buffered, "utf-8", "backslashreplace", line_buffering=True)
        stream.mode = "w"  # type: ignore[misc]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # Else a child would write once more what was waiting here.
    os.register_at_fork(before=flush_streams)


def run(channel: Channel, shell: Shell, environment: dict[str, str]) -> None:
    """Until the supervisor closes the channel. In the main thread, where SIGINT comes to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    libraries.reseed()
    os.environ.update(environment)
    time.tzset()
    sys.path.insert(0, "")
    _bind_streams()
    interrupts = Interrupts()
    lock = threading.Lock()
    pid = os.getpid()

    main_thread = threading.get_ident()
    marks = itertools.count(1)

    def sink(header: Header, body: bytes = b"") -> None:
        # A child that the code has forked must not speak for the kernel.
        if os.getpid() != pid:
            return
        # What is printed next goes another way, and must not overtake this. Other threads have no
        # order to keep with the code, and must not read the channel.
        mark = next(marks) if threading.get_ident() == main_thread else None
        with interrupts, lock:
            channel.send(header if mark is None else {**header, "mark": mark}, body)
            while mark is not None and not interrupts.pending:
                if channel.await_taken(mark, INTERRUPT_CHECK_S):
                    break

    # Copies the pages that every cell writes to, before anybody waits for one; leaves no trace.
    shell.run_cell("pass", store_history=False, silent=True)
    shell.sink = sink
    channel.send({"type": "ready"})
    while (frame := channel.receive()) is not None:
        if frame.header["type"] != "execute":
            continue
        end = _execute(shell, interrupts, frame.body.decode("utf-8", "replace"))
        if os.getpid() != pid:
            os._exit(0)  # a forked child that came to the end of its parent's cell
        with lock:
            channel.send({**end, "run": frame.header["run"]})


def _execute(shell: Shell, interrupts: Interrupts, code: str) -> dict[str, Any]:
    number = shell.execution_count
    ok = False
    try:
        with interrupts.allowed():
            ok = shell.run(code)
    except KeyboardInterrupt:  # it came between the shell's own handlers
        pass
    except BaseException:
        shell.showtraceback()
    flush_streams()
    shell.execution_count = number + 1  # also after code that couldn't be compiled
    return {"type": "end", "status": "ok" if ok else "error", "execution_count": number}
