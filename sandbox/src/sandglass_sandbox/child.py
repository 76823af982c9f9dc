"""The supervisor's children: the kernel and the file worker, as seen from the supervisor."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from sandglass_sandbox import container, linux, worker
from sandglass_sandbox.cell import Cell, SpillFile
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.framing import MAX_BODY, Frame, Header, Parser, ProtocolError, encode
from sandglass_sandbox.messages import Failure

_CHUNK = 256 * 1024
_SIGNALS = {signal.SIGSEGV: "segmentation fault", signal.SIGABRT: "abort", signal.SIGBUS: "bus error"}


def _fork() -> int:
    """os.fork, whose warning about threads would be printed into the user's output."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _only_keep(*fds: int) -> None:
    """Closes every other descriptor that came along with the fork."""
    keep = {0, 1, 2, *fds}
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd not in keep:
            with contextlib.suppress(OSError):
                os.close(fd)


def _fresh_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Kernel:
    """The kernel process: its pid, its channel, the pipes of its stdout and stderr."""

    def __init__(self, pid: int, channel: socket.socket, stdout: int, stderr: int) -> None:
        self.pid = pid
        self.channel = channel
        self.stdout = stdout
        self.stderr = stderr
        self.paused = False
        self.status = 0
        self._parser = Parser(max_body=MAX_BODY)

    @classmethod
    def fork(cls, shell: Any, uid: int, environment: dict[str, str]) -> Kernel:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        pid = _fork()
        if pid == 0:
            try:
                os.dup2(out_write, 1)
                os.dup2(err_write, 2)
                _only_keep(theirs.fileno())
                _run_kernel(theirs, shell, uid, environment)
            finally:
                os._exit(70)
        theirs.close()
        os.close(out_write)
        os.close(err_write)
        os.set_blocking(out_read, False)
        os.set_blocking(err_read, False)
        kernel = cls(pid, ours, out_read, err_read)
        kernel._await_ready()
        return kernel

    def _await_ready(self) -> None:
        frames: list[Frame] = []
        self.channel.settimeout(30)
        while not frames:
            data = self.channel.recv(_CHUNK)
            if not data:
                raise Failure("internal", "the kernel ended before it was ready")
            frames = self._parser.feed(data)
        self.channel.setblocking(False)

    def execute(self, code: bytes) -> None:
        # Blocking is right: a kernel between cells does nothing but read.
        self.channel.setblocking(True)
        try:
            self.channel.sendall(encode({"type": "execute"}, code))
        finally:
            self.channel.setblocking(False)

    def receive(self) -> list[Frame] | None:
        """Frames that have come; None at the end of the stream."""
        frames: list[Frame] = []
        try:
            while True:
                data = self.channel.recv(_CHUNK)
                if not data:
                    return frames or None
                frames += self._parser.feed(data)
                if frames:
                    return frames
        except BlockingIOError:
            return frames

    def read(self, name: str, size: int) -> bytes:
        try:
            return os.read(self.stdout if name == "stdout" else self.stderr, size)
        except BlockingIOError:
            return b""

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def death(self, cell: Cell | None) -> tuple[str, str]:
        """Why it died: a word for the protocol, a sentence for people."""
        if cell is not None and cell.killed:
            return "killed", "it did not stop when it was asked to"
        if os.WIFEXITED(self.status):
            return "exit", f"exit status {os.WEXITSTATUS(self.status)}"
        number = os.WTERMSIG(self.status)
        if number == signal.SIGKILL:
            return "out-of-memory", "killed by the kernel, most likely out of memory"
        return "signal", _SIGNALS.get(signal.Signals(number), signal.Signals(number).name)

    def close(self) -> None:
        self.channel.close()
        os.close(self.stdout)
        os.close(self.stderr)


def _run_kernel(sock: socket.socket, shell: Any, uid: int, environment: dict[str, str]) -> None:
    from sandglass_sandbox.kernel import main, prepare

    _fresh_signals()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as adjust:
        adjust.write("1000")
    container.become_kernel(uid)
    os.setsid()
    os.environ.update(environment)
    os.chdir("/mnt/data")
    prepare.reseed()
    # Set after the change of uid, which clears it: nothing in a container outlives its supervisor anyway.
    linux.set_parent_death_signal(signal.SIGKILL)
    main.run(Channel(sock), shell)


class FileWorker:
    """The file worker's process; replies come in order, so that a queue of numbers suffices."""

    def __init__(self, pid: int, sock: socket.socket, on_reply: Callable[[int, Frame], None]) -> None:
        self.pid = pid
        self.socket = sock
        self._on_reply = on_reply
        self._parser = Parser()
        self._waiting: set[int] = set()
        self._fds: list[int] = []
        self._own: dict[int, Frame] = {}
        self._next_own = 2**53

    @classmethod
    def fork(cls, uid: int, on_reply: Callable[[int, Frame], None]) -> FileWorker:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        pid = _fork()
        if pid == 0:
            try:
                _only_keep(theirs.fileno())
                _fresh_signals()
                container.become_kernel(uid)
                linux.set_dumpable(False)
                worker.run(Channel(theirs))
            finally:
                os._exit(0)
        theirs.close()
        return cls(pid, ours, on_reply)

    def request(self, number: int, header: Header, body: bytes) -> None:
        self._waiting.add(number)
        self._send({**header, "id": number}, body)

    def _send(self, header: Header, body: bytes = b"") -> None:
        # Blocking: the worker reads all the time but when it answers, and answers are read below.
        data = memoryview(encode(header, body))
        while data:
            try:
                data = data[self.socket.send(data, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                if not self.receive(wait=0.01):
                    raise BrokenPipeError("the file worker ended") from None

    def receive(self, wait: float = 0.0) -> bool:
        """Passes on the replies that have come; False at the end of the stream."""
        self.socket.settimeout(wait or 0.0)
        try:
            data, fds, _, _ = socket.recv_fds(self.socket, _CHUNK, 4)
        except (BlockingIOError, TimeoutError):
            return True
        finally:
            self.socket.settimeout(None)
        self._fds += fds
        if not data:
            return False
        for frame in self._parser.feed(data):
            number = frame.header.get("id")
            if not isinstance(number, int):
                raise ProtocolError("a reply without id")
            if number in self._waiting:
                self._waiting.discard(number)
                self._on_reply(number, frame)
            else:
                self._own[number] = frame
        return True

    def _call(self, header: Header) -> Header:
        """One request of the supervisor's own; waits for its reply."""
        self._next_own += 1
        number = self._next_own
        self._send({**header, "id": number})
        while number not in self._own:
            if not self.receive(wait=5):
                raise BrokenPipeError("the file worker ended")
        reply = self._own.pop(number).header
        if reply["type"] != "ok":
            raise Failure(str(reply.get("code")), str(reply.get("message")))
        return reply

    def spill_file(self) -> SpillFile:
        handle = int(self._call({"type": "spill"})["handle"])
        return SpillFile(handle, self._fds.pop())

    def commit(self, spill: SpillFile, path: str) -> str:
        spill.close()
        reply = self._call(
            {"type": "file.commit", "handle": spill.handle, "path": path, "collision": "rename"}
        )
        return f"{worker.ROOT}/{reply['path']}"

    def close(self) -> set[int]:
        """Ends it; gives the numbers of the requests that it leaves without an answer."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return self._waiting
