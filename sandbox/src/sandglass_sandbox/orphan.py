"""How a process forks one that is not its child.

A helper that shares the caller's memory, as a vfork does, forks and ends: nothing is copied for it,
and the new process is an orphan at once. It falls to who reaps those: process 1, or a subreaper.
What the helper changes for its children, as their PID namespace, the caller keeps as it is. The
helper runs Python on a stack of its own, from a C callback, while the caller's thread stands still
in `clone`; by returning from the callback it leaves the interpreter's state as it was. The new
process stays in that callback, so that it and its children run on this second stack.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass

STACK = 8 * 1024 * 1024
"""As large as a main thread's usually is; only what is used takes memory."""

_CLONE_VM = 0x100
_CLONE_VFORK = 0x4000
_WAIT_ALL = 0x40000000  # __WALL: also for a child that ends without a signal
_FAILED = 255

_Callback = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the interpreter stays locked meanwhile
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


@dataclass
class _Fork:
    body: Callable[[], None]
    prepare: Callable[[], None]
    pid: int = 0


_under_way: list[_Fork] = []


def _helper(_: int) -> int:
    """In the helper: its exit status is the error, and 0 if there was none."""
    wanted = _under_way[0]
    try:
        wanted.prepare()
        wanted.pid = os.fork()
    except OSError as error:
        return error.errno or _FAILED
    if wanted.pid:
        return 0
    try:
        _under_way.clear()
        wanted.body()
    finally:
        os._exit(70)


# Made at import, in the zygote: a container's walls may refuse memory that can be executed.
_callback = _Callback(_helper)


def fork(body: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> int:
    """Forks an orphan that runs `body` and ends; gives its pid. OSError if there is none.

    :param prepare: runs in the helper: what of its process it changes is the orphan's, what it
        changes in memory is the caller's too
    """
    stack = mmap.mmap(-1, STACK, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_STACK)
    view = ctypes.c_char.from_buffer(stack)
    bottom = ctypes.addressof(view)
    # An overflow must hit a wall, not what lies below.
    _libc.mprotect(bottom, mmap.PAGESIZE, 0)
    wanted = _Fork(body, prepare)
    _under_way.append(wanted)
    # No signal at its end: a SIGCHLD handler of the code's would hear of it.
    pid = _libc.clone(_callback, ctypes.c_void_p(bottom + STACK), _CLONE_VM | _CLONE_VFORK, None)
    failure = ctypes.get_errno() if pid < 0 else os.waitstatus_to_exitcode(_status(pid))
    _under_way.clear()
    del view
    stack.close()
    if failure:
        raise OSError(failure, os.strerror(failure))
    return wanted.pid


def _status(pid: int) -> int:
    try:
        return os.waitpid(pid, _WAIT_ALL)[1]
    except ChildProcessError:  # the code's own thread was faster
        return 0
