"""What a container is made from, and how a forked child of the zygote becomes one."""

from __future__ import annotations

import os
import re
import resource
import socket
from dataclasses import dataclass

from sandglass_sandbox import linux, messages, root
from sandglass_sandbox.framing import Header
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.system import SYSTEMS, System
from sandglass_sandbox.walls import confine

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_MAX_UID = 2**32 - 2
_MAX_SOCKET_PATH = 107


@dataclass(frozen=True)
class ContainerSpec:
    """A `fork` request, checked. Paths are the sandbox's, sizes bytes.

    /mnt/data is `data`, or of `data_bytes` and `data_inodes`, or left for the server to mount.
    No file of the code's grows past `file_bytes`; 0: past what its disk holds.

    :param system: the name of what the sandbox runs on
    """

    container: str
    uid: int
    supervisor_uid: int
    hostname: str
    data: str | None
    data_bytes: int
    data_inodes: int
    file_bytes: int
    socket: str
    tmp_bytes: int
    shm_bytes: int
    processes: int
    open_files: int
    system: str

    @staticmethod
    def parse(header: Header, system: str) -> ContainerSpec:
        spec = ContainerSpec(
            container=_name(header, "container"),
            uid=messages.integer(header, "uid", 1, _MAX_UID),
            supervisor_uid=messages.integer(header, "supervisor_uid", 1, _MAX_UID),
            hostname=_name(header, "hostname"),
            data=_absolute(header, "data", 4096) if "data" in header else None,
            data_bytes=messages.integer({"data_bytes": 0, **header}, "data_bytes", 0, 2**50),
            data_inodes=messages.integer({"data_inodes": 0, **header}, "data_inodes", 0, 2**40),
            file_bytes=messages.integer({"file_bytes": 0, **header}, "file_bytes", 0, 2**50),
            socket=_absolute(header, "socket", _MAX_SOCKET_PATH),
            tmp_bytes=messages.integer(header, "tmp_bytes", 4096, 2**50),
            shm_bytes=messages.integer(header, "shm_bytes", 4096, 2**50),
            processes=messages.integer(header, "processes", 8, 2**22),
            open_files=messages.integer(header, "open_files", 64, 2**20),
            system=system,
        )
        if spec.uid == spec.supervisor_uid:
            raise Failure("invalid", "uid and supervisor_uid must differ")
        if bool(spec.data_bytes) != bool(spec.data_inodes) or (spec.data and spec.data_bytes):
            raise Failure("invalid", "data, or data_bytes and data_inodes, or none of them")
        if not spec.data and not SYSTEMS[system].walls:
            raise Failure("invalid", "without walls data is needed")
        return spec


def on(spec: ContainerSpec) -> System:
    """What the container runs on."""
    return SYSTEMS[spec.system]


def _name(header: Header, field: str) -> str:
    value = messages.text(header, field, 64)
    if not _NAME.match(value):
        raise Failure("invalid", f"{field} must match {_NAME.pattern}")
    return value


def _absolute(header: Header, field: str, limit: int) -> str:
    value = messages.text(header, field, limit)
    if not value.startswith("/") or "\0" in value or ".." in value.split("/"):
        raise Failure("invalid", f"{field} must be an absolute path without '..'")
    return value


NAMESPACES = (
    os.CLONE_NEWNS | os.CLONE_NEWIPC | os.CLONE_NEWUTS | os.CLONE_NEWNET | os.CLONE_NEWCGROUP
)
"""What process 1 of a container leaves; its PID namespace was made for it by its parent."""


def enter(spec: ContainerSpec) -> socket.socket:
    """Makes this process, alone in a new PID namespace, the first of a container.

    Returns the listening socket, which has no path inside. Afterwards the process has the
    supervisor's uid, SETUID, SETGID and KILL, and can't gain anything. Without walls it only
    listens.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    os.umask(0o007)  # the directory decides whose group they are
    listener.bind(spec.socket)
    listener.listen(4)
    os.umask(0o022)
    if not on(spec).walls:
        return listener
    os.unshare(NAMESPACES)
    root.carry_out(
        root.plan(_data(spec), spec.tmp_bytes, spec.shm_bytes, spec.supervisor_uid, on(spec))
    )
    socket.sethostname(spec.hostname)
    if on(spec).down_loopback:
        linux.loopback_up()
    linux.drop_bounding_set()
    if on(spec).ambient:
        linux.clear_ambient()
    become(spec.supervisor_uid, (linux.CAP_SETUID, linux.CAP_SETGID, linux.CAP_KILL))
    linux.no_new_privileges()
    confine.supervisor()
    return listener


def _data(spec: ContainerSpec) -> root.Data:
    if spec.data is not None:
        return root.directory(spec.data)
    if spec.data_bytes:
        return root.in_memory(spec.data_bytes, spec.data_inodes, spec.uid, on(spec))
    return None


def become(uid: int, capabilities: tuple[int, ...] = ()) -> None:
    """Changes uid and gid for good and keeps only these capabilities."""
    linux.keep_capabilities(bool(capabilities))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    linux.set_capabilities(capabilities)
    linux.keep_capabilities(False)


def act_for(uid: int, real: int) -> None:
    """Works on files as `uid` without being signalled by it: that goes by the real and saved uid.

    The way back to them is closed by the filter that comes next.
    """
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(real, uid, real)
    linux.set_capabilities(())


def limit(spec: ContainerSpec) -> None:
    """Limits of the kernel and all that it starts. Processes are counted for its uid alone; where
    that is the server's too, the supervisor counts them.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not on(spec).walls:
        _lower(resource.RLIMIT_NOFILE, spec.open_files)
        if spec.file_bytes:
            _lower(resource.RLIMIT_FSIZE, spec.file_bytes)
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (spec.open_files, spec.open_files))
    processes = spec.processes if on(spec).counts_kernel else spec.processes - 1
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))


def _lower(limit: int, value: int) -> None:
    """Who isn't root raises none."""
    most = resource.getrlimit(limit)[1]
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (value, value))
