"""An outer sandbox for the tests: a runc bundle as small as it can be, and its sockets' clients."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from typing import Any

from sandglass_sandbox import PROTOCOL
from sandglass_sandbox.framing import Frame, Header, Parser, encode

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "src"
RECIPE = SOURCE.parent / "image" / "build.sh"
UID_BASE = 1_000_000
CAPABILITIES = [
    "CAP_SYS_ADMIN",
    "CAP_NET_ADMIN",
    "CAP_SETUID",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_KILL",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
]


def image_directory() -> pathlib.Path:
    """The image that SANDGLASS_IMAGE names, or the recipe's own in the cache; it may be missing."""
    if named := os.environ.get("SANDGLASS_IMAGE"):
        return pathlib.Path(named)
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    key = subprocess.run([RECIPE, "--key"], check=True, capture_output=True, text=True).stdout
    cache = os.environ.get("SANDGLASS_CACHE", f"{cache}/sandglass")
    return pathlib.Path(cache, "images", key.strip())


_START = 'mount --bind "$1" "$2"; mount --bind "$3" "$4"; exec runc run -d --bundle "$5" "$6"'


def config(
    rootfs: pathlib.Path, source: pathlib.Path, run: pathlib.Path, data: pathlib.Path
) -> dict[str, Any]:
    def mount(kind: str, target: str, *options: str, source: str = "") -> dict[str, Any]:
        return {
            "destination": target,
            "type": kind,
            "source": source or kind,
            "options": list(options),
        }

    return {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0},
            "args": ["/usr/bin/python3", "-sP", "/opt/sandglass/sandglass_sandbox"],
            "env": [
                "PATH=/usr/bin",
                "HOME=/tmp",
                "LANG=C.UTF-8",
                "PYTHONMALLOC=mimalloc",
                "MIMALLOC_ARENA_RESERVE=0",
                "OMP_NUM_THREADS=1",
                "OPENBLAS_NUM_THREADS=1",
            ],
            "cwd": "/",
            "capabilities": {k: CAPABILITIES for k in ("bounding", "effective", "permitted")},
            "noNewPrivileges": True,
        },
        "root": {"path": str(rootfs), "readonly": True},
        "hostname": "sandglass",
        "mounts": [
            mount("proc", "/proc"),
            mount("tmpfs", "/dev", "nosuid", "mode=755", "size=64k"),
            mount("tmpfs", "/tmp", "nosuid", "nodev", "size=64m"),
            mount("tmpfs", "/run", "nosuid", "nodev", "mode=755", "size=1m"),
            mount("bind", "/opt/sandglass", "rbind", "ro", "nosuid", "nodev", source=str(source)),
            mount(
                "bind",
                "/run/sandglass",
                "rbind",
                "rw",
                "nosuid",
                "nodev",
                "noexec",
                source=str(run),
            ),
            mount(
                "bind", "/run/data", "rbind", "rw", "nosuid", "nodev", "noexec", source=str(data)
            ),
        ],
        "linux": {
            "uidMappings": [{"containerID": 0, "hostID": UID_BASE, "size": 65536}],
            "gidMappings": [{"containerID": 0, "hostID": UID_BASE, "size": 65536}],
            "namespaces": [{"type": t} for t in ("pid", "network", "ipc", "uts", "mount", "user")],
            "maskedPaths": [],
            "readonlyPaths": [],
        },
    }


class Client:
    """A connection to a zygote or a supervisor."""

    def __init__(self, path: pathlib.Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        self._parser = Parser()
        self._frames: list[Frame] = []
        self._numbers = itertools.count(1)
        self.send({"type": "hello", "protocol": PROTOCOL})
        self.hello = self.receive().header

    def send(self, header: Header, body: bytes = b"") -> None:
        self.socket.sendall(encode(header, body))

    def receive(self) -> Frame:
        while not self._frames:
            data = self.socket.recv(1 << 20)
            if not data:
                raise EOFError("the connection ended")
            self._frames += self._parser.feed(data)
        return self._frames.pop(0)

    def request(self, kind: str, body: bytes = b"", **fields: Any) -> Frame:
        """The reply; events that come before it are kept in order for `receive`."""
        number = next(self._numbers)
        self.send({"type": kind, "id": number, **fields}, body)
        early = []
        while True:
            frame = self.receive()
            if frame.header.get("id") == number:
                self._frames[:0] = early
                return frame
            early.append(frame)


class Outcome:
    """The events of one cell, by kind."""

    def __init__(self, frames: list[Frame]) -> None:
        self.frames = frames
        self.done = frames[-1].header

    def __repr__(self) -> str:
        return f"{self.done}\n{self.stdout}\n{self.stderr}\n{self.brief}"

    def _stream(self, name: str) -> str:
        return "".join(f.body.decode() for f in self.frames if f.header.get("name") == name)

    @property
    def stdout(self) -> str:
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        return self._stream("stderr")

    @property
    def status(self) -> str:
        return self.done["status"]

    @property
    def kinds(self) -> list[str]:
        """`stream`, the kind of each display, `error`, `done`, in order."""
        return [f.header.get("kind", f.header["type"]) for f in self.frames]

    @property
    def error(self) -> Header:
        return next((f.header for f in self.frames if f.header["type"] == "error"), {})

    @property
    def brief(self) -> str:
        return self.error.get("brief", "")

    @property
    def traceback(self) -> str:
        return next((f.body.decode() for f in self.frames if f.header["type"] == "error"), "")

    def displays(self, kind: str | None = None) -> list[dict[str, bytes]]:
        """MIME type → content of each display."""
        found = []
        for frame in self.frames:
            if frame.header["type"] != "display" or kind not in (None, frame.header["kind"]):
                continue
            at, parts = 0, {}
            for part in frame.header["parts"]:
                parts[part["mime"]] = frame.body[at : at + part["length"]]
                at += part["length"]
            found.append(parts)
        return found

    @property
    def result(self) -> str:
        """The last expression's value as text."""
        return next((d["text/plain"].decode() for d in self.displays("result")), "")


class Container(Client):
    """A started container."""

    _cells = itertools.count(1)
    supervisor = 0
    """Its pid in the sandbox."""
    kernel = 0
    """Its pid in the container, as it was started."""

    def run(self, code: str, timeout_ms: int = 60_000, **limits: int) -> list[Frame]:
        """The cell's events, the last one `done`."""
        return list(self.stream(code, timeout_ms, **limits))

    def stream(self, code: str, timeout_ms: int = 60_000, **limits: int):  # type: ignore[no-untyped-def]
        fields = {"grace_ms": 1000, "output_bytes": 65536, "spill_bytes": 1 << 20, **limits}
        cell = f"cell{next(self._cells)}"
        reply = self.request("execute", code.encode(), cell=cell, timeout_ms=timeout_ms, **fields)
        assert reply.header["type"] == "ok", reply.header
        while True:
            frame = self.receive()
            yield frame
            if frame.header["type"] == "done":
                self.ok("acknowledge", cell=cell)
                return

    def cell(self, code: str, **limits: int) -> Outcome:
        return Outcome(self.run(code, **limits))

    def text(self, code: str, **limits: int) -> str:
        """What the cell printed on stdout; the cell must end well."""
        outcome = self.cell(code, **limits)
        assert outcome.done["status"] == "ok", outcome
        return outcome.stdout

    def put(self, path: str, content: bytes) -> Header:
        """Writes a file as the server does."""
        handle = self.ok("file.create", size=len(content))["handle"]
        for at in range(0, len(content), 1 << 20):
            self.ok("file.append", content[at : at + (1 << 20)], handle=handle)
        return self.ok("file.commit", handle=handle, path=path, collision="replace")

    def get(self, path: str) -> bytes:
        """The first MiB of a file."""
        reply = self.request("file.read", path=path, offset=0, length=1 << 20)
        assert reply.header["type"] == "ok", reply.header
        return reply.body

    def paths(self) -> list[str]:
        reply = self.request("file.list", limit=1000)
        return [f["path"] for f in json.loads(reply.body)]

    def ok(self, kind: str, body: bytes = b"", **fields: Any) -> Header:
        reply = self.request(kind, body, **fields)
        assert reply.header["type"] == "ok", reply.header
        return reply.header

    def failure(self, kind: str, body: bytes = b"", **fields: Any) -> str:
        """The code of the failure that this request must meet."""
        reply = self.request(kind, body, **fields)
        assert reply.header["type"] == "failed", reply.header
        return reply.header["code"]

    def close(self) -> None:
        """Ends the container."""
        try:
            self.send({"type": "shutdown", "id": 1 << 40})
            while self.socket.recv(1 << 20):
                pass
        except OSError:
            pass
        self.socket.close()


class Sandbox:
    """One runc container with a zygote in it.

    Its directory is named like the container and locked by the process that made it: the lock goes
    with that process, however it ends, and what is left is swept up by the next run.
    """

    _PREFIX = "sandglass-test-"

    def __init__(self, image: pathlib.Path, code: pathlib.Path = SOURCE) -> None:
        self.sweep()
        directory = pathlib.Path(tempfile.mkdtemp(prefix=self._PREFIX))
        self._directory = directory
        self._id = directory.name
        self._lock = _locked(directory)
        self.run = directory / "run"
        self.data = directory / "data"
        bundle = directory / "bundle"
        for folder in (self.run, self.data, bundle):
            folder.mkdir(parents=True, exist_ok=True)
        os.chown(self.run, UID_BASE, UID_BASE)
        os.chown(self.data, UID_BASE, UID_BASE)
        directory.chmod(0o755)
        rootfs, source = directory / "rootfs", directory / "source"
        rootfs.mkdir()
        source.mkdir()
        (bundle / "config.json").write_text(json.dumps(config(rootfs, source, self.run, self.data)))
        self.log = (directory / "log").open("wb")
        subprocess.run(
            # In a mount namespace of its own: paths below /root are closed to the sandbox's user.
            [
                *("unshare", "--mount", "--propagation", "private", "sh", "-ec", _START, "sh"),
                *(str(p) for p in (image / "rootfs", rootfs, code, source, bundle, self._id)),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        self.zygote = Client(self._await_socket(self.run / "zygote.sock"))
        self._numbers = itertools.count(1)

    def _await_socket(self, path: pathlib.Path) -> pathlib.Path:
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            if path.exists():
                return path
            time.sleep(0.02)
        said = self.log_text()[-2000:]
        self.close()
        raise TimeoutError(f"no {path}: {said}")

    def log_text(self) -> str:
        """What the sandbox has written to its own stdout and stderr."""
        return (self._directory / "log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The zygote's on the host."""
        state = subprocess.run(
            ["runc", "state", self._id], check=True, capture_output=True, text=True
        )
        return json.loads(state.stdout)["pid"]

    def children(self) -> dict[int, list[str]]:
        """The zygote's children: host pid → pids in each namespace, the host's first."""
        return _children(self.pid)

    def fork_only(self, **changes: Any) -> Header:
        """A container that hasn't been started; the reply to `fork`."""
        number = next(self._numbers)
        data = self.data / f"c{number}"
        data.mkdir()
        uid = 2000 + 2 * number
        os.chown(data, UID_BASE + uid, UID_BASE + uid)
        fields = {
            "container": f"c{number}",
            "uid": uid,
            "supervisor_uid": uid + 1,
            "hostname": "sandglass",
            "data": f"/run/data/c{number}",
            "socket": f"/run/sandglass/c{number}.sock",
            "tmp_bytes": 64 << 20,
            "shm_bytes": 64 << 20,
            "processes": 64,
            "open_files": 256,
            **changes,
        }
        reply = self.zygote.request("fork", **fields)
        assert reply.header["type"] == "ok", reply.header
        return {**reply.header, "socket": self.run / f"c{number}.sock"}

    def fork(
        self,
        environment: dict[str, str] | None = None,
        limits: dict[str, int] | None = None,
        **changes: Any,
    ) -> Container:
        """:param limits: of memory, as `start` has them"""
        forked = self.fork_only(**changes)
        container = Container(forked["socket"])
        container.supervisor = forked["pid"]
        container.kernel = container.ok("start", environment=environment or {}, **(limits or {}))[
            "kernel_pid"
        ]
        return container

    def worker(self, container: Container) -> int:
        """The host pid of a container's file worker, which must be there."""
        at = str(container.supervisor)
        supervisor = next(h for h, pids in self.children().items() if pids[1:] == [at, "1"])
        inside = _children(supervisor).items()
        return next(h for h, pids in inside if pids[-1] != str(container.kernel))

    def close(self) -> None:
        self.log.close()
        self._remove(self._directory)
        if self._lock is not None:
            os.close(self._lock)

    @classmethod
    def sweep(cls) -> None:
        """Ends and removes the sandboxes of test runs that were killed."""
        for left in pathlib.Path(tempfile.gettempdir()).glob(cls._PREFIX + "*"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime > time.time() - 10:
                    continue  # perhaps just made, and about to be locked
            if (lock := _locked(left)) is not None:
                cls._remove(left)
                os.close(lock)

    @staticmethod
    def _remove(directory: pathlib.Path) -> None:
        command = ["runc", "delete", "-f", directory.name]
        subprocess.run(command, check=False, capture_output=True)
        shutil.rmtree(directory, ignore_errors=True)


def _children(pid: int) -> dict[int, list[str]]:
    found = {}
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        # It may end while we look, as a spare's parent does.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for line in pathlib.Path(f"/proc/{child}/status").read_text().splitlines():
                if line.startswith("NSpid:"):
                    found[int(child)] = line.split()[1:]
    return found


def _locked(directory: pathlib.Path) -> int | None:
    """A descriptor that holds the directory, or None if another process does or it is gone."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            os.close(descriptor)
    return None
