"""Runs cells in a kernel and survives the kernel.

Life of a cell: `execute` → outputs while the kernel runs → its `end`, or its death → pipes drained,
the saved file finished, tail sent, files listed → `done`. The deadline sends SIGINT, the grace
time's end SIGKILL. When the kernel dies its backup (backups.py) takes over before `done` is sent;
if there is none the next cell forks a fresh kernel. Of the dead one nothing else is left.
"""

from __future__ import annotations

import errno
import selectors
import signal
import time
from collections.abc import Callable
from typing import Protocol

from sandglass_sandbox import cell as cells
from sandglass_sandbox import container, fates, memory, process
from sandglass_sandbox.backups import Backups, Revived
from sandglass_sandbox.cell import Cell, CellSpec
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.fates import Fate
from sandglass_sandbox.files import Files
from sandglass_sandbox.framing import Frame, Header, ProtocolError
from sandglass_sandbox.kernel.shell import Shell
from sandglass_sandbox.link import KernelLink
from sandglass_sandbox.listing import Listing
from sandglass_sandbox.memory import Limits, Watch
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.process import Death, KernelProcess
from sandglass_sandbox.strays import Strays
from sandglass_sandbox.streams import Streams

_HANGUP_S = 0.5


class Emit(Protocol):
    """Where events go."""

    def __call__(self, header: Header, body: bytes = b"") -> None: ...


class Runner:
    """The kernel and the cell that runs in it. Owned by the supervisor's loop."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        spec: ContainerSpec,
        shell: Shell,
        files: Files,
        emit: Emit,
    ) -> None:
        self._selector = selector
        self._spec = spec
        self._shell = shell
        self._files = files
        self._emit = emit
        self._environment: dict[str, str] | None = None
        self._limits = Limits()
        self._birth = memory.Birth()
        self._watch: Watch | None = None  # of the cell
        self._kernel: KernelLink | None = None
        self._started: Callable[[], None] | None = None  # waits for the first kernel's `ready`
        self._refused: Callable[[Failure], None] | None = None
        self._cell: Cell | None = None
        self._streams: Streams | None = None  # the cell's
        self._count = 0
        self._after = 0  # cells whose end the kernel has seen: what its variables come from
        self._backups = Backups(selector)
        self._strays = Strays(spec, files, self._backups)
        self._listing = Listing(files)
        self._code: bytes | None = None  # of a cell that waits for the revived kernel
        self._fate: Fate | None = None  # of the variables, to be told with the next `done`
        self._paused = False
        self._hangup_at: float | None = None

    # -- what the server asks

    def state(self) -> Header:
        if self._cell is not None:
            return {"state": "busy", "cell": self._cell.spec.id}
        return {"state": "new" if self._environment is None else "idle"}

    def start(
        self,
        environment: dict[str, str],
        limits: Limits,
        started: Callable[[int, int], None],
        refused: Callable[[Failure], None],
    ) -> None:
        if self._environment is not None:
            raise Failure("exists", "the kernel was started already")
        began = time.monotonic()
        self._environment, self._limits = environment, limits
        try:
            kernel = self._fork()
        except Failure:
            self._environment = None
            raise

        def ready() -> None:
            started(kernel.pid, round((time.monotonic() - began) * 1000))

        self._started, self._refused = ready, refused

    def execute(self, spec: CellSpec, code: bytes, accepted: Callable[[], None]) -> None:
        if self._environment is None:
            raise Failure("invalid", "the kernel has not been started")
        if self._cell is not None:
            raise Failure("busy", f"cell {self._cell.spec.id} is running")
        kernel = self._kernel
        if kernel is None and not self._backups.reviving:
            kernel = self._fork()
        self._count += 1
        self._cell = Cell(spec, self._count, time.monotonic())
        self._streams = Streams(
            self._files,
            spec.output_bytes,
            spec.spill_bytes,
            lambda name, text: self._event("stream", text, name=name),
        )
        if kernel is None:
            self._code = code
        else:
            self._begin(kernel, code)
        accepted()

    def keep_backups(self, wanted: bool) -> None:
        """Whether the host has memory for them."""
        self._backups.keep(wanted)
        if wanted and self._cell is None and not self._backups.pid:
            self._back_up()

    def _begin(self, kernel: KernelLink, code: bytes) -> None:
        kernel.execute(self._count, code)  # all else is done while it begins
        self._backups.begin()
        if self._limits.memory:
            self._watch = Watch(self._limits, kernel.pid, self._birth, time.monotonic())
        kernel.listen(True)

    def interrupt(self, cell_id: str) -> None:
        cell = self._cell
        if cell is None or cell.spec.id != cell_id or cell.ending or self._kernel is None:
            raise Failure("not-found", "that cell is not running")
        self._stop("interrupted")

    @property
    def backlog(self) -> int:
        """Bytes of output that wait to be saved."""
        return self._streams.backlog if self._streams else 0

    def pause(self, paused: bool) -> None:
        """Whether the kernel's outputs are left unread for now."""
        if paused != self._paused:
            self._paused = paused
            if self._kernel is not None:
                self._kernel.pause(paused)

    # -- the clock

    def wake_at(self) -> float | None:
        """When `check_clock` has something to do, by the monotonic clock; None: never."""
        times = [self._hangup_at, self._backups.wake_until(), self._listing.until]
        if self._cell is not None and self._streams is not None and not self._cell.ending:
            times += [self._cell.deadline, self._streams.flush_at]
            times += [self._watch.at] if self._watch else []
        return min((at for at in times if at is not None), default=None)

    def check_clock(self, now: float) -> None:
        self._backups.check_clock(now)
        self._listing.check_clock(now)
        cell = self._cell
        if self._hangup_at is not None and now >= self._hangup_at:
            if self._kernel is not None and process.is_ending(self._kernel.pid):
                self._hangup_at = now + _HANGUP_S
            else:
                self._hangup_at = None
                self._kill("it closed its connection to the supervisor")
        if cell is None or self._streams is None or cell.ending:
            return
        if self._streams.flush_at is not None and now >= self._streams.flush_at:
            self._streams.flush(now)
        if self._watch is not None and now >= self._watch.at:
            self._look(self._watch, now)
        if now < cell.deadline or self._kernel is None:
            return
        if cell.stopping is None:
            self._stop("timeout")
        else:
            self._kill(f"it did not stop within {cell.spec.grace_s:g} s after it was asked to")

    def _look(self, watch: Watch, now: float) -> None:
        if self._strays.too_many():
            self._kill_all(f"it had more than {self._spec.processes} processes (sandbox.processes)")
            return
        pid = self._kernel.pid if self._kernel else 0
        match watch.look(self._backups.pid, self._backups.held, self._strays.beside(pid), now):
            case memory.Kill(because):
                self._kill_all(because)
            case memory.GiveUp(why):
                self._backups.give_up(why)
            case memory.Weigh():
                self._backups.weigh()

    def _kill_all(self, because: str) -> None:
        """At once, or those that go on forking take what is left until the kernel is dead."""
        self._watch = None
        self._kill(because)
        self._strays.end_with(self._kernel.pid if self._kernel else 0)

    def _stop(self, why: str) -> None:
        assert self._cell is not None and self._kernel is not None
        self._cell.stop(why, time.monotonic())
        if self._cell.begun:
            self._kernel.signal(signal.SIGINT)

    def _kill(self, because: str) -> None:
        """Its death will be noticed like any other."""
        if self._cell is not None:
            self._cell.killed_because = self._cell.killed_because or because
            self._cell.deadline = float("inf")
        if self._kernel is not None:
            self._kernel.signal(signal.SIGKILL)

    # -- the kernel

    def _fork(self) -> KernelLink:
        try:
            kernel = KernelProcess.fork(
                self._spec, self._shell, self._environment or {}, self._limits.memory
            )
        except OSError as error:
            code = "busy" if error.errno == errno.EAGAIN else "internal"
            raise Failure(code, f"no kernel could be forked: {error}") from None
        self._kernel = self._link(kernel)
        return self._kernel

    def _link(self, kernel: KernelProcess) -> KernelLink:
        link = KernelLink(self._selector, kernel, self._on_frame, self._on_output, self._on_hangup)
        link.pause(self._paused)
        return link

    def _on_hangup(self, reason: str | None) -> None:
        """It is of no use any more."""
        if reason is None:
            self._hangup_at = time.monotonic() + _HANGUP_S  # most likely it is ending by itself
        else:
            self._kill(f"something else than Python has spoken on its connection ({reason})")

    def on_exit(self, pid: int, status: int, peak: int) -> None:
        """A child was reaped, which had so many bytes in memory at most."""
        kernel = self._kernel
        if kernel is None or pid != kernel.pid:
            self._backups.on_exit(pid)
            return
        kernel.hear_out()  # what it said before its end comes before its end
        cell = self._cell
        running = cell is not None and not cell.ending
        death = process.explain(
            status,
            cell.killed_because if cell else None,
            memory.near(self._limits, self._birth, peak),
        )
        if cell is not None and running:
            self._drain()
            cell.ending = True
        self._kernel = self._hangup_at = self._watch = None
        kernel.close()
        if self._refused is not None:
            self._strays.end(kernel=0)
            self._refused(Failure("internal", death.message))
            self._started = self._refused = self._environment = None
            return
        self._backups.revive(
            lambda revived: self._revived(cell if running else None, death, revived)
        )

    def _revived(self, cell: Cell | None, death: Death, revived: Revived) -> None:
        """The dead kernel's place is taken, or never will be."""
        if revived.kernel is not None:
            self._kernel = self._link(revived.kernel)
        ended = self._strays.end(revived.kernel.pid if revived.kernel else 0)
        self._fate = fates.fate(revived, self._after, len(ended), in_cell=cell is not None)
        self._after = revived.after if revived.kernel is not None else 0
        if cell is not None:
            self._end(cell, "died", cell.number, death)
        else:
            told = {"reason": death.reason, "message": death.message, "status": death.status}
            self._emit({"type": "kernel_died", **told})
            self._fate = self._fate.told_later(death.message)
            self._back_up()
        code, self._code = self._code, None
        if code is not None:
            self._begin(self._kernel or self._fork(), code)

    def _back_up(self) -> None:
        if self._kernel is not None and self._after > 0 and self._limits.backups:
            self._backups.ask(self._kernel, self._after)

    # -- what the code gives out

    def _event(self, kind: str, body: bytes = b"", /, **fields: object) -> None:
        cell = self._cell
        assert cell is not None
        cell.seq += 1
        self._emit({"type": kind, "cell": cell.spec.id, "seq": cell.seq, **fields}, body)

    def _on_output(self, name: str, data: bytes) -> None:
        if self._streams is not None:
            self._streams.take(name, data)
            self._streams.flush_if_due(time.monotonic())

    def _drain(self) -> None:
        """Takes in and sends what was written before now."""
        assert self._streams is not None
        if self._kernel is not None:
            for name, data in self._kernel.drain():
                self._streams.take(name, data)
        self._streams.flush(None)

    def _on_frame(self, frame: Frame) -> None:
        kind = frame.header["type"]
        if kind == "ready" and self._started is not None and self._kernel is not None:
            self._birth = memory.Birth.of(self._kernel.pid, container.on(self._spec))
            self._started()
            self._started = self._refused = None
            return
        if kind == "backed-up":
            self._backups.made(cells.checked_count(frame.header.get("threads"), 0))
            return
        if kind == "no-backup":
            self._backups.refused(str(frame.header.get("why"))[:200])
            return
        cell = self._cell
        if cell is None or cell.ending:
            return  # of a thread that outlived its cell
        match kind:
            case "begun":
                if cell.stopping and not cell.begun and self._kernel is not None:
                    self._kernel.signal(signal.SIGINT)
                cell.begun = True
            case "display":
                self._on_display(cell, frame)
            case "clear":
                self._drain()
                self._event("clear", wait=frame.header.get("wait") is True)
            case "error":
                self._drain()
                fields, body = cells.checked_error(frame)
                self._event("error", body, **fields)
            case "end" if frame.header.get("run") != cell.number:
                pass  # the code had said so before, falsely
            case "end":
                self._drain()
                count = cells.checked_count(frame.header.get("execution_count"), cell.number)
                self._after += 1
                self._end(cell, cell.status(frame.header.get("status")), count)
            case _ if kind != "ready":
                raise ProtocolError("it sent something that no kernel sends")

    def _on_display(self, cell: Cell, frame: Frame) -> None:
        fields = cells.checked_display(frame)
        if fields is None:
            return
        self._drain()
        if cell.admits_display(len(frame.body)):
            self._event("display", frame.body, **fields)
        elif cell.first_refused(len(frame.body)):
            text = (
                f"[more than {cells.MAX_DISPLAYS} displays or {cells.MAX_DISPLAY_BYTES:,} bytes"
                " of them in one cell: the rest is left out]\n"
            )
            self._event("stream", text.encode(), name="stderr")

    # -- the end

    def _end(self, cell: Cell, status: str, count: int, death: Death | None = None) -> None:
        assert self._streams is not None
        cell.ending = True
        self._watch = None
        if self._kernel is not None:
            self._kernel.listen(False)
            ended, told = self._strays.end_leftovers(self._kernel.pid)
            if told:
                self._kernel.reap(ended)
                self._event("stream", f"[{told}]\n".encode(), name="stderr")
        if death is None and self._backups.no_way_back and self._after > 1:
            text = f"[There is no way back from this cell: {self._backups.no_way_back}]\n"
            self._event("stream", text.encode(), name="stderr")
        self._streams.commit(
            f"output-cell-{cell.number}.txt",
            lambda saved: self._done(cell, status, count, death, saved),
        )

    def _done(
        self, cell: Cell, status: str, count: int, death: Death | None, saved: str | None
    ) -> None:
        streams, self._streams = self._streams, None
        assert streams is not None
        for name, rest in streams.ends(saved):
            self._event("stream", rest, name=name)
        fate, self._fate = self._fate, None  # told once; from now on it is the next cell's
        fields: Header = {
            "status": status,
            "reason": death.reason if death else None,
            "execution_count": count,
            "elapsed_ms": round((time.monotonic() - cell.began) * 1000, 3),
            "stdout_bytes": streams.total("stdout"),
            "stderr_bytes": streams.total("stderr"),
            "spilled": saved,
            "state_lost": fate is not None and fate.lost,
            "restored": fate is not None and not fate.lost,
            "note": fate.note if fate else None,
        }
        if death is not None:
            fields |= {"message": death.message, "wait_status": death.status}
        self._listing.ask(cell.spec.files, lambda files: self._tell_end(fields, files))

    def _tell_end(self, fields: Header, files: bytes | None) -> None:
        self._event("done", files or b"", **fields, listed=files is not None)
        self._cell = None
        self._back_up()
