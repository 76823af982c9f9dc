"""The kernel process: takes cells from the supervisor, executes them, sends what they give out."""

from __future__ import annotations

import contextlib
import fcntl
import io
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from sandglass_sandbox import orphan
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.framing import Header
from sandglass_sandbox.kernel import backup, libraries
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


class _Descriptors:
    """What 0 to 2 must be, kept where code that closes or covers those doesn't reach them."""

    _KEPT_FROM = 10

    def __init__(self) -> None:
        self._kept = [
            fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, self._KEPT_FROM) for number in (0, 1, 2)
        ]

    def replace(self, outputs: list[int]) -> None:
        """Takes other pipes for stdout and stderr."""
        for number, output in zip((1, 2), outputs, strict=True):
            os.dup2(output, number)
            os.dup2(output, self._kept[number], inheritable=False)
            os.close(output)

    def mend(self) -> None:
        """After a cell that closed or covered one of them."""
        for number, kept in enumerate(self._kept):
            with contextlib.suppress(OSError):  # closed too; then there is nothing to mend with
                if not _same(number, kept):
                    os.dup2(kept, number)
        if any(_spoiled(stream) for stream in (sys.stdout, sys.stderr)):
            _bind_streams()


def _spoiled(stream: object) -> bool:
    return bool(getattr(stream, "closed", False)) or not callable(getattr(stream, "write", None))


def _same(number: int, kept: int) -> bool:
    whole = os.fstat(kept)
    try:
        return os.path.samestat(os.fstat(number), whole)
    except OSError:
        return False


def _bind_streams() -> None:
    for name, fd in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(fd, "w", closefd=False)
        buffered = io.BufferedWriter(raw, 64 * 1024)
        stream = _Stream(buffered, "utf-8", "backslashreplace", line_buffering=True)
        stream.mode = "w"  # type: ignore[misc]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115


def run(channel: Channel, shell: Shell, environment: dict[str, str]) -> None:
    """Until the supervisor closes the channel. In the main thread, where SIGINT comes to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    libraries.reseed()
    os.environ.update(environment)
    time.tzset()
    sys.path.insert(0, "")
    _bind_streams()
    # Else a child would write once more what was waiting here.
    os.register_at_fork(before=flush_streams)
    kernel = _Kernel(channel, shell)
    # Copies the pages that every cell writes to, before anybody waits for one; leaves no trace.
    shell.run_cell("pass", store_history=False, silent=True)
    kernel.serve()


class _Kernel:
    """Serves the supervisor on its channel; after a wake in another process, on another."""

    def __init__(self, channel: Channel, shell: Shell) -> None:
        self._shell = shell
        self._interrupts = Interrupts()
        self._descriptors = _Descriptors()
        self._take(channel)
        shell.sink = self._sink

    def _take(self, channel: Channel) -> None:
        """This process is the kernel from now on."""
        self._channel = channel
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._main_thread = threading.get_ident()
        self._marks = itertools.count(1)

    def serve(self) -> None:
        self._channel.send({"type": "ready"})
        while (frame := self._channel.receive()) is not None:
            match frame.header["type"]:
                case "execute":
                    self._execute(frame.header["run"], frame.body.decode("utf-8", "replace"))
                case "backup":
                    self._back_up()
                case "reap":
                    for pid in frame.header["pids"]:
                        with contextlib.suppress(ChildProcessError):
                            os.waitpid(pid, 0)

    def _execute(self, run: int, code: str) -> None:
        end = _execute(self._shell, self._interrupts, self._begin, code)
        if os.getpid() != self._pid:
            os._exit(0)  # a forked child that came to the end of its parent's cell
        self._descriptors.mend()
        with self._lock:
            self._channel.send({**end, "run": run})

    def _begin(self) -> None:
        """From now on SIGINT is heard; before, it would be lost."""
        with self._interrupts, self._lock:
            self._channel.send({"type": "begun"})

    def _sink(self, header: Header, body: bytes = b"") -> None:
        # A child that the code has forked must not speak for the kernel.
        if os.getpid() != self._pid:
            return
        # What is printed next goes another way, and must not overtake this. Other threads have no
        # order to keep with the code, and must not read the channel.
        mark = next(self._marks) if threading.get_ident() == self._main_thread else None
        with self._interrupts, self._lock:
            self._channel.send(header if mark is None else {**header, "mark": mark}, body)
            while mark is not None and not self._interrupts.pending:
                if self._channel.await_taken(mark, INTERRUPT_CHECK_S):
                    break

    def _back_up(self) -> None:
        """Forks the backup, and shows that the interpreter is still good for something."""
        told: Header = {"type": "backed-up"}
        threads = threading.active_count() - 1
        for descriptor in self._channel.take_descriptors():
            try:
                orphan.fork(lambda descriptor=descriptor: self._be_backup(descriptor))
            except OSError as error:
                told = {"type": "no-backup", "why": error.strerror or str(error)}
            finally:
                os.close(descriptor)
        self._shell.warm()
        with self._lock:
            self._channel.send({**told, "threads": threads})

    def _be_backup(self, descriptor: int) -> None:
        self._channel.close()
        channel, outputs = backup.stand_by(descriptor)
        self._descriptors.replace(outputs)
        self._take(channel)
        libraries.reseed()
        self.serve()
        os._exit(0)


def _execute(
    shell: Shell, interrupts: Interrupts, begin: Callable[[], None], code: str
) -> dict[str, Any]:
    number = shell.execution_count
    ok = False
    try:
        with interrupts.allowed():
            begin()
            ok = shell.run(code)
    except KeyboardInterrupt:  # it came between the shell's own handlers
        pass
    except BaseException:
        shell.showtraceback()
    flush_streams()
    shell.execution_count = number + 1  # also after code that couldn't be compiled
    return {"type": "end", "status": "ok" if ok else "error", "execution_count": number}
