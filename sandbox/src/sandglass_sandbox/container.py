"""Makes a container out of a forked zygote: namespaces, a root of its own, few privileges.

The mounts are a list of data (`mounts`), executed by `build_root`: the list is the policy.
"""

from __future__ import annotations

import os
import resource
import socket
import stat
from dataclasses import dataclass
from enum import Enum

from sandglass_sandbox import linux

NEW_ROOT = "/mnt"
SOURCE = "/opt/sandglass"
_LOCKED = linux.MS_NOSUID | linux.MS_NODEV
_DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True)
class ContainerSpec:
    """What the server asks for; sizes in bytes."""

    container: str
    uid: int
    supervisor_uid: int
    hostname: str
    data: str
    socket: str
    tmp_bytes: int
    shm_bytes: int
    processes: int
    open_files: int


class Kind(Enum):
    BIND = "bind"
    TMPFS = "tmpfs"
    PROC = "proc"
    FILE = "file"
    LINK = "link"


@dataclass(frozen=True)
class Mount:
    """One entry of the new root. `source`: path before the pivot, or a link's target."""

    kind: Kind
    target: str
    source: str = ""
    flags: int = 0
    options: str = ""


def mounts(spec: ContainerSpec) -> list[Mount]:
    """The whole root of a container, in order."""
    read_only = linux.MS_RDONLY | _LOCKED
    writable = _LOCKED | linux.MS_NOEXEC
    return [
        Mount(Kind.BIND, "/usr", "/usr", read_only),
        Mount(Kind.BIND, "/etc", "/etc", read_only),
        Mount(Kind.BIND, "/var", "/var", read_only),
        *(Mount(Kind.LINK, f"/{name}", f"usr/{name}") for name in ("bin", "lib", "lib64", "sbin")),
        Mount(Kind.BIND, SOURCE, SOURCE, read_only),
        Mount(Kind.PROC, "/proc", flags=_LOCKED | linux.MS_NOEXEC),
        Mount(Kind.TMPFS, "/dev", flags=linux.MS_NOSUID | linux.MS_NOEXEC, options="mode=755,size=64k"),
        *(Mount(Kind.FILE, f"/dev/{name}", f"/dev/{name}") for name in _DEVICES),
        Mount(Kind.LINK, "/dev/fd", "/proc/self/fd"),
        Mount(Kind.LINK, "/dev/stdin", "/proc/self/fd/0"),
        Mount(Kind.LINK, "/dev/stdout", "/proc/self/fd/1"),
        Mount(Kind.LINK, "/dev/stderr", "/proc/self/fd/2"),
        Mount(Kind.TMPFS, "/dev/shm", flags=writable, options=f"mode=1777,size={spec.shm_bytes}"),
        Mount(Kind.TMPFS, "/tmp", flags=writable, options=f"mode=1777,size={spec.tmp_bytes}"),
        Mount(Kind.BIND, "/mnt/data", spec.data, writable),
    ]


def build_root(spec: ContainerSpec) -> None:
    """Needs CAP_SYS_ADMIN in a user namespace, and mount and PID namespaces of its own."""
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", NEW_ROOT, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755,size=1m")
    for mount in mounts(spec):
        _execute(mount)
    linux.mount(
        "none", NEW_ROOT, "", linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY | _LOCKED
    )
    os.chdir(NEW_ROOT)
    linux.pivot_root(".", ".")
    linux.umount(".", linux.MNT_DETACH)
    os.chdir("/")


def _execute(mount: Mount) -> None:
    target = NEW_ROOT + mount.target
    match mount.kind:
        case Kind.LINK:
            if mount.source.startswith("usr/") and not os.path.isdir("/" + mount.source):
                return
            os.symlink(mount.source, target)
        case Kind.FILE:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
            linux.mount(mount.source, target, "", linux.MS_BIND)
        case Kind.BIND:
            os.makedirs(target, exist_ok=True)
            linux.mount(mount.source, target, "", linux.MS_BIND)
            linux.mount("none", target, "", linux.MS_REMOUNT | linux.MS_BIND | mount.flags)
        case Kind.TMPFS | Kind.PROC:
            os.makedirs(target, exist_ok=True)
            linux.mount(mount.kind.value, target, mount.kind.value, mount.flags, mount.options)


NAMESPACES = (
    os.CLONE_NEWNS | os.CLONE_NEWPID | os.CLONE_NEWIPC | os.CLONE_NEWUTS | os.CLONE_NEWNET
    if hasattr(os, "CLONE_NEWNS")
    else 0
)


def listen(path: str) -> socket.socket:
    """The supervisor's socket, made before the pivot: it has no path inside the container."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    listener.bind(path)
    os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
    listener.listen(4)
    return listener


def limit_resources(spec: ContainerSpec) -> None:
    """Processes are limited by the cgroup: RLIMIT_NPROC would count per user over all containers' kernels."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (spec.open_files, spec.open_files))
    resource.setrlimit(resource.RLIMIT_NPROC, (spec.processes, spec.processes))


def become_supervisor(spec: ContainerSpec) -> None:
    """Gives up everything but the power to start, stop and own the kernel."""
    linux.drop_bounding_set()
    os.setgroups([])
    linux.keep_capabilities(True)
    os.setresgid(spec.supervisor_uid, spec.supervisor_uid, spec.supervisor_uid)
    os.setresuid(spec.supervisor_uid, spec.supervisor_uid, spec.supervisor_uid)
    linux.keep_capabilities(False)
    linux.set_capabilities((linux.CAP_KILL, linux.CAP_SETGID, linux.CAP_SETUID))
    linux.no_new_privileges()
    linux.set_dumpable(False)


def become_kernel(uid: int) -> None:
    """No capability is left: uid 0 is given up together with them."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.set_capabilities(())
