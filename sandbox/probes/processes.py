"""Other processes: supervisor and file worker. Neither is read, traced, signalled or slowed."""

import contextlib
import ctypes
import errno
import os
import resource
import signal

from .harness import Through, all_refused, call, must, probe, refused

_GONE_OR_CLOSED = (errno.EPERM, errno.EACCES, errno.ENOENT, errno.ESRCH, errno.ENOSYS)
_NO_FILE = (errno.ENXIO, errno.ENODEV)
"""Of a socket and of a pipe's kin: there is nothing to open."""
_SUPERVISOR = 1
_ANY = range(2, 400)
_WORKER = "files"


def _own(pid: int) -> bool:
    """Of the code's own kind: this process, one that it has started, a kernel kept in reserve."""
    if pid in (os.getpid(), os.getppid()):
        return True
    try:
        with open(f"/proc/{pid}/comm") as name:
            return name.read().strip() != _WORKER
    except OSError:
        return False  # it can't be seen, or there is none


def _others() -> list[int]:
    return [pid for pid in _ANY if not _own(pid)]


def _read(name: str) -> str:
    path = f"/proc/{_SUPERVISOR}/{name}"
    if name in ("cwd", "root", "exe"):
        return os.readlink(path)
    with open(path, "rb") as file:
        return repr(file.read(10))


@probe("read the supervisor's memory, program and directories", "refused")
def read_supervisor() -> str:
    names = ("mem", "cwd", "root", "exe", "stack", "syscall")
    return all_refused({n: lambda n=n: _read(n) for n in names}, *_GONE_OR_CLOSED)


@probe("open what the supervisor writes to: its log, its pipes, its connections", "refused")
def write_as_supervisor() -> str:
    def attempt(number: int) -> str:
        path = f"/proc/{_SUPERVISOR}/fd/{number}"
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.close(fd)
        return os.readlink(path)

    attempts = {f"fd/{n}": lambda n=n: attempt(n) for n in range(1, 20)}
    return all_refused(attempts, *_GONE_OR_CLOSED, *_NO_FILE)


@probe("read the supervisor's environment, the places of its memory, its files", "refused")
def describe_supervisor() -> str:
    attempts = {n: lambda n=n: _read(n) for n in ("environ", "maps", "auxv")}
    attempts["fd"] = lambda: repr(os.listdir(f"/proc/{_SUPERVISOR}/fd"))
    attempts |= {f"fd/{n}": lambda n=n: _read(f"fd/{n}") for n in range(3)}
    return all_refused(attempts, *_GONE_OR_CLOSED)


@probe("see that there is a supervisor (/proc/1)", "it can't be seen")
def see_supervisor() -> str:
    return refused("stat", lambda: os.stat(f"/proc/{_SUPERVISOR}"), errno.ENOENT)


@probe("end or stop the supervisor by a signal", "refused")
def signal_supervisor() -> str:
    # 0 is what decides; the others are sent only if it may be.
    return refused("kill", lambda: os.kill(_SUPERVISOR, 0), errno.EPERM, errno.ESRCH)


@probe("signal the supervisor by a pidfd", "refused")
def signal_supervisor_by_pidfd() -> str:
    def attempt() -> None:
        fd = os.pidfd_open(_SUPERVISOR)
        try:
            signal.pidfd_send_signal(fd, 0)
        finally:
            os.close(fd)

    return refused("send", attempt, errno.EPERM, errno.ENOSYS)


@probe("queue a signal with data to the supervisor", "refused")
def queue_signal() -> str:
    information = (ctypes.c_int * 32)(0, 0, -1)
    return refused(
        "rt_sigqueueinfo", lambda: call(129, 138, _SUPERVISOR, 0, information), errno.EPERM
    )


@probe("get the supervisor's signals by owning its files (F_SETOWN)", "it reaches nobody else")
def signal_by_owner() -> str:
    import fcntl

    read, write = os.pipe()
    try:
        with contextlib.suppress(OSError):
            fcntl.fcntl(read, fcntl.F_SETOWN, _SUPERVISOR)
            fcntl.fcntl(read, fcntl.F_SETFL, os.O_ASYNC)
            os.write(write, b"x")
        # Had SIGIO come through, the supervisor's default would be to end, and this with it.
        return must(os.getppid() != 0, "it lives", "the supervisor has ended")
    finally:
        os.close(read)
        os.close(write)


@probe("trace the supervisor (PTRACE_SEIZE)", "refused", apart=True)
def trace_supervisor() -> str:
    return refused("ptrace", lambda: call(101, 117, 0x4206, _SUPERVISOR, 0, 0), *_GONE_OR_CLOSED)


@probe("write into the supervisor's memory (process_vm_writev)", "refused", apart=True)
def write_supervisor() -> str:
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    return refused(
        "process_vm_writev",
        lambda: call(311, 271, _SUPERVISOR, vector, 1, vector, 1, 0),
        *_GONE_OR_CLOSED,
    )


@probe("take the supervisor's connection to the server (pidfd_getfd)", "refused")
def steal_descriptor() -> str:
    def attempt() -> int:
        fd = os.pidfd_open(_SUPERVISOR)
        try:
            return call(438, 438, fd, 3, 0)
        finally:
            os.close(fd)

    return refused("pidfd_getfd", attempt, *_GONE_OR_CLOSED)


@probe("change the supervisor's limits", "refused")
def limit_supervisor() -> str:
    return refused(
        "prlimit",
        lambda: resource.prlimit(_SUPERVISOR, resource.RLIMIT_NOFILE, (0, 0)),
        *_GONE_OR_CLOSED,
    )


@probe("change the supervisor's priority or processors", "refused")
def slow_supervisor() -> str:
    return all_refused(
        {
            "setpriority": lambda: os.setpriority(os.PRIO_PROCESS, _SUPERVISOR, 19),
            "sched_setaffinity": lambda: os.sched_setaffinity(_SUPERVISOR, {0}),
        },
        *_GONE_OR_CLOSED,
    )


@probe("find and signal the file worker, which has the same user", "none can be signalled")
def signal_worker() -> str:
    for pid in _others():
        try:
            os.kill(pid, 0)
        except (PermissionError, ProcessLookupError):
            continue
        raise Through(f"process {pid} can be signalled")
    return "none"


@probe("read the file worker's memory (/proc/PID/mem)", "none can be opened")
def read_worker() -> str:
    for pid in _others():
        try:
            os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
        except OSError:
            continue
        raise Through(f"/proc/{pid}/mem can be read")
    return "none"


@probe("trace the file worker", "refused", apart=True)
def trace_worker() -> str:
    for pid in _others():
        try:
            call(101, 117, 0x4206, pid, 0, 0)
        except OSError:
            continue
        raise Through(f"process {pid} is traced")
    return "none can be traced"


@probe("move into another session or process group of the supervisor's", "refused")
def join_group() -> str:
    return refused(
        "setpgid", lambda: os.setpgid(0, _SUPERVISOR), errno.EPERM, errno.EACCES, errno.ESRCH
    )
