"""Watches what a cell and the kernel's backup take: the kernel meets its own limit before the
container's, which would end whatever the system chooses.

A kernel that takes more than its limit is killed, and its backup revived. A backup is given up when
what it keeps alone would exceed the limit together with the kernel, or has cost the cell too much
time: each page that a cell rewrites while a backup has it too is copied first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from sandglass_sandbox import messages
from sandglass_sandbox.framing import Header
from sandglass_sandbox.system import System

TICK_S = 0.02
WEIGH_S = 0.1
"""How often a backup is asked at most what it keeps; the answer takes some milliseconds."""
MARGIN = 64 * 1024 * 1024
"""What a cell may take between two looks."""
COPY_S = 0.0034 / (1024 * 1024)
"""Measured: the time that copying a byte on write takes."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Limits:
    """:param memory: bytes that the kernel may take; 0: not watched
    :param reserve: bytes that the container may take on top of it
    :param cost_s: seconds that keeping a backup may cost a cell
    :param backups: whether there are any
    """

    memory: int = 0
    reserve: int = 0
    cost_s: float = 0.3
    backups: bool = True

    @staticmethod
    def parse(header: Header) -> Limits:
        backups = header.get("backups", True) is True
        if "memory_bytes" not in header:
            return Limits(backups=backups)
        return Limits(
            backups=backups,
            memory=messages.integer(header, "memory_bytes", 1 << 20, 1 << 50),
            reserve=messages.integer(header, "reserve_bytes", 0, 1 << 50),
            cost_s=messages.integer(header, "backup_cost_ms", 1, 3_600_000) / 1000,
        )


@dataclass(frozen=True)
class Kill:
    """The kernel has had too much."""

    because: str


@dataclass(frozen=True)
class GiveUp:
    """No backup any more in this cell."""

    why: str


@dataclass(frozen=True)
class Weigh:
    """What the backup keeps must be known now."""


def decide(limits: Limits, own: int, held: int, rest: int, system_s: float) -> object | None:
    """What is to be done, or None.

    :param own: bytes that the kernel has taken
    :param held: bytes that the backup alone was known to keep; 0 if it hasn't been asked
    :param rest: bytes that it may keep at most; 0 if there is none
    :param system_s: seconds that the cell has spent in the system, where pages are copied
    """
    if own > limits.memory:
        return Kill(f"it used {_gib(own)} of {_gib(limits.memory)} of memory")
    if not rest:
        return None
    room = limits.memory + limits.reserve - MARGIN - own
    if held > room:
        return GiveUp(_NO_ROOM)
    cost = min(system_s, held * COPY_S)
    if cost > limits.cost_s:
        return GiveUp(
            f"its backup had been given up, since the cell rewrote so much that keeping it had cost"
            f" {cost:.1f} s (sandbox.backup-cost)"
        )
    return Weigh() if rest > room or system_s > limits.cost_s else None


def decide_by_all(
    limits: Limits, own: int, everything: int, others: bool, backup: bool
) -> object | None:
    """The same where nobody tells what a backup keeps, but what all of the system has taken, and
    that is this container's alone (gVisor). Nothing is given up for the time that it costs.

    :param everything: bytes taken since the kernel was ready
    :param others: whether the kernel has started processes, each of which copies what it rewrites
    :param backup: whether there is one
    """
    if own > limits.memory:
        return Kill(f"it used {_gib(own)} of {_gib(limits.memory)} of memory")
    if everything <= limits.memory + limits.reserve - MARGIN:
        return None
    if backup and not others:
        return GiveUp(_NO_ROOM)
    return Kill(f"it and its processes used {_gib(everything)} of {_gib(limits.memory)} of memory")


_NO_ROOM = (
    "its backup had been given up, since what it kept did not fit into memory any more"
    " (sandbox.memory-reserve)"
)


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.2f} GiB"


def taken(pid: int, shared: bool = False) -> int:
    """Bytes of a process's own memory, what it has from the zygote included; 0 once it is gone.

    :param shared: what it shares with others counts too, files left out
    """
    if shared:
        return _anonymous_and_shared(pid)
    try:
        with open(f"/proc/{pid}/statm", "rb") as statm:
            _, resident, common, *_ = statm.read().split()
    except OSError:
        return 0
    return (int(resident) - int(common)) * _PAGE


def _anonymous_and_shared(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/status") as told:
            lines = (line.split() for line in told if line.startswith(("RssAnon:", "RssShmem:")))
            return sum(int(words[1]) for words in lines) * 1024
    except OSError:
        return 0


def everything() -> int:
    """Bytes of memory, of files in memory too, that all processes of the system have taken."""
    with open("/proc/meminfo") as told:
        lines = (line.split() for line in told)
        return sum(int(words[1]) for words in lines if words[0] in _TAKEN) * 1024


_TAKEN = ("AnonPages:", "Shmem:")


@dataclass(frozen=True)
class Birth:
    """What had been taken when the first kernel was ready, before it ran anything.

    :param kernel: bytes that every kernel has from its fork on
    :param all: bytes that the whole system had taken, if that is this container's alone; else None
    :param shared: whether shared memory is the kernel's too: no control group counts it
    """

    kernel: int = 0
    all: int | None = None
    shared: bool = False

    @staticmethod
    def of(kernel: int, system: System) -> Birth:
        shared = not system.counted
        everybody = everything() if system.own_memory else None
        return Birth(taken(kernel, shared), everybody, shared)


_NEAR = 0.9
"""The share of its limit from which on a kernel's end may be its memory's fault."""


def near(limits: Limits, birth: Birth, peak: int) -> bool | None:
    """Whether a kernel that has ended had come near its limit; None without one.

    :param peak: the most bytes that it ever had in memory, what it has from the zygote included
    """
    return peak - birth.kernel >= limits.memory * _NEAR if limits.memory else None


def system_s(pid: int) -> float:
    """Seconds that a process has spent in the system; 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return int(stat.read().rpartition(b")")[2].split()[12]) / _TICKS
    except OSError:
        return 0.0


class Watch:
    """One cell's. Owned by the supervisor's loop."""

    def __init__(self, limits: Limits, kernel: int, birth: Birth, now: float) -> None:
        self._limits = limits
        self._kernel = kernel
        self._birth = birth
        self._system = system_s(kernel)
        self._weighed = now
        self.at = now + TICK_S
        """When `look` is due."""

    def look(self, backup: int, held: int, others: Iterable[int], now: float) -> object | None:
        """:param backup: the pid of the backup, 0 if there is none
        :param others: pids of what the kernel has started; looked at only where it is needed
        """
        self.at = now + TICK_S
        if self._birth.all is not None:
            return self._look_at_all(backup, others, self._birth.all)
        found = decide(
            self._limits,
            self._own(self._kernel),
            held,
            taken(backup) if backup else 0,
            system_s(self._kernel) - self._system,
        )
        if isinstance(found, Weigh):
            if now - self._weighed < WEIGH_S:
                return None
            self._weighed = now
        return found

    def _look_at_all(self, backup: int, others: Iterable[int], before: int) -> object | None:
        all_of_it = everything() - before
        # Who else there is takes a while to find out.
        started = all_of_it > self._limits.memory and any(others)
        return decide_by_all(
            self._limits, self._own(self._kernel), all_of_it, started, bool(backup)
        )

    def _own(self, pid: int) -> int:
        return taken(pid, self._birth.shared) - self._birth.kernel
