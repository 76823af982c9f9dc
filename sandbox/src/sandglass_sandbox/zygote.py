"""The first process of a sandbox: imports the libraries once and forks containers from itself.

One selector loop. A container takes two forks: the child makes a PID namespace, the grandchild is
the first process in it, builds the rest and becomes the supervisor; the child tells its pid and
ends, and the grandchild falls to the zygote, which is process 1 here and reaps it.
`unshare` never runs in the zygote itself, which has threads (importing pyarrow starts one).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import platform
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass, field

from sandglass_sandbox import PROTOCOL, container, linux, messages, supervisor
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.framing import Frame, Header, ProtocolError
from sandglass_sandbox.kernel import libraries
from sandglass_sandbox.kernel.shell import Shell, make_shell
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.wire import Wire

SOCKET = "/run/sandglass/zygote.sock"
FORK_TIMEOUT_S = 20.0
MAX_CONTAINERS = 4096
MAX_REPORT = 8192
READY = b"ready\n"


@dataclass
class _Fork:
    """A container between `fork` and `ok`: its report is read as it grows."""

    spec: ContainerSpec
    wire: Wire
    request: int
    deadline: float
    middle: int  # pid of the child between us and the supervisor
    report: bytes = b""

    def inner_pid(self) -> int:
        """The supervisor's, or 0 while it isn't known; `ready` may come before it."""
        lines = self.report.split(b"\n")[:-1]
        return next((int(line) for line in lines if line.isdigit()), 0)


@dataclass
class _Zygote:
    listener: socket.socket
    shell: Shell
    imported: list[str]
    import_ms: int
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    wires: set[Wire] = field(default_factory=set)
    forks: dict[int, _Fork] = field(default_factory=dict)  # by the report pipe's descriptor
    live: dict[int, str] = field(default_factory=dict)  # supervisor's pid → container
    early: dict[int, int] = field(default_factory=dict)  # ends while forks are under way
    unheard: list[Header] = field(default_factory=list)  # ends that happened with nobody there
    ending: bool = False

    # -- the loop

    def run(self) -> None:
        wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(wake, selectors.EVENT_READ, lambda: self._woken(wake))
        while not self.ending:
            for key, _ in self.selector.select(self._patience()):
                key.data()
            self._give_up_late()

    def _end(self, *_: object) -> None:
        self.ending = True

    def _patience(self) -> float | None:
        if not self.forks:
            return None
        return max(0.0, min(f.deadline for f in self.forks.values()) - time.monotonic())

    def _woken(self, wake: int) -> None:
        while True:
            try:
                if not os.read(wake, 4096):
                    break
            except BlockingIOError:
                break
        self._reap()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self.forks:
                self.early[pid] = status  # perhaps one whose report is still to be read
            self._ended(pid, status)

    def _ended(self, pid: int, status: int) -> None:
        name = self.live.pop(pid, None)
        if name is not None:
            self._tell({"type": "exited", "container": name, "pid": pid, "status": status})

    def _tell(self, event: Header) -> None:
        if not self.wires:
            self.unheard = [*self.unheard, event][-MAX_CONTAINERS:]
        for wire in self.wires:
            wire.send(event)

    # -- connections

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except BlockingIOError:
            return
        Wire(self.selector, connection, self._on_frame, self._on_close)

    def _on_close(self, wire: Wire, reason: str | None) -> None:
        self.wires.discard(wire)
        if reason:
            print(f"zygote: connection ended: {reason}", file=sys.stderr, flush=True)

    def _on_frame(self, wire: Wire, frame: Frame) -> None:
        header = frame.header
        kind = header["type"]
        if wire not in self.wires:
            if kind != "hello" or header.get("protocol") != PROTOCOL:
                wire.send(messages.failed(None, Failure("invalid", f"expected hello {PROTOCOL}")))
                wire.close_when_sent()
                return
            self._hello(wire)
            return
        number = messages.request_id(header)
        if number is None:
            raise ProtocolError(f"{kind}: a request needs a positive integer id")
        try:
            if kind == "fork":
                self._fork(wire, number, ContainerSpec.parse(header))
            elif kind == "ping":
                wire.send(messages.ok(number))
            else:
                raise ProtocolError(f"unknown message type {kind[:40]!r}")
        except Failure as failure:
            wire.send(messages.failed(number, failure))

    def _hello(self, wire: Wire) -> None:
        self.wires.add(wire)
        wire.send(
            {
                "type": "hello",
                "protocol": PROTOCOL,
                "role": "zygote",
                "python": platform.python_version(),
                "imported": self.imported,
                "import_ms": self.import_ms,
                "pid": os.getpid(),
                "containers": [{"container": c, "pid": p} for p, c in self.live.items()],
            }
        )
        for event in self.unheard:
            wire.send(event)
        self.unheard = []

    # -- forking

    def _fork(self, wire: Wire, number: int, spec: ContainerSpec) -> None:
        if len(self.live) + len(self.forks) >= MAX_CONTAINERS:
            raise Failure("busy", f"the sandbox has {MAX_CONTAINERS:,} containers already")
        names = {fork.spec.container for fork in self.forks.values()} | set(self.live.values())
        if spec.container in names:
            raise Failure("exists", f"container {spec.container} exists")
        report, report_write = os.pipe2(os.O_CLOEXEC)
        try:
            middle = os.fork()
        except OSError as error:
            os.close(report)
            os.close(report_write)
            raise Failure("internal", f"the zygote can't fork: {error}") from None
        if middle == 0:
            try:
                os.close(report)
                self._child(spec, report_write)
            finally:
                os._exit(70)
        os.close(report_write)
        deadline = time.monotonic() + FORK_TIMEOUT_S
        self.forks[report] = _Fork(spec, wire, number, deadline, middle)
        self.selector.register(report, selectors.EVENT_READ, lambda: self._on_report(report))

    def _child(self, spec: ContainerSpec, report: int) -> None:
        """Never returns."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            self._close_inherited()
            os.unshare(os.CLONE_NEWPID)
            pid = os.fork()
            if pid:
                os.write(report, f"{pid}\n".encode())
                os._exit(0)
            listener = container.enter(spec)
        except BaseException as error:
            traceback.print_exc()
            os.write(report, f"failed {type(error).__name__}: {error}"[:MAX_REPORT].encode())
            os._exit(71)
        # The first loop must be able to accept before the server hears of the container.
        os.write(report, READY)
        os.close(report)
        supervisor.run(spec, listener, self.shell)

    def _close_inherited(self) -> None:
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)
            else:
                key.fileobj.close()  # type: ignore[attr-defined]
        self.selector.close()

    def _on_report(self, report: int) -> None:
        fork = self.forks[report]
        data = os.read(report, MAX_REPORT)
        fork.report += data
        pid = fork.inner_pid()
        if pid and READY in fork.report:
            status = self.early.get(pid)
            self._forget(report)
            # Once it has ended the supervisor is our child, where the server looks for it.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(fork.middle, 0)
            self.live[pid] = fork.spec.container
            fork.wire.send(messages.ok(fork.request, pid=pid))
            if status is not None:
                self._ended(pid, status)
        elif not data or len(fork.report) > 2 * MAX_REPORT:
            self._forget(report)
            why = fork.report.decode(errors="replace").strip() or "it ended without a word"
            self._refuse(fork, f"container {fork.spec.container}: {why}")

    def _forget(self, report: int) -> None:
        self.selector.unregister(report)
        os.close(report)
        del self.forks[report]
        if not self.forks:
            self.early = {}

    def _refuse(self, fork: _Fork, why: str) -> None:
        # Before the socket exists or after it: nothing half-made stays behind.
        with contextlib.suppress(OSError):
            os.unlink(fork.spec.socket)
        fork.wire.send(messages.failed(fork.request, Failure("internal", why)))

    def _give_up_late(self) -> None:
        now = time.monotonic()
        for report, fork in list(self.forks.items()):
            if fork.deadline <= now:
                self._forget(report)
                if pid := fork.inner_pid():
                    os.kill(pid, signal.SIGKILL)
                self._refuse(fork, f"container {fork.spec.container}: not ready in time")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="zygote", description=__doc__.splitlines()[0])
    parser.add_argument("--socket", default=SOCKET)
    options = parser.parse_args(arguments)
    if os.getpid() != 1:
        linux.set_child_subreaper()
    imported, import_ms = libraries.import_all()
    shell = make_shell()
    libraries.warm(shell)
    gc.collect()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    # Made under another name and moved: who can connect finds somebody listening.
    os.umask(0o077)
    listener.bind(options.socket + ".new")
    listener.listen(16)
    os.rename(options.socket + ".new", options.socket)
    os.umask(0o022)
    _Zygote(listener, shell, imported, import_ms).run()
