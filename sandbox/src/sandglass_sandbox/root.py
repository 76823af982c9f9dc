"""A container's root file system: first as a list of steps, then carried out.

The list is the policy: `plan()` is a pure function whose result is pinned by a test, `carry_out()`
does what each step says and nothing else. The root is a small tmpfs with the image's directories
bound into it read-only; all that code may write is /mnt/data, /tmp and /dev/shm, and nothing there
can be executed, be a device or raise privileges.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import linux
from sandglass_sandbox.linux import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REMOUNT
from sandglass_sandbox.system import LINUX, System

NEW_ROOT = "/mnt"
"""Any directory of the image that isn't needed: covered in the container's mount namespace only."""

_QUIET = MS_NOSUID | MS_NODEV | MS_NOEXEC
_IMAGE = MS_RDONLY | MS_NOSUID | MS_NODEV

IMAGE_DIRECTORIES = {
    "usr": _IMAGE,  # the only place where code can be executed, or mapped as code
    "etc": _IMAGE | MS_NOEXEC,
    "var": _IMAGE | MS_NOEXEC,
    "opt/sandglass": _IMAGE | MS_NOEXEC,
}
IMAGE_LINKS = ("bin", "lib", "lib64", "sbin")
DEVICES = ("null", "zero", "full", "random", "urandom")
DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
}
EMPTY_DIRECTORIES = ("home", "proc", "run", "sys", "tmp", "dev/shm", "mnt/data")

_TMPFS_INODES = 65536


@dataclass(frozen=True)
class Directory:
    path: str


@dataclass(frozen=True)
class EmptyFile:
    path: str


@dataclass(frozen=True)
class Link:
    path: str
    target: str


@dataclass(frozen=True)
class Mount:
    """A new file system."""

    path: str
    fstype: str
    flags: int
    data: str = ""


@dataclass(frozen=True)
class Bind:
    """Something of the sandbox, seen here too; `flags` come on top of those it has there."""

    path: str
    source: str
    flags: int


@dataclass(frozen=True)
class Seal:
    """A mount made read-only once it has been filled."""

    path: str
    flags: int


Step = Directory | EmptyFile | Link | Mount | Bind | Seal

_DATA = "mnt/data"
Data = Bind | Mount | None
"""How /mnt/data comes about; None: the server mounts it, and until then nothing can be written."""


def directory(source: str) -> Data:
    return Bind(_DATA, source, _QUIET)


def in_memory(size: int, inodes: int, owner: int, system: System = LINUX) -> Data:
    limits = f"size={size},nr_inodes={inodes}" if system.tmpfs_inodes else f"size={size}"
    options = f"{limits},mode=700,uid={owner},gid={owner}"
    return Mount(_DATA, "tmpfs", _QUIET, options)


def plan(
    data: Data,
    tmp_bytes: int,
    shm_bytes: int,
    supervisor_gid: int,
    system: System = LINUX,
    image: str = "/",
) -> list[Step]:
    """Steps below the new root, in order.

    :param system: what it is mounted on
    :param supervisor_gid: the only group that sees everybody's processes in /proc
    :param image: where the image is, looked at for which of its links exist
    """
    steps: list[Step] = [Mount("", "tmpfs", _QUIET, "size=256k,mode=755")]
    for name, flags in IMAGE_DIRECTORIES.items():
        if os.path.isdir(os.path.join(image, name)):
            steps.append(Directory(name))
            steps.append(Bind(name, "/" + name, flags))
    for name in IMAGE_LINKS:
        if os.path.islink(os.path.join(image, name)):
            steps.append(Link(name, os.readlink(os.path.join(image, name))))
    steps += [Directory(name) for name in EMPTY_DIRECTORIES]
    steps.append(Mount("proc", "proc", _QUIET, proc_options(supervisor_gid, system)))
    for name in DEVICES:
        steps.append(EmptyFile(f"dev/{name}"))
        steps.append(Bind(f"dev/{name}", f"/dev/{name}", MS_NOSUID | MS_NOEXEC))
    steps += [Link(f"dev/{name}", target) for name, target in DEVICE_LINKS.items()]
    steps.append(Mount("tmp", "tmpfs", _QUIET, _tmpfs(tmp_bytes, system)))
    steps.append(Mount("dev/shm", "tmpfs", _QUIET, _tmpfs(shm_bytes, system)))
    if data is not None:
        steps.append(data)
    steps.append(Seal("", _QUIET))
    return steps


def proc_options(supervisor_gid: int, system: System) -> str:
    """Nothing of the host (no /proc/version, cpuinfo, sys, …), and each uid sees its own alone."""
    if not system.proc_options:
        return ""
    return f"subset=pid,hidepid=invisible,gid={supervisor_gid}"


def _tmpfs(size: int, system: System) -> str:
    inodes = f"nr_inodes={_TMPFS_INODES}," if system.tmpfs_inodes else ""
    return f"size={size},{inodes}mode=1777"


def carry_out(steps: list[Step], root: str = NEW_ROOT) -> None:
    """Builds the root in a fresh mount namespace and enters it; the old one is gone after it."""
    linux.mount("", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    for step in steps:
        _ACTIONS[type(step)](step, os.path.join(root, step.path).rstrip("/"))
    os.chdir(root)
    linux.pivot_root(".", ".")
    linux.umount(".", linux.MNT_DETACH)
    os.chdir("/")


def _empty_file(step: EmptyFile, path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _bind(step: Bind, path: str) -> None:
    linux.mount(step.source, path, "", MS_BIND)
    flags = step.flags | _locked(path)
    linux.mount("", path, "", MS_REMOUNT | MS_BIND | flags)


def _locked(path: str) -> int:
    """Flags that the mount has already: in a user namespace they can't be taken away."""
    return os.statvfs(path).f_flag & (MS_RDONLY | _QUIET)


_ACTIONS: dict[type, Callable[..., None]] = {
    Directory: lambda step, path: os.makedirs(path, 0o755, exist_ok=True),
    EmptyFile: _empty_file,
    Link: lambda step, path: os.symlink(step.target, path),
    Mount: lambda step, path: linux.mount(step.fstype, path, step.fstype, step.flags, step.data),
    Bind: _bind,
    Seal: lambda step, path: linux.mount(
        "", path, "", MS_REMOUNT | MS_BIND | MS_RDONLY | step.flags
    ),
}
