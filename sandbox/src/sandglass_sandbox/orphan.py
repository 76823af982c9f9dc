"""How a process forks one that is not its child.

A helper that shares the caller's memory, as a vfork does, forks and ends: nothing is copied for it,
and the new process is an orphan at once. It falls to who reaps those: process 1, or a subreaper.
What the helper changes for its children, as their PID namespace, the caller keeps as it is. The
helper runs Python on a new stack, from a C callback, while the caller's thread stands still
in `clone`; by returning from the callback it leaves the interpreter's state as it was. The new
process stays in that callback, so that it and its children run on that stack.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass

STACK = 8 * 1024 * 1024
"""As large as a main thread's usually is; only what is used takes memory. Like that it grows as far
as RLIMIT_STACK says, where the system lets it (gVisor doesn't)."""

_APART = 2 * 1024 * 1024 * 1024
"""Addresses for one stack to grow into."""
_STACKS = 4096
_HIGHEST = 0x6000_0000_0000 - (int.from_bytes(os.urandom(3)) << 16)
"""Far from where programs and libraries lie; another one in each zygote."""

_MAP_GROWSDOWN = 0x100
_MAP_FAILED = ctypes.c_void_p(-1).value

_CLONE_VM = 0x100
_CLONE_VFORK = 0x4000
_WAIT_ALL = 0x40000000  # __WALL: also for a child that ends without a signal
_FAILED = errno.EIO
_UNTRUSTED = 70  # EX_SOFTWARE of sysexits.h

_Callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the interpreter stays locked meanwhile
_libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
_libc.mmap.restype = ctypes.c_void_p
_libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_libc.clone.argtypes = [_Callback, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]


@dataclass
class _Fork:
    body: Callable[[], None]
    prepare: Callable[[], None]
    pid: int = 0


_under_way: list[_Fork] = []
_generation = 0
"""How many such forks lie between the first process and this one, on the last one's stack."""


def _helper(_: int) -> int:
    """In the helper: its exit status is the error, and 0 if there was none."""
    global _generation
    wanted = _under_way[0]
    try:
        wanted.prepare()
        wanted.pid = os.fork()
    except OSError as error:
        return error.errno or _FAILED
    except BaseException:
        return _FAILED
    if wanted.pid:
        return 0
    try:
        _generation += 1
        _under_way.clear()
        wanted.body()
    finally:
        os._exit(_UNTRUSTED)


# Made at import, in the zygote: a container's walls may refuse memory that can be executed.
_callback = _Callback(_helper)


def fork(body: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> int:
    """Forks an orphan that runs `body` and ends; gives its pid. OSError if there is none.

    If somebody kills the helper, this process ends too.

    :param prepare: runs in the helper: what of its process it changes is the orphan's, what it
        changes in memory is the caller's too
    """
    stack = _map_stack()
    wanted = _Fork(body, prepare)
    _under_way.append(wanted)
    # No signal at its end: a SIGCHLD handler of the code's would hear of it.
    pid = _libc.clone(_callback, stack + STACK, _CLONE_VM | _CLONE_VFORK, None)
    failure = ctypes.get_errno() if pid < 0 else os.waitstatus_to_exitcode(_status(pid))
    _under_way.clear()
    _libc.munmap(stack, STACK)
    if failure < 0:
        # The helper was killed in the middle of what it did to our own interpreter.
        os.write(2, f"the helper that forks was killed by signal {-failure}\n".encode())
        os._exit(_UNTRUSTED)
    if failure:
        raise OSError(failure, os.strerror(failure))
    return wanted.pid


def _map_stack() -> int:
    """Its lowest address. Linux keeps a gap below it, into which it grows or which is hit."""
    place = _HIGHEST - _generation % _STACKS * _APART
    access = mmap.PROT_READ | mmap.PROT_WRITE
    kind = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_STACK | _MAP_GROWSDOWN
    stack = _libc.mmap(place, STACK, access, kind, -1, 0)
    if stack in (None, _MAP_FAILED):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(stack)


def _status(pid: int) -> int:
    try:
        return os.waitpid(pid, _WAIT_ALL)[1]
    except ChildProcessError:  # the code's own thread was faster
        return 0
