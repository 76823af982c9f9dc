"""How a kernel forks its dormant backup, and how the backup waits.

The backup must be no child of the kernel: code that waits for all its children would wait for it
too. So a helper that shares the kernel's memory (as a vfork does: nothing is copied for it) forks
and ends, and the backup falls to process 1, the supervisor. The helper runs Python on a stack of
its own, from a C callback, while the kernel's thread stands still in `clone`; by returning from
the callback it leaves the interpreter's state as it was. The backup stays in that callback, so
that a kernel which was a backup runs on this second stack.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import resource
import signal
import socket
from collections.abc import Callable

from sandglass_sandbox import linux
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.system import System

STACK = 8 * 1024 * 1024
"""As large as a main thread's usually is; only what is used takes memory."""
OOM_KERNEL = "1000"
OOM_BACKUP = "500"
"""What has the higher number is killed first when a container's memory is full."""

_CLONE_VM = 0x100
_CLONE_VFORK = 0x4000
_WAIT_ALL = 0x40000000  # __WALL: also for a child that ends without a signal
_FAILED = 255

_Callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the interpreter stays locked meanwhile
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


_bodies: list[Callable[[], None]] = []  # of the fork that is under way


def _helper(_: int) -> int:
    """In the helper: its exit status is the error, and 0 if there was none."""
    body = _bodies.pop()
    try:
        if os.fork():
            return 0
    except OSError as error:
        return error.errno or _FAILED
    try:
        body()
    finally:
        os._exit(70)


# Made at import, in the zygote: a container's walls may refuse memory that can be executed.
_callback = _Callback(_helper)


def fork(body: Callable[[], None]) -> None:
    """Forks a process that isn't our child; it runs `body` and ends. OSError if there is none."""
    stack = mmap.mmap(-1, STACK, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_STACK)
    view = ctypes.c_char.from_buffer(stack)
    bottom = ctypes.addressof(view)
    # An overflow must hit a wall, not what lies below.
    _libc.mprotect(bottom, mmap.PAGESIZE, 0)
    _bodies.append(body)
    # No signal at its end: a SIGCHLD handler of the code's would hear of it.
    pid = _libc.clone(_callback, ctypes.c_void_p(bottom + STACK), _CLONE_VM | _CLONE_VFORK, None)
    failure = ctypes.get_errno() if pid < 0 else os.waitstatus_to_exitcode(_status(pid))
    _bodies.clear()
    del view
    stack.close()
    if failure:
        raise OSError(failure, os.strerror(failure))


def _status(pid: int) -> int:
    try:
        return os.waitpid(pid, _WAIT_ALL)[1]
    except ChildProcessError:  # the code's own thread was faster
        return 0


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
            _allow_stack()
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


def _allow_stack() -> None:
    """A revived kernel has one more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if soft != resource.RLIM_INFINITY:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (soft + STACK, hard))
