"""How a kernel's dormant backup waits. It is no child of the kernel's: code that waits for all its
children would wait for it too. So it is forked as an orphan (orphan.py) and falls to process 1, the
supervisor.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket

from sandglass_sandbox import linux
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.system import System

OOM_KERNEL = "1000"
OOM_BACKUP = "500"
"""What has the higher number is killed first when a container's memory is full."""


def stand_by(descriptor: int) -> tuple[Channel, list[int]]:
    """In the backup: waits on `descriptor` until it is wanted as the kernel.

    Returns its channel and the new descriptors of stdout and stderr. When the supervisor drops the
    backup it ends here.
    """
    os.setsid()  # a signal to the kernel's group must not hit it
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    linux.set_name("backup")
    # The kernel's own ends: while the backup holds them nobody sees that the kernel has ended.
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for target in (0, 1, 2):
        os.dup2(nothing, target)
    os.close(nothing)
    set_oom_score(OOM_BACKUP)
    channel = Channel(socket.socket(fileno=descriptor))
    channel.send({"type": "standing-by"})
    while (frame := channel.receive()) is not None:
        if frame.header["type"] == "weigh":
            channel.send({"type": "held", "mib": private_mib()})
        elif frame.header["type"] == "wake":
            linux.set_name("python3")
            set_oom_score(OOM_KERNEL)
            return channel, channel.take_descriptors()
    os._exit(0)


def set_oom_score(score: str) -> None:
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as adjust:
        adjust.write(score)


def private_mib() -> int:
    """What this process keeps for itself alone; 0 where that isn't told."""
    total = 0
    with contextlib.suppress(OSError), open("/proc/self/smaps_rollup") as rollup:
        for line in rollup:
            if line.startswith("Private_"):
                total += int(line.split()[1])
    return total // 1024


_THREADS = 64 * 1024 * 1024
"""Bytes that threads and pools may reserve without using them."""
_POOLS = 2 * 1024 * 1024 * 1024
"""Addresses that they may reserve: pyarrow's pool takes a GiB of them at once."""


def limit_data(size: int, system: System) -> None:
    """Lets an allocation that can't fit fail, as a MemoryError, before the memory is used."""
    if system.data_limit:
        _limit(resource.RLIMIT_DATA, "VmData:", size + _THREADS)
    else:
        _limit(resource.RLIMIT_AS, "VmSize:", size + _POOLS)


def _limit(limit: int, line: str, more: int) -> None:
    with open("/proc/self/status") as status:
        now = next(int(told.split()[1]) for told in status if told.startswith(line)) * 1024
    resource.setrlimit(limit, (now + more, resource.getrlimit(limit)[1]))
