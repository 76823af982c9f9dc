"""PID 1 of a container: its connection to the server, its kernel, its files, its limits.

One thread, one selector. Everything that comes from the kernel is hostile: sizes are bounded and
types checked before anything is passed on.

Life of a cell: `execute` → events while the kernel runs → `end` from the kernel (or its death) →
pipes drained, tail and marker sent → `done`. A deadline sends SIGINT, the grace time's end SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from sandglass_sandbox import PROTOCOL
from sandglass_sandbox.cell import Cell, checked_display, checked_error
from sandglass_sandbox.child import FileWorker, Kernel
from sandglass_sandbox.framing import Frame, Header, Parser, ProtocolError, encode
from sandglass_sandbox.messages import Failure, failed, integer, ok, request_id, text

_CHUNK = 256 * 1024
_OUT_HIGH = 8 * 1024 * 1024
_MAX_CODE = 1024 * 1024
_DAY_MS = 24 * 3600 * 1000


class Supervisor:
    """The container's one loop; ends the process on `shutdown`."""

    def __init__(self, container: str, listener: socket.socket, uid: int, shell: Any) -> None:
        self._container = container
        self._listener = listener
        self._uid = uid
        self._shell = shell
        self._selector = selectors.DefaultSelector()
        self._connection: socket.socket | None = None
        self._parser = Parser()
        self._out = bytearray()
        self._greeted = False
        self._kernel: Kernel | None = None
        self._worker: FileWorker | None = None
        self._cell: Cell | None = None
        self._count = 0
        self._state_lost = False
        self._environment: dict[str, str] = {}
        self._verbs: dict[str, Callable[[int, Header, bytes], None]] = {
            "start": self._start,
            "execute": self._execute,
            "interrupt": self._interrupt,
            "shutdown": self._shutdown,
        }

    def run(self) -> None:
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._selector.register(wake_read, selectors.EVENT_READ, self._on_signal)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, self._on_connect)
        self._wake = wake_read
        while True:
            for key, mask in self._selector.select(self._wait()):
                key.data(mask)
            self._check_clock()
            self._flush()

    def _wait(self) -> float | None:
        if self._cell is None or self._cell.wake_at is None:
            return None
        return max(0.0, self._cell.wake_at - time.monotonic())

    # The server's connection

    def _on_connect(self, _mask: int) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            self._disconnect()
            connection.setblocking(False)
            self._connection = connection
            self._selector.register(connection, selectors.EVENT_READ, self._on_server)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._selector.unregister(self._connection)
            self._connection.close()
            self._connection = None
        self._parser = Parser()
        self._out.clear()
        self._greeted = False

    def _on_server(self, mask: int) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            if mask & selectors.EVENT_READ:
                data = connection.recv(_CHUNK)
                if not data:
                    self._disconnect()
                    return
                for frame in self._parser.feed(data):
                    self._handle(frame)
        except BlockingIOError:
            return
        except (ProtocolError, OSError):
            self._disconnect()

    def _send(self, header: Header, body: bytes = b"") -> None:
        if self._connection is not None:
            self._out += encode(header, body)
            self._flush()

    def _flush(self) -> None:
        connection = self._connection
        if connection is None:
            return
        try:
            while self._out:
                sent = connection.send(memoryview(self._out)[:_CHUNK])
                del self._out[:sent]
        except BlockingIOError:
            pass
        except OSError:
            self._disconnect()
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._out else 0)
        if self._selector.get_key(connection).events != wanted:
            self._selector.modify(connection, wanted, self._on_server)
        if self._kernel is not None:
            self._pause_kernel(len(self._out) > _OUT_HIGH)

    def _pause_kernel(self, pause: bool) -> None:
        """A slow server slows the code down instead of filling our memory."""
        kernel = self._kernel
        if kernel is None or kernel.paused == pause:
            return
        kernel.paused = pause
        for fd, callback in self._kernel_sources(kernel):
            if pause:
                self._selector.unregister(fd)
            else:
                self._selector.register(fd, selectors.EVENT_READ, callback)

    def _handle(self, frame: Frame) -> None:
        header, number = frame.header, request_id(frame.header)
        kind = header["type"]
        try:
            if not self._greeted:
                self._greet(kind, header, number)
                return
            if number is None:
                raise Failure("invalid", "a request needs an id")
            if kind.startswith("file."):
                self._file(number, header, frame.body)
                return
            verb = self._verbs.get(kind)
            if verb is None:
                raise Failure("invalid", f"unknown request {kind[:60]!r}")
            verb(number, header, frame.body)
        except Failure as failure:
            self._send(failed(number, failure))

    def _greet(self, kind: str, header: Header, number: int | None) -> None:
        if kind != "hello" or header.get("protocol") != PROTOCOL:
            self._send(failed(number, Failure("invalid", f"this is protocol {PROTOCOL}; say hello")))
            self._disconnect()
            return
        self._greeted = True
        answer: Header = {
            "type": "hello",
            "protocol": PROTOCOL,
            "role": "supervisor",
            "container": self._container,
            "state": "busy" if self._cell else "idle" if self._kernel else "new",
        }
        if self._cell:
            answer["cell"] = self._cell.id
        self._send(answer)

    # Life

    def _start(self, number: int, header: Header, _body: bytes) -> None:
        environment = header.get("environment", {})
        if not isinstance(environment, dict) or not all(
            isinstance(k, str) and isinstance(v, str) for k, v in environment.items()
        ):
            raise Failure("invalid", "environment must be an object of strings")
        if self._kernel is not None:
            raise Failure("exists", "the kernel runs already")
        self._environment = environment
        began = time.monotonic()
        self._fork_kernel()
        assert self._kernel is not None
        ms = round((time.monotonic() - began) * 1000)
        self._send(ok(number, kernel_pid=self._kernel.pid, ms=ms))

    def _fork_kernel(self) -> None:
        kernel = Kernel.fork(self._shell, self._uid, self._environment)
        self._kernel = kernel
        for fd, callback in self._kernel_sources(kernel):
            self._selector.register(fd, selectors.EVENT_READ, callback)

    def _kernel_sources(self, kernel: Kernel) -> list[tuple[Any, Callable[[int], None]]]:
        return [
            (kernel.channel, self._on_kernel),
            (kernel.stdout, lambda _mask: self._on_output("stdout")),
            (kernel.stderr, lambda _mask: self._on_output("stderr")),
        ]

    def _shutdown(self, _number: int, _header: Header, _body: bytes) -> None:
        os._exit(0)  # PID 1: the namespace and everything in it ends

    # Cells

    def _execute(self, number: int, header: Header, body: bytes) -> None:
        if self._cell is not None:
            raise Failure("busy", f"cell {self._cell.id} is running")
        if len(body) > _MAX_CODE:
            raise Failure("too-large", f"code of {len(body):,} bytes is over {_MAX_CODE:,}")
        cell = Cell(
            text(header, "cell", 200),
            self._count + 1,
            integer(header, "timeout_ms", 1, _DAY_MS),
            integer(header, "grace_ms", 1, _DAY_MS),
            integer(header, "output_bytes", 2, 64 * 1024 * 1024),
            integer(header, "spill_bytes", 0, 2**40),
        )
        if self._kernel is None:
            self._fork_kernel()
        assert self._kernel is not None
        self._count += 1
        self._cell = cell
        self._send(ok(number))
        try:
            self._kernel.execute(body)
        except OSError:
            self._reap_kernel()

    def _interrupt(self, number: int, header: Header, _body: bytes) -> None:
        cell = self._cell
        if cell is None or cell.id != text(header, "cell", 200) or self._kernel is None:
            raise Failure("not-found", "that cell is not running")
        cell.interrupt("interrupted", time.monotonic())
        self._kernel.signal(signal.SIGINT)
        self._send(ok(number))

    def _check_clock(self) -> None:
        cell, kernel = self._cell, self._kernel
        if cell is None or kernel is None or cell.wake_at is None:
            return
        now = time.monotonic()
        if now < cell.wake_at:
            return
        if cell.stopping is None:
            cell.interrupt("timeout", now)
            kernel.signal(signal.SIGINT)
        else:
            cell.kill()
            kernel.signal(signal.SIGKILL)

    def _event(self, kind: str, body: bytes = b"", /, **fields: object) -> None:
        if self._cell is not None:
            self._cell.seq += 1
            self._send(
                {"type": kind, "cell": self._cell.id, "seq": self._cell.seq, **fields}, body
            )

    def _on_output(self, name: str) -> None:
        if self._kernel is not None:
            self._take_output(name, self._kernel.read(name, _CHUNK))

    def _take_output(self, name: str, data: bytes) -> None:
        cell = self._cell
        if not data or cell is None:
            return  # between cells: left over by threads or children, shown to nobody
        shown = cell.outputs[name].feed(data)
        if cell.spill_bytes and (cell.spill is not None or cell.outputs[name].overflowed):
            self._spill(cell, data)
        else:
            cell.early.append(data) if cell.spill_bytes else None
        if shown:
            self._event("stream", shown.encode(), name=name)

    def _spill(self, cell: Cell, data: bytes) -> None:
        """Everything so far, in the order in which it was read, goes to an unnamed file."""
        if cell.spill is None:
            with contextlib.suppress(OSError, Failure):
                cell.spill = self._file_worker().spill_file()
            if cell.spill is None:
                cell.spill_bytes = 0
                cell.early.clear()
                return
            for earlier in cell.early:
                cell.spill.write(earlier, cell.spill_bytes)
            cell.early.clear()
        cell.spill.write(data, cell.spill_bytes)

    def _drain(self) -> None:
        """What the code wrote before comes before: pipes are emptied as far as they are filled."""
        for name in ("stdout", "stderr"):
            while self._kernel is not None and (data := self._kernel.read(name, _CHUNK)):
                self._take_output(name, data)

    def _on_kernel(self, _mask: int) -> None:
        kernel = self._kernel
        if kernel is None:
            return
        try:
            frames = kernel.receive()
        except (ProtocolError, OSError):
            kernel.signal(signal.SIGKILL)  # it speaks nonsense: its code has taken its channel
            frames = None
        if frames is None:
            self._reap_kernel()
            return
        for frame in frames:
            self._on_kernel_frame(frame)

    def _on_kernel_frame(self, frame: Frame) -> None:
        cell = self._cell
        if cell is None:
            return
        kind = frame.header["type"]
        if kind == "display" and (fields := checked_display(frame)) is not None:
            self._drain()
            self._event("display", frame.body, **fields)
        elif kind == "error":
            self._drain()
            fields, body = checked_error(frame)
            self._event("error", body, **fields)
        elif kind == "clear":
            self._drain()
            self._event("clear", wait=bool(frame.header.get("wait")))
        elif kind == "end":
            status = frame.header.get("status")
            count = frame.header.get("execution_count")
            self._finish(
                cell.ended(status if status in ("ok", "error", "interrupted") else "error"),
                execution_count=count if isinstance(count, int) else cell.number,
            )

    def _finish(self, status: str, execution_count: int, reason: str | None = None) -> None:
        cell = self._cell
        assert cell is not None
        self._drain()
        whole = self._commit_spill(cell)
        for name in ("stdout", "stderr"):
            if rest := cell.outputs[name].finish(whole):
                self._event("stream", rest.encode(), name=name)
        lost, self._state_lost = self._state_lost, False
        self._event(
            "done",
            status=status,
            reason=reason,
            execution_count=execution_count,
            elapsed_ms=round((time.monotonic() - cell.began) * 1000),
            stdout_bytes=cell.outputs["stdout"].total,
            stderr_bytes=cell.outputs["stderr"].total,
            spilled=whole,
            state_lost=lost,
        )
        self._cell = None

    def _commit_spill(self, cell: Cell) -> str | None:
        if cell.spill is None:
            return None
        with contextlib.suppress(OSError, Failure):
            return self._file_worker().commit(cell.spill, f"output-cell-{cell.number}.txt")
        return None

    # Children

    def _on_signal(self, _mask: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        kernel = self._kernel
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if kernel is not None and pid == kernel.pid:
                kernel.status = status
                self._kernel_died(kernel)
            elif self._worker is not None and pid == self._worker.pid:
                self._lose_worker()

    def _reap_kernel(self) -> None:
        """Its channel is closed: its death is on the way, or is brought about."""
        kernel = self._kernel
        if kernel is None:
            return
        kernel.signal(signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            _, kernel.status = os.waitpid(kernel.pid, 0)
        self._kernel_died(kernel)

    def _kernel_died(self, kernel: Kernel) -> None:
        if self._kernel is not kernel:
            return
        if kernel.paused:
            self._pause_kernel(False)
        # Frames that it sent before its end come first.
        with contextlib.suppress(ProtocolError, OSError):
            for frame in kernel.receive() or []:
                self._on_kernel_frame(frame)
        reason, sentence = kernel.death(self._cell)
        if self._cell is not None:
            self._state_lost = True
            self._finish("died", execution_count=self._cell.number, reason=reason)
        else:
            self._send({"type": "kernel_died", "reason": reason, "status": kernel.status})
            self._state_lost = True
        for fd, _ in self._kernel_sources(kernel):
            self._selector.unregister(fd)
        kernel.close()
        self._kernel = None
        # Children that it left would run on in nobody's name.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)
        self._lose_worker()
        del sentence

    # Files

    def _file_worker(self) -> FileWorker:
        if self._worker is None:
            self._worker = FileWorker.fork(self._uid, self._on_file_reply)
            self._selector.register(self._worker.socket, selectors.EVENT_READ, self._on_worker)
        return self._worker

    def _lose_worker(self) -> None:
        worker = self._worker
        if worker is not None:
            self._worker = None
            self._selector.unregister(worker.socket)
            for number in worker.close():
                self._send(failed(number, Failure("internal", "the file worker ended; try again")))

    def _file(self, number: int, header: Header, body: bytes) -> None:
        try:
            self._file_worker().request(number, header, body)
        except OSError:
            self._lose_worker()
            raise Failure("internal", "the file worker ended; try again") from None

    def _on_worker(self, _mask: int) -> None:
        worker = self._worker
        if worker is None:
            return
        try:
            alive = worker.receive()
        except (ProtocolError, OSError):
            alive = False
        if not alive:
            self._lose_worker()

    def _on_file_reply(self, number: int, frame: Frame) -> None:
        self._send({**frame.header, "id": number}, frame.body)
