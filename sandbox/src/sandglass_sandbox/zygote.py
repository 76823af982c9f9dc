"""The first process of a sandbox: imports the libraries once and forks containers from itself.

One selector loop. How a container is forked: nursery.py.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import pathlib
import platform
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from sandglass_sandbox import PROTOCOL, immortal, linux, messages, places, unwalled
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.framing import Frame, Header, ProtocolError
from sandglass_sandbox.kernel import libraries
from sandglass_sandbox.kernel.shell import Shell, make_shell
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.nursery import Nursery, Order
from sandglass_sandbox.system import LINUX, SYSTEMS
from sandglass_sandbox.wire import Wire

SOCKET = "/run/sandglass/zygote.sock"
IMAGE = ("/usr/share/fonts", "/usr/lib/sandglass", "/usr/local/lib/python3.13")
"""What the image's libraries look for by its name."""
MAX_CONTAINERS = 4096
PAUSE_S = 0.005


@dataclass
class _Zygote:
    listener: socket.socket
    shell: Shell
    imported: list[str]
    import_ms: int
    system: str
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    wires: set[Wire] = field(default_factory=set)
    live: dict[int, str] = field(default_factory=dict)  # supervisor's pid → container
    unheard: list[Header] = field(default_factory=list)  # ends that happened with nobody there
    ending: bool = False

    def __post_init__(self) -> None:
        # Where a system is one container's there is no second one.
        ahead = not SYSTEMS[self.system].own_memory
        self.walls = SYSTEMS[self.system].walls
        self.nursery = Nursery(self.selector, self.shell, ahead, self.walls)

    # -- the loop

    def run(self) -> None:
        wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(wake, selectors.EVENT_READ, lambda: self._woken(wake))
        while not self.ending:
            for key, _ in self.selector.select(self.nursery.patience()):
                key.data()
            self.nursery.check_clock()

    def _end(self, *_: object) -> None:
        self.ending = True

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
            if pid in self.live:
                self._ended(pid, status)
            else:
                self.nursery.reaped(pid, status)

    def _ended(self, pid: int, status: int) -> None:
        name = self.live.pop(pid)
        if not self.walls:
            unwalled.end_orphans(os.getsid(0))
        self._tell({"type": "exited", "container": name, "pid": pid, "status": status})

    def _tell(self, event: Header) -> None:
        for wire in list(self.wires):  # one that has gone is taken out by its send
            wire.send(event)
        if not self.wires:
            self.unheard = [*self.unheard, event][-MAX_CONTAINERS:]

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
                self._fork(wire, number, ContainerSpec.parse(header, self.system))
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
        under_way = self.nursery.names()
        if len(self.live) + len(under_way) >= MAX_CONTAINERS:
            raise Failure("busy", f"the sandbox has {MAX_CONTAINERS:,} containers already")
        if spec.container in (*under_way, *self.live.values()):
            raise Failure("exists", f"container {spec.container} exists")

        def born(pid: int, ended: int | None) -> None:
            self.live[pid] = spec.container
            if not wire.open and ended is None:
                os.kill(pid, signal.SIGKILL)  # nobody would ever know of it
            wire.send(messages.ok(number, pid=pid))
            if ended is not None:
                self._ended(pid, ended)

        def failed(why: str) -> None:
            # Before the socket exists or after it: nothing half-made stays behind.
            with contextlib.suppress(OSError):
                os.unlink(spec.socket)
            failure = Failure("internal", f"container {spec.container}: {why}")
            wire.send(messages.failed(number, failure))

        try:
            self.nursery.take(Order(spec, born, failed))
        except OSError as error:
            raise Failure("internal", f"the zygote can't fork: {error}") from None


def _pause(path: str) -> None:
    """Here the whole sandbox is copied (runsc checkpoint); no socket may be bound in it.

    Each sandbox that is started from the copy goes on from here, with directories of its own.
    """
    with open(f"{path}.imported", "w"):
        pass
    while not os.path.exists(f"{path}.wanted"):
        time.sleep(PAUSE_S)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="zygote", description=__doc__.splitlines()[0])
    parser.add_argument("--socket", default=SOCKET)
    parser.add_argument("--system", choices=SYSTEMS, default=LINUX.name)
    parser.add_argument("--pause", action="store_true", help="be copied before the socket is made")
    parser.add_argument("--image", help="directory of the image, where it isn't the root")
    options = parser.parse_args(arguments)
    if os.getpid() != 1:
        linux.set_child_subreaper()
    if options.image:
        os.setsid()  # the server's terminal is not ours
        linux.set_name("zygote")
        places.install()
        image = {name: options.image + name for name in IMAGE}
        places.put(image, [options.image, str(pathlib.Path(__file__).parent.parent)])
    gc.disable()  # it would look through everything imported so far again and again
    imported, import_ms = libraries.import_all()
    gc.collect()
    gc.freeze()
    gc.enable()
    shell = make_shell()
    libraries.warm(shell)
    gc.collect()
    immortal.freeze()
    linux.collapse_to_huge_pages()  # each fork copies a page table entry for each page
    if options.pause:
        _pause(options.socket)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    # Made under another name and moved: who can connect finds somebody listening.
    os.umask(0o007)  # for a server that is not root: the directory gives it its group
    listener.bind(options.socket + ".new")
    listener.listen(16)
    os.rename(options.socket + ".new", options.socket)
    os.umask(0o022)
    _Zygote(listener, shell, imported, import_ms, options.system).run()
