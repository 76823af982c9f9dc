"""The supervisor's children: how a kernel and a file worker are forked, and why a kernel ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import container, linux, places, unwalled, worker
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.kernel import backup
from sandglass_sandbox.kernel import main as kernel_main
from sandglass_sandbox.kernel.shell import Shell
from sandglass_sandbox.walls import confine

PIPE_BYTES = 256 * 1024
_CHANNEL = 3
_BROKEN = 70
"""Exit status of a child whose Python failed outside of what it runs: EX_SOFTWARE of sysexits.h."""
_CHUNK = 64 * 1024


@dataclass
class KernelProcess:
    """A kernel as the supervisor sees it: its pid, its channel, the read ends of its output."""

    pid: int
    channel: socket.socket
    pipes: dict[str, int]

    @staticmethod
    def fork(
        spec: ContainerSpec, shell: Shell, environment: dict[str, str], memory: int
    ) -> KernelProcess:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        pipes, writes = output_pipes()
        pid = _fork(
            lambda: _kernel(spec, shell, environment, memory),
            null=True,
            stdio=writes,
            channel=theirs,
        )
        theirs.close()
        for write in writes:
            os.close(write)
        return KernelProcess(pid, ours, pipes)

    def read(self, name: str) -> bytes:
        """What there is, up to a chunk; empty if there is nothing."""
        try:
            return os.read(self.pipes[name], _CHUNK)
        except BlockingIOError:
            return b""

    def signal(self, number: signal.Signals) -> None:
        _send(self.pid, number)

    def close(self) -> None:
        """The channel belongs to its wire and is closed there."""
        for pipe in self.pipes.values():
            os.close(pipe)


def output_pipes() -> tuple[dict[str, int], list[int]]:
    """The read ends by their streams' names, and the write ends in the same order."""
    pipes, writes = {}, []
    for name in ("stdout", "stderr"):
        pipes[name], write = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(pipes[name], False)
        with contextlib.suppress(OSError):  # a user may have too much in pipes already
            fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        writes.append(write)
    return pipes, writes


def fork_worker(spec: ContainerSpec) -> tuple[int, socket.socket]:
    """The file worker's pid and our end of its channel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pid = _fork(lambda: _worker(spec), null=True, stdio=[], channel=theirs)
    theirs.close()
    return pid, ours


def _fork(body: Callable[[], None], null: bool, stdio: list[int], channel: socket.socket) -> int:
    """A child with nothing but /dev/null or `stdio` on 0 to 2 and its channel on 3."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open("/dev/null", os.O_RDWR)
        os.dup2(nothing, 0)
        for target, source in enumerate(stdio or [nothing, nothing], start=1):
            os.dup2(source, target)
        if channel.fileno() == _CHANNEL:
            os.set_inheritable(_CHANNEL, False)
        else:
            os.dup2(channel.fileno(), _CHANNEL, inheritable=False)
        os.closerange(_CHANNEL + 1, 1 << 20)
        body()
    finally:
        os._exit(_BROKEN)


def _kernel(spec: ContainerSpec, shell: Shell, environment: dict[str, str], memory: int) -> None:
    os.setsid()
    container.limit(spec)
    walls = container.on(spec).walls
    if walls:
        container.become(spec.uid)
    # Else its own /proc would be closed to it; the change of uid had made it so.
    linux.set_dumpable(True)
    backup.set_oom_score(backup.OOM_KERNEL)  # the supervisor outlives it
    if memory:
        backup.limit_data(memory, container.on(spec))
    os.chdir(_data(spec))
    if walls:
        confine.kernel(container.on(spec))
    else:
        environment = {**_unwalled(_data(spec)), **environment}
    kernel_main.run(Channel(socket.socket(fileno=_CHANNEL)), shell, environment)
    os._exit(0)


def _unwalled(data: str) -> dict[str, str]:
    """What a kernel without walls needs; gives its environment."""
    linux.set_parent_death_signal(signal.SIGKILL)
    tmp = unwalled.temporary(data)
    places.put({worker.ROOT: data, "/tmp": tmp}, [os.path.dirname(data)])
    tempfile.tempdir = None  # found out anew
    return {**unwalled.environment(data), **places.told()}


def _data(spec: ContainerSpec) -> str:
    """/mnt/data, or where it is without walls."""
    return worker.ROOT if container.on(spec).walls else str(spec.data)


def _worker(spec: ContainerSpec) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setsid()
    walls = container.on(spec).walls
    if walls:
        container.act_for(spec.uid, real=spec.supervisor_uid)
    linux.set_name("files")
    linux.set_dumpable(False)  # code of the same uid must not trace it
    if walls:
        confine.worker()
    worker.run(Channel(socket.socket(fileno=_CHANNEL)), _data(spec), container.on(spec))
    os._exit(0)


@dataclass(frozen=True)
class Death:
    """Why a kernel ended: a word for programs, a sentence for people and models."""

    reason: str
    message: str
    status: int


_CRASHES = {
    signal.SIGSEGV: "segmentation fault",
    signal.SIGABRT: "abort",
    signal.SIGBUS: "bus error",
    signal.SIGILL: "illegal instruction",
    signal.SIGFPE: "arithmetic error",
}


def explain(status: int, killed_because: str | None, near_limit: bool | None = None) -> Death:
    """:param killed_because: the supervisor's own reason, if it was the one who killed
    :param near_limit: whether it had come near its limit of memory; None: it had no limit
    """
    if killed_because is not None:
        return Death("killed", f"The code was killed: {killed_because}.", status)
    if os.WIFEXITED(status):
        code = os.WEXITSTATUS(status)
        if code == _BROKEN:
            said = "Python could go on no longer, as when its builtins are deleted"
            return Death("exit", f"{said} (exit status {code}).", status)
        return Death("exit", f"The code ended its Python process (exit status {code}).", status)
    number = os.WTERMSIG(status)
    if number == signal.SIGKILL and near_limit:
        return Death(
            "out-of-memory",
            "The Python process was killed, most likely because it used too much memory.",
            status,
        )
    if number == signal.SIGKILL:
        why = "" if near_limit is None else "; it was far from its limit of memory"
        return Death(
            "signal",
            f"The Python process was killed (SIGKILL), perhaps by its own code{why}.",
            status,
        )
    try:
        what = _CRASHES.get(signal.Signals(number), signal.Signals(number).name)
    except ValueError:
        what = f"signal {number}"
    return Death("signal", f"The Python process crashed: {what}.", status)


def others(spared: set[int]) -> set[int]:
    """Every living process of the container but these, the supervisor, and what was killed."""
    return {pid for pid in present(spared) - _dying() if unwalled.lives(pid)}


_killed: set[int] = set()


def _dying() -> set[int]:
    """What was killed and hasn't ended yet; on a busy host that takes a while."""
    _killed.intersection_update([pid for pid in _killed if unwalled.lives(pid)])
    return _killed


def present(spared: set[int]) -> set[int]:
    """The same with those that have ended and nobody has waited for: found out much faster."""
    if not _alone():
        return unwalled.descendants(os.getpid()) - spared - _dying()
    return {int(p) for p in os.listdir("/proc") if p.isdigit()} - spared - {os.getpid()}


def _alone() -> bool:
    """Whether the container has a PID namespace, whose first process this is."""
    return os.getpid() == 1


_PF_EXITING = 0x4


def is_ending(pid: int) -> bool:
    """Whether the system is taking it apart already; with much memory that takes a while."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return bool(int(stat.read().rpartition(b")")[2].split()[6]) & _PF_EXITING)
    except OSError:
        return True


def kill_all_but(spared: set[int]) -> set[int]:
    """Ends every other process of the container; gives which there were.

    They are stopped before the first is killed: what is stopped doesn't fork, and as long as none
    has ended a limit of processes that they have reached holds.
    """
    if not _alone():
        living = unwalled.end(lambda: present(spared))
        _killed.update(living)
        return living
    stopped: set[int] = set()
    for _ in range(100):
        fresh = present(spared) - stopped
        if not fresh:
            break
        for pid in fresh:
            _send(pid, signal.SIGSTOP)
        stopped |= fresh
    else:  # they multiply faster than that: all at once, those to be spared with them
        _send(-1, signal.SIGKILL)
        return stopped
    living = {pid for pid in stopped if unwalled.lives(pid)}
    for pid in stopped:
        _send(pid, signal.SIGKILL)
    _killed.update(living)
    return living


def kill(pid: int) -> None:
    """Ends one of ours; `others` doesn't find it any more."""
    _send(pid, signal.SIGKILL)
    _killed.add(pid)


def reaped(pid: int) -> None:
    """Its number may soon be another's."""
    _killed.discard(pid)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
