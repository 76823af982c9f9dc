"""What stands in for a container's namespaces where there are none (`--system unwalled`).

A container is a tree of processes of one user's, all of them below its supervisor, which gets what
its descendants leave behind (a "subreaper"). So which processes are a container's is known without
a PID namespace, and all of them can be ended. Nothing here is a wall: code that wants to leave can.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from sandglass_sandbox import linux

_ROUNDS = 100
_QUIET = 3
_GONE_S = 5.0
_PAUSE_S = 0.001


def enter(zygote: int) -> None:
    """In a supervisor to be: an orphan that falls to the zygote."""
    parent = os.getppid()
    while os.getppid() == parent != zygote:
        time.sleep(_PAUSE_S)
    linux.set_parent_death_signal(signal.SIGKILL)
    if os.getppid() != zygote:
        os._exit(0)
    linux.set_child_subreaper()
    linux.no_new_privileges()  # no wall, but sudo and its like are of no use to the code


def environment(data: str) -> dict[str, str]:
    """What a kernel's is in place of the zygote's; `data` is its /mnt/data."""
    tmp = temporary(data)
    return {
        "HOME": tmp,
        "TMPDIR": tmp,
        "MPLCONFIGDIR": f"{tmp}/.matplotlib",
        "IPYTHONDIR": f"{tmp}/.ipython",
    }


def temporary(data: str) -> str:
    """A container's /tmp: made by the server beside its /mnt/data."""
    return os.path.join(os.path.dirname(data), "tmp")


def descendants(pid: int) -> set[int]:
    """All processes below that one; those that have ended and nobody has waited for included."""
    found: set[int] = set()
    left = [pid]
    while left:
        fresh = _children(left.pop()) - found
        found |= fresh
        left += fresh
    return found


def _children(pid: int) -> set[int]:
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return set()
    found: set[int] = set()
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/children", "rb") as children:
                found |= {int(child) for child in children.read().split()}
        except OSError:
            continue
    return found


def end_orphans(session: int) -> None:
    """In the zygote: ends what containers have left that are no more.

    It has come to us, and isn't of our session: a kernel has its own, and so has what it starts.
    Returns when nothing of it runs.
    """

    def orphans() -> set[int]:
        own = {child for child in _children(os.getpid()) if _session(child) not in (session, 0)}
        return own.union(*(descendants(child) for child in own))

    deadline = time.monotonic() + _GONE_S
    while time.monotonic() < deadline and end(orphans):
        time.sleep(_PAUSE_S)


def end(find: Callable[[], set[int]]) -> set[int]:
    """Ends all that `find` finds, and gives those that lived.

    They are stopped before the first is killed: what is stopped doesn't fork.
    """
    stopped: set[int] = set()
    quiet = 0
    for _ in range(_ROUNDS):
        fresh = find() - stopped
        # Who gets another parent while we look may be below neither: so we look again.
        quiet = 0 if fresh else quiet + 1
        if quiet == _QUIET:
            break
        for pid in fresh:
            _send(pid, signal.SIGSTOP)
        stopped |= fresh
    living = {pid for pid in stopped if lives(pid)}
    for pid in stopped:
        _send(pid, signal.SIGKILL)
    return living


def lives(pid: int) -> bool:
    """Whether it hasn't ended."""
    return _stat(pid, 0) not in (b"Z", b"X", b"")


def _session(pid: int) -> int:
    """0 once it is gone."""
    return int(_stat(pid, 3) or 0)


def _stat(pid: int, field: int) -> bytes:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[field]
    except OSError:
        return b""


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return
