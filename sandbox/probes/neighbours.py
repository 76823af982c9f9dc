"""Another container of the same project, in the same sandbox: `plant` runs there, the rest here."""

import errno
import os
import socket
import threading

from .harness import NotRun, Through, must, probe, refused

MARK = "sandglass-probe-5f1d"
PORT = 47111
_ABSTRACT = "\0" + MARK
_connect = socket.SocketType.connect
_listening: list[socket.socket] = []
_neighbour: set[int] = set()


def plant() -> None:
    """A file in each writable place, a process with a name, a port and an abstract socket."""
    for folder in ("/mnt/data", "/tmp", "/dev/shm"):
        with open(f"{folder}/{MARK}", "w") as file:
            file.write("secret")
    for family, address in ((socket.AF_UNIX, _ABSTRACT), (socket.AF_INET, ("127.0.0.1", PORT))):
        s = socket.socket(family)
        s.bind(address)
        s.listen(8)
        _listening.append(s)
        threading.Thread(target=_answer, args=(s,), daemon=True).start()
    print(os.getuid())


def knows(uid: int) -> None:
    """The neighbour's, as `plant` printed it."""
    _neighbour.add(uid)


def _answer(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        connection.send(b"secret")
        connection.close()


@probe("find the neighbour's files anywhere", "they are not there")
def neighbour_files() -> str:
    for top in ("/mnt", "/tmp", "/dev", "/run", "/var", "/home"):
        for folder, _, names in os.walk(top):
            if MARK in names:
                raise Through(f"{folder}/{MARK}")
    return "none"


@probe("reach the neighbour's files by its process (/proc/PID/root, cwd)", "no such process")
def neighbour_by_process() -> str:
    for pid in range(1, 1000):
        for way in ("root/mnt/data", "cwd"):
            if os.path.exists(f"/proc/{pid}/{way}/{MARK}"):
                raise Through(f"/proc/{pid}/{way}/{MARK}")
    return "none"


@probe("connect to the neighbour's port on loopback", "nobody listens here")
def neighbour_port() -> str:
    def attempt() -> bytes:
        with socket.socket(socket.AF_INET) as s:
            s.settimeout(2)
            _connect(s, ("127.0.0.1", PORT))
            return s.recv(10)

    return refused("connect", attempt, errno.ECONNREFUSED)


@probe("connect to the neighbour's abstract socket", "nobody listens here")
def neighbour_abstract_socket() -> str:
    def attempt() -> bytes:
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(2)
            _connect(s, _ABSTRACT)
            return s.recv(10)

    return refused("connect", attempt, errno.ECONNREFUSED)


@probe("find processes that are not the container's own", "none but the file worker")
def foreign_processes() -> str:
    """What may not be signalled, but is there. The first one is the supervisor, the second that."""
    found = []
    for pid in range(2, 3000):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except PermissionError:
            found.append(pid)
    return must(len(found) <= 1, f"{len(found)}", f"processes {found[:8]}")


@probe("be the same user as the neighbour", "each container has its own")
def neighbour_user() -> str:
    if not _neighbour:
        raise NotRun("nothing was planted in another container")
    return must(os.getuid() not in _neighbour, f"uid {os.getuid()}", f"both are {os.getuid()}")
