"""PID 1 of a container: its connection to the server, its kernel, its files, its limits.

One thread, one selector, nothing blocks. Everything that comes from the kernel is hostile: sizes
are bounded, types checked, and what makes no sense costs the kernel its life.

    server ──Wire──▶ Supervisor ──Wire──▶ kernel (channel), pipes (stdout, stderr)
                         └──Files──Wire──▶ file worker

The server may go away and come back: events that it hasn't acknowledged are kept and sent to the
next connection (kept.py). While too much waits the kernel's output isn't read, so that a slow
server slows the code down instead of filling memory.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
import traceback

from sandglass_sandbox import PROTOCOL, framing, messages, process
from sandglass_sandbox.cell import CellSpec
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.files import Files
from sandglass_sandbox.framing import Frame, Header, ProtocolError
from sandglass_sandbox.kept import Kept
from sandglass_sandbox.kernel.shell import Shell
from sandglass_sandbox.memory import Limits
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.runner import Runner
from sandglass_sandbox.wire import Wire

OUT_HIGH = 8 * 1024 * 1024
"""Bytes of events waiting for the server, past which the kernel isn't read."""
IN_HIGH = 16 * 1024 * 1024
"""Bytes waiting for the file worker, or for the server, past which the server isn't read."""
KEPT_HIGH = 96 * 1024 * 1024
"""Bytes of events that weren't acknowledged, past which the kernel isn't read. One cell's are fewer
(cell.MAX_DISPLAY_BYTES), unless its kernel is hostile: then it meets its deadline so."""
MAX_VARIABLES = 1000
LONG_S = 3600.0
"""Longer than a selector should be asked to wait."""


def run(spec: ContainerSpec, listener: socket.socket, shell: Shell) -> None:
    """Never returns."""
    try:
        Supervisor(spec, listener, shell).run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)


class Supervisor:
    """The container's loop; the process ends with `shutdown`, and all of the container with it."""

    def __init__(self, spec: ContainerSpec, listener: socket.socket, shell: Shell) -> None:
        self._spec = spec
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._server: Wire | None = None
        self._greeted = False
        self._kept = Kept()
        self._files = Files(self._selector, spec)
        self._runner = Runner(self._selector, spec, shell, self._files, self._event)

    def run(self) -> None:
        wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._selector.register(wake, selectors.EVENT_READ, lambda: self._on_child(wake))
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        while True:
            for key, _ in self._selector.select(self._patience(time.monotonic())):
                # An earlier callback of this round may have ended what this one is about.
                if self._selector.get_map().get(key.fd) is key:
                    key.data()
            self._runner.check_clock(time.monotonic())
            self._files.check_clock(time.monotonic())
            self._balance()

    def _patience(self, now: float) -> float | None:
        """Seconds until a clock has to be looked at; None: never."""
        due = [at for at in (self._runner.wake_at(), self._files.idle_until()) if at is not None]
        return min(max(0.0, min(due) - now), LONG_S) if due else None

    def _balance(self) -> None:
        waiting = self._server.backlog if self._server else 0
        unsaved = self._files.backlog + self._runner.backlog
        full = waiting > OUT_HIGH or unsaved > OUT_HIGH or self._kept.size > KEPT_HIGH
        self._runner.pause(full)
        if self._server is not None:
            self._server.pause(waiting > 2 * IN_HIGH or self._files.backlog > IN_HIGH)

    def _on_child(self, wake: int) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(wake, 4096):
                pass
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            process.reaped(pid)
            self._runner.on_exit(pid, status, usage.ru_maxrss * 1024)

    # -- the server's connection

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except BlockingIOError:
            return
        if self._server is not None:
            self._server.close()
        self._greeted = False
        self._server = Wire(self._selector, connection, self._on_frame, self._on_close)

    def _on_close(self, wire: Wire, _reason: str | None) -> None:
        if wire is self._server:
            self._server = None
            self._greeted = False

    def _event(self, header: Header, body: bytes = b"") -> None:
        frame = framing.encode(header, body)
        server = self._server if self._greeted else None
        if "cell" in header:
            self._kept.add(header, frame)
        elif server is None:
            self._kept.add_other(frame)
        if server is not None:
            server.send_raw(frame)

    def _on_frame(self, wire: Wire, frame: Frame) -> None:
        header, kind = frame.header, frame.header["type"]
        if not self._greeted:
            self._greet(wire, header)
            return
        number = messages.request_id(header)
        if number is None:
            raise ProtocolError(f"{kind[:40]}: a request needs a positive integer id")
        try:
            self._answer(wire, number, header, frame.body)
        except Failure as failure:
            wire.send(messages.failed(number, failure))

    def _greet(self, wire: Wire, header: Header) -> None:
        if header["type"] != "hello" or header.get("protocol") != PROTOCOL:
            wire.send(messages.failed(None, Failure("invalid", f"expected hello {PROTOCOL}")))
            wire.close_when_sent()
            return
        self._greeted = True
        wire.send(
            {
                "type": "hello",
                "protocol": PROTOCOL,
                "role": "supervisor",
                "container": self._spec.container,
                **self._runner.state(),
                "kept": self._kept.cells(),
            }
        )
        for frame in self._kept.again():
            wire.send_raw(frame)

    def _answer(self, wire: Wire, number: int, header: Header, body: bytes) -> None:
        match header["type"]:
            case "execute":
                spec = CellSpec.parse(header, body)

                def accepted() -> None:
                    self._kept.begin(spec.id)
                    wire.send(messages.ok(number))

                self._runner.execute(spec, body, accepted)
            case "interrupt":
                self._runner.interrupt(messages.text(header, "cell", 200))
                wire.send(messages.ok(number))
            case "acknowledge":
                self._kept.acknowledge(messages.text(header, "cell", 200))
                wire.send(messages.ok(number))
            case "start":
                self._runner.start(
                    _environment(header),
                    Limits.parse(header),
                    lambda pid, ms: wire.send(messages.ok(number, kernel_pid=pid, ms=ms)),
                    lambda failure: wire.send(messages.failed(number, failure)),
                )
            case "backups":
                self._runner.keep_backups(messages.flag(header, "keep"))
                wire.send(messages.ok(number))
            case "shutdown":
                process.kill_all_but(set())
                os._exit(0)
            case _:
                self._files.ask(header, body, lambda h, b: wire.send({**h, "id": number}, b))


def _environment(header: Header) -> dict[str, str]:
    value = header.get("environment", {})
    if not isinstance(value, dict) or len(value) > MAX_VARIABLES:
        raise Failure(
            "invalid", f"environment must be an object of at most {MAX_VARIABLES} strings"
        )
    for name, text in value.items():
        if not isinstance(text, str) or not name or "=" in name or "\0" in name + text:
            raise Failure("invalid", f"environment: {name[:40]!r} can't be set to that")
    return value
