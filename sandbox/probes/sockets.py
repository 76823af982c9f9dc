"""The sockets of supervisor, zygote and server: none has a path inside, none is left open."""

import errno
import os
import socket
import stat

from .harness import Through, all_refused, must, probe

_connect = socket.SocketType.connect
_CHANNEL = 3
"""The kernel's own line to its supervisor, which takes all that comes from it as hostile."""


@probe("find a socket anywhere in the file system", "there is none")
def socket_files() -> str:
    for top in ("/run", "/tmp", "/dev", "/mnt", "/var", "/etc", "/home", "/opt"):
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    if stat.S_ISSOCK(os.lstat(path).st_mode):
                        raise Through(path)
                except FileNotFoundError:
                    continue
    return "none"


@probe("connect to the zygote and fork a container of one's own", "no such socket")
def zygote_socket() -> str:
    def attempt(path: str) -> str:
        with socket.socket(socket.AF_UNIX) as s:
            _connect(s, path)
            return "connected"

    paths = (
        "/run/sandglass/zygote.sock",
        "/run/zygote.sock",
        "/proc/1/root/run/sandglass/zygote.sock",
    )
    return all_refused({p: lambda p=p: attempt(p) for p in paths}, errno.ENOENT, errno.EACCES)


@probe("use an open socket besides the kernel's own channel", "there is none")
def open_sockets() -> str:
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode) and int(name) != _CHANNEL:
                found.append(name)
        except OSError:
            continue  # the listing's own
    own = [f for f in found if not _made_here(int(f))]
    return must(not own, "none", f"descriptors {own}")


def _made_here(fd: int) -> bool:
    """Both ends in this process, such as an event loop's."""
    with socket.socket(fileno=os.dup(fd)) as s:
        if s.family != socket.AF_UNIX:
            return True
        pid, _, _ = __import__("struct").unpack(
            "=3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        )
        return pid == os.getpid()


@probe("pass as another user on a Unix socket (SCM_CREDENTIALS)", "refused")
def forged_credentials() -> str:
    import struct

    left, right = socket.socketpair(socket.AF_UNIX)
    with left, right:
        right.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        forged = [(socket.SOL_SOCKET, 2, struct.pack("=3i", 1, 0, 0))]
        try:
            left.sendmsg([b"x"], forged)
        except PermissionError:
            return "EPERM"
        raise Through("sent as pid 1, uid 0")


@probe("find the server's way in (inherited pipes besides stdin, stdout, stderr)", "there is none")
def open_pipes() -> str:
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > _CHANNEL and stat.S_ISFIFO(os.fstat(int(name)).st_mode):
                found.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            continue
    own = [os.readlink(f"/proc/self/fd/{fd}") for fd in (1, 2)]
    # A pipe with both ends here is the code's own.
    alone = [f for f in found if found.count(f) == 1 and f not in own]
    return must(not alone, "none", f"pipes {alone}")
