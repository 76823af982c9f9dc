"""The zygote: PID 1 of a sandbox. Imports the libraries once, then forks every container from itself."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from typing import Any

from sandglass_sandbox import PROTOCOL, container
from sandglass_sandbox.child import _fork
from sandglass_sandbox.framing import Header, Parser, ProtocolError, encode
from sandglass_sandbox.messages import Failure, failed, integer, ok, request_id, text

_CHUNK = 64 * 1024
_UID = (1, 65_535)


class Zygote:
    """Answers `fork` and `ping`; tells when a container has ended."""

    def __init__(self, path: str, shell: Any, imported: list[str], import_ms: int) -> None:
        self._shell = shell
        self._about = {"python": sys.version.split()[0], "imported": imported, "import_ms": import_ms}
        self._selector = selectors.DefaultSelector()
        self._containers: dict[int, str] = {}
        self._connections: dict[socket.socket, Parser] = {}
        self._listener = container.listen(path)
        self._listener.setblocking(False)

    def run(self) -> None:
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(wake_read, selectors.EVENT_READ, lambda: self._reap(wake_read))
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        while True:
            for key, _ in self._selector.select():
                key.data()

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            connection.settimeout(10)
            self._connections[connection] = Parser()
            self._selector.register(
                connection, selectors.EVENT_READ, lambda: self._on_server(connection)
            )

    def _close(self, connection: socket.socket) -> None:
        if self._connections.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()

    def _on_server(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(_CHUNK)
            if not data:
                self._close(connection)
                return
            for frame in self._connections[connection].feed(data):
                self._send(connection, self._answer(frame.header))
        except (ProtocolError, OSError):
            self._close(connection)

    def _send(self, connection: socket.socket, header: Header) -> None:
        try:
            connection.sendall(encode(header))
        except OSError:
            self._close(connection)

    def _answer(self, header: Header) -> Header:
        number = request_id(header)
        try:
            if header["type"] == "hello":
                if header.get("protocol") != PROTOCOL:
                    raise Failure("invalid", f"this is protocol {PROTOCOL}")
                return {"type": "hello", "protocol": PROTOCOL, "role": "zygote", "pid": os.getpid(), **self._about}
            if number is None:
                raise Failure("invalid", "a request needs an id")
            if header["type"] == "ping":
                return ok(number)
            if header["type"] == "fork":
                return ok(number, pid=self._fork(_spec(header)))
            raise Failure("invalid", f"unknown request {header['type'][:60]!r}")
        except Failure as failure:
            return failed(number, failure)

    def _fork(self, spec: container.ContainerSpec) -> int:
        """The supervisor's pid, once it listens.

        Two forks: the first child takes new namespaces, the second is PID 1 in them. The first one
        ends at once, so that the second becomes our child and we reap it.
        """
        report_read, report_write = os.pipe()
        first = _fork()
        if first == 0:
            try:
                os.close(report_read)
                self._become_container(spec, report_write)
            finally:
                os._exit(70)
        os.close(report_write)
        try:
            report = _read_all(report_read)
        finally:
            os.close(report_read)
            os.waitpid(first, 0)
        if not report.startswith(b"pid "):
            raise Failure("internal", "no container: " + report.decode("utf-8", "replace")[:1500])
        pid = int(report[4:])
        self._containers[pid] = spec.container
        return pid

    def _become_container(self, spec: container.ContainerSpec, report: int) -> None:
        try:
            os.setsid()
            listener = container.listen(spec.socket)
            os.unshare(container.NAMESPACES)
            ready_read, ready_write = os.pipe()
            pid = _fork()
            if pid == 0:
                os.close(ready_read)
                os.close(report)
                self._become_supervisor(spec, listener, ready_write)
            os.close(ready_write)
            message = _read_all(ready_read)
            os.write(report, message or f"pid {pid}".encode())
        except BaseException:
            os.write(report, traceback.format_exc().encode()[-1500:])
        os._exit(0)

    def _become_supervisor(
        self, spec: container.ContainerSpec, listener: socket.socket, ready: int
    ) -> None:
        from sandglass_sandbox import linux
        from sandglass_sandbox.supervisor import Supervisor

        try:
            signal.set_wakeup_fd(-1)
            socket.sethostname(spec.hostname)
            linux.loopback_up()
            container.build_root(spec)
            container.limit_resources(spec)
            container.become_supervisor(spec)
            _keep_only(listener.fileno(), ready)
            supervisor = Supervisor(spec.container, listener, spec.uid, self._shell)
        except BaseException:
            os.write(ready, traceback.format_exc().encode()[-1500:])
            os._exit(70)
        os.close(ready)
        try:
            supervisor.run()
        except BaseException:
            traceback.print_exc()
        os._exit(70)

    def _reap(self, wake: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(wake, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = self._containers.pop(pid, None)
            if name is not None:
                for connection in list(self._connections):
                    self._send(
                        connection,
                        {"type": "exited", "container": name, "pid": pid, "status": status},
                    )


def _read_all(fd: int) -> bytes:
    chunks = []
    while data := os.read(fd, 4096):
        chunks.append(data)
    return b"".join(chunks)


def _keep_only(*fds: int) -> None:
    """stdin, stdout and stderr of a supervisor lead nowhere; everything else of the zygote's is closed."""
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd not in (0, 1, 2, *fds):
            with contextlib.suppress(OSError):
                os.close(fd)


def _spec(header: Header) -> container.ContainerSpec:
    uid = integer(header, "uid", *_UID)
    supervisor_uid = integer(header, "supervisor_uid", *_UID)
    if uid == supervisor_uid:
        raise Failure("invalid", "kernel and supervisor need different uids")
    return container.ContainerSpec(
        container=text(header, "container", 200),
        uid=uid,
        supervisor_uid=supervisor_uid,
        hostname=text(header, "hostname", 64),
        data=text(header, "data"),
        socket=text(header, "socket", 107),
        tmp_bytes=integer(header, "tmp_bytes", 4096, 2**40),
        shm_bytes=integer(header, "shm_bytes", 4096, 2**40),
        processes=integer(header, "processes", 4, 100_000),
        open_files=integer(header, "open_files", 32, 1_000_000),
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="zygote")
    parser.add_argument("--socket", default="/run/sandglass/zygote.sock")
    options = parser.parse_args(arguments)
    from sandglass_sandbox.kernel import prepare

    imported, import_ms = prepare.import_libraries()
    shell = prepare.warm_shell()
    gc.collect()
    gc.freeze()
    Zygote(options.socket, shell, imported, import_ms).run()
