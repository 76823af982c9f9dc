"""The kernel's dormant backups as the supervisor's loop holds them, and how one takes over.

After each cell the kernel is asked to fork one. It is a process that belongs to us from its first
moment (kernel/backup.py), with a channel of its own that we make. It counts once both have spoken:
the backup that it stands by, the kernel that it has forked it and still works; until then the one
before it stays. Whose pid it is, the system says (SCM_CREDENTIALS), not the code.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import framing, process
from sandglass_sandbox.cell import checked_count
from sandglass_sandbox.framing import Frame, Header, Parser, ProtocolError
from sandglass_sandbox.link import KernelLink
from sandglass_sandbox.process import KernelProcess

WAKE_S = 5.0
"""So long a backup may take to become the kernel."""
HOST_SHORT = "no backup is kept while the host is short of memory (sandbox.memory-free)"
_CREDENTIALS = struct.Struct("3i")
_CHUNK = 4096
_MAX_HEADER = 1024


@dataclass(frozen=True)
class Revived:
    """What became of a kernel's end.

    :param kernel: which serves the next cell, or None: a new one is to be forked
    :param after: the number of cells whose variables it has
    :param threads: of the code's, that ran when the backup was made and are not in it
    :param why: there is none
    """

    kernel: KernelProcess | None
    after: int = 0
    threads: int = 0
    why: str = ""


class _Standby:
    """One backup, from the request for it until it is dropped or has become the kernel."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        after: int,
        on_frame: Callable[[_Standby, Frame], None],
        on_end: Callable[[_Standby], None],
    ) -> None:
        self.after = after
        self.threads = 0
        self.held = 0
        """Bytes that it keeps for itself alone, when it was last asked."""
        self.pid = 0
        """0 until it has spoken."""
        self._selector = selector
        self._on_frame = on_frame
        self._on_end = on_end
        self._parser = Parser(_MAX_HEADER, 0)
        self.channel, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.channel.setblocking(False)
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        selector.register(self.channel, selectors.EVENT_READ, self._readable)

    def send(self, header: Header, descriptors: list[int]) -> bool:
        try:
            socket.send_fds(self.channel, [framing.encode(header)], descriptors)
        except OSError:
            return False
        return True

    def _readable(self) -> None:
        try:
            data, told, _, _ = self.channel.recvmsg(_CHUNK, socket.CMSG_SPACE(_CREDENTIALS.size))
        except BlockingIOError:
            return
        except OSError:
            data, told = b"", []
        for level, kind, value in told:
            whole = len(value) >= _CREDENTIALS.size
            if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and whole:
                self.pid = self.pid or _CREDENTIALS.unpack_from(value)[0]
        try:
            for frame in self._parser.feed(data):
                self._on_frame(self, frame)
        except ProtocolError:
            data = b""
        if not data:
            self._on_end(self)

    def release(self) -> socket.socket:
        """The channel, for whoever reads it from now on."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(self.channel)
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return self.channel

    def close(self) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(self.channel)
        self.channel.close()
        self.theirs.close()


class Backups:
    """At most one that counts, one that is being made, one that is being woken."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._current: _Standby | None = None
        self._next: _Standby | None = None
        self._waking: _Standby | None = None
        self._pipes: dict[str, int] = {}  # of the one that is being woken
        self._revived: Callable[[Revived], None] | None = None
        self._wake_until: float | None = None
        self._leaving: set[int] = set()  # dropped, their end not seen yet
        self._why = "no cell had ended before it"
        self._wanted = True
        self.no_way_back = ""
        """Why the cell that runs, or ran last, has none any more; empty if it has."""

    # -- in a kernel's life

    def keep(self, wanted: bool) -> None:
        """Whether there may be any at all; if not, the host needs their memory now."""
        self._wanted = wanted
        if not wanted:
            self.give_up(HOST_SHORT)

    def begin(self) -> None:
        """A cell begins."""
        self.no_way_back = "" if self._wanted else HOST_SHORT

    def ask(self, kernel: KernelLink, after: int) -> None:
        """Lets the kernel fork one, if there may be any; it has executed `after` cells."""
        if not self._wanted:
            return
        if self._next is not None:
            self._drop(self._next)
        self._next = standby = _Standby(self._selector, after, self._on_frame, self._on_end)
        if not kernel.send_at_once({"type": "backup"}, [standby.theirs.fileno()]):
            self._next = None
            standby.close()
            self._why = "the interpreter did not take the request for a backup"
        standby.theirs.close()

    def made(self, threads: int) -> None:
        """The kernel has forked it, and has run since."""
        if self._next is None:
            return
        if self._current is not None:
            self._drop(self._current)
        self._current, self._next = self._next, None
        self._current.threads = threads

    def refused(self, why: str) -> None:
        """The kernel could not fork it."""
        self._why = f"no backup could be made: {why}"
        if self._next is not None:
            self._drop(self._next)
            self._next = None

    def give_up(self, why: str) -> None:
        """None may stay; the kernel lives on without."""
        for standby in (self._current, self._next):
            if standby is not None:
                self._drop(standby)
        self._current = self._next = None
        self._why = self.no_way_back = why

    def weigh(self) -> None:
        """Asks the one that counts what it keeps; `held` knows it later."""
        if self._current is not None:
            self._current.send({"type": "weigh"}, [])

    @property
    def held(self) -> int:
        return self._current.held if self._current else 0

    def forget_unknown(self) -> None:
        """Drops those that haven't spoken yet: nobody could tell them from the code's processes."""
        if self._next is not None and not self._next.pid:
            self._drop(self._next)
            self._next = None

    @property
    def unheard(self) -> bool:
        """Whether one is being made that nobody can tell from the code's processes yet."""
        return self._next is not None and not self._next.pid

    @property
    def pid(self) -> int:
        """Of the one that counts, or 0."""
        return self._current.pid if self._current else 0

    @property
    def pids(self) -> set[int]:
        """Of all backups that there are."""
        known = {s.pid for s in (self._current, self._next, self._waking) if s is not None}
        return (known | self._leaving) - {0}

    def on_exit(self, pid: int) -> None:
        """A child was reaped; perhaps one of these."""
        self._leaving.discard(pid)
        for standby in (self._current, self._next, self._waking):
            if standby is not None and standby.pid == pid:
                standby.pid = 0  # may soon be another's
                self._on_end(standby)

    # -- at a kernel's end

    @property
    def reviving(self) -> bool:
        return self._revived is not None

    def revive(self, revived: Callable[[Revived], None]) -> None:
        """Wakes the newest that counts. `revived` is called once, perhaps at once."""
        self._revived = revived
        self._wake()

    def _wake(self) -> None:
        standby = self._current or self._next
        if standby is None:
            self._tell(Revived(None, why=self._why))
            return
        if standby is self._current:
            self._current = None
        else:
            self._next = None
        self._waking = standby
        self._wake_until = time.monotonic() + WAKE_S
        self._pipes, writes = process.output_pipes()
        if not standby.send({"type": "wake"}, writes):
            self._wake_until = time.monotonic()
        if standby.pid:  # code of its uid may have stopped it
            with contextlib.suppress(ProcessLookupError):
                os.kill(standby.pid, signal.SIGCONT)
        for write in writes:
            os.close(write)

    def _tell(self, revived: Revived) -> None:
        told, self._revived, self._wake_until = self._revived, None, None
        assert told is not None
        told(revived)

    def wake_until(self) -> float | None:
        return self._wake_until

    def check_clock(self, now: float) -> None:
        if self._waking is not None and self._wake_until is not None and now >= self._wake_until:
            self._not_woken("it did not wake in time")

    def _not_woken(self, why: str) -> None:
        assert self._waking is not None
        standby, self._waking = self._waking, None
        self._drop(standby)
        for pipe in self._pipes.values():
            os.close(pipe)
        self._why = f"its backup could not take over: {why}"
        self._wake()

    # -- what they say

    def _on_frame(self, standby: _Standby, frame: Frame) -> None:
        if frame.header["type"] == "held":
            standby.held = checked_count(frame.header.get("mib"), 0) << 20
        if standby is not self._waking or frame.header["type"] != "ready" or not standby.pid:
            return
        self._waking = None
        if self._next is not None:
            self._drop(self._next)
            self._next = None
        kernel = KernelProcess(standby.pid, standby.release(), self._pipes)
        self._why = "no cell has ended since it was revived"
        self._tell(Revived(kernel, standby.after, standby.threads))

    def _on_end(self, standby: _Standby) -> None:
        if standby is self._waking:
            self._not_woken("it has ended")
        elif standby is self._current:
            self._current = None
            self._why = "its backup had ended: killed by the code, or for want of memory"
            self._drop(standby)
        elif standby is self._next:
            self._next = None
            self._drop(standby)
        else:
            standby.close()

    def _drop(self, standby: _Standby) -> None:
        standby.close()
        if standby.pid:
            self._leaving.add(standby.pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(standby.pid, signal.SIGKILL)
