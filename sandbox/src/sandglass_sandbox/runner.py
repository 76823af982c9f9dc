"""Runs cells in a kernel and survives the kernel.

Life of a cell: `execute` → outputs while the kernel runs → its `end`, or its death → pipes drained,
the saved file finished, tail sent → `done`. The deadline sends SIGINT, the grace time's end
SIGKILL. Of a dead kernel nothing is left when `done` is sent; the next cell forks another.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable
from typing import Protocol

from sandglass_sandbox import cell as cells
from sandglass_sandbox import process
from sandglass_sandbox.cell import Cell, CellSpec
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.files import Files, Spill
from sandglass_sandbox.framing import Frame, Header, ProtocolError
from sandglass_sandbox.kernel.shell import Shell
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.process import Death, KernelProcess
from sandglass_sandbox.wire import Wire

_HANGUP_S = 0.5
_LONG = 3600.0
_MAX_DRAIN = 4 * process.PIPE_BYTES


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
        self._kernel: KernelProcess | None = None
        self._channel: Wire | None = None
        self._started: Callable[[], None] | None = None  # waits for the first kernel's `ready`
        self._refused: Callable[[Failure], None] | None = None
        self._cell: Cell | None = None
        self._spill: Spill | None = None
        self._early: list[bytes] = []  # a cell's output until it is too long
        self._count = 0
        self._state_lost = False
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
        started: Callable[[int, int], None],
        refused: Callable[[Failure], None],
    ) -> None:
        if self._environment is not None:
            raise Failure("exists", "the kernel was started already")
        began = time.monotonic()
        self._environment = environment
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
        if self._kernel is None:
            self._fork()
        assert self._channel is not None
        accepted()
        self._count += 1
        self._cell = Cell(spec, self._count, time.monotonic())
        self._watch_pipes(True)
        self._channel.send({"type": "execute", "run": self._count}, code)

    def interrupt(self, cell_id: str) -> None:
        cell = self._cell
        if cell is None or cell.spec.id != cell_id or self._kernel is None:
            raise Failure("not-found", "that cell is not running")
        self._stop("interrupted")

    # -- the clock

    def patience(self, now: float) -> float | None:
        """Seconds until `check_clock` has something to do; None: never."""
        times = [] if self._hangup_at is None else [self._hangup_at]
        if self._cell is not None and not self._cell.ending:
            times.append(self._cell.wake_at)
        return min(max(0.0, min(times) - now), _LONG) if times else None

    def check_clock(self, now: float) -> None:
        cell, kernel = self._cell, self._kernel
        if self._hangup_at is not None and now >= self._hangup_at:
            self._hangup_at = None
            self._kill("it closed its connection to the supervisor")
        if cell is None or cell.ending:
            return
        if cell.flush_at is not None and now >= cell.flush_at:
            self._flush(now)
        if now < cell.deadline or kernel is None:
            return
        if cell.stopping is None:
            self._stop("timeout")
        else:
            self._kill(f"it did not stop within {cell.spec.grace_s:g} s after it was asked to")

    def _stop(self, why: str) -> None:
        assert self._cell is not None and self._kernel is not None
        self._cell.stop(why, time.monotonic())
        self._kernel.signal(signal.SIGINT)

    def _kill(self, because: str) -> None:
        """Its death will be noticed like any other."""
        if self._cell is not None:
            self._cell.killed_because = self._cell.killed_because or because
            self._cell.deadline = float("inf")
        if self._kernel is not None:
            self._kernel.signal(signal.SIGKILL)

    # -- the kernel

    def _fork(self) -> KernelProcess:
        try:
            kernel = KernelProcess.fork(self._spec, self._shell, self._environment or {})
        except OSError as error:
            raise Failure("internal", f"no kernel could be forked: {error}") from None
        self._kernel = kernel
        self._channel = Wire(self._selector, kernel.channel, self._on_frame, self._on_hangup)
        return kernel

    def _on_hangup(self, _wire: Wire, reason: str | None) -> None:
        """It has closed its channel, or spoken nonsense on it: in either case it is of no use."""
        if self._kernel is None:
            return
        if reason is None:
            self._hangup_at = time.monotonic() + _HANGUP_S  # most likely it is ending by itself
        else:
            self._kill(reason)

    def on_exit(self, pid: int, status: int) -> None:
        """A child was reaped."""
        kernel, channel = self._kernel, self._channel
        if kernel is None or channel is None or pid != kernel.pid:
            return
        self._hangup_at = None
        process.kill_all_but({os.getpid(), self._files.pid})
        channel.pause(False)
        channel.read_all()  # what it said before its end comes before its end
        self._watch_pipes(False)
        cell = self._cell
        death = process.explain(status, cell.killed_because if cell else None)
        if cell is not None and not cell.ending:
            self._drain()
        self._kernel = self._channel = None
        channel.close()
        kernel.close()
        self._state_lost = True
        if cell is not None and not cell.ending:
            self._end(cell, "died", cell.number, death)
        elif self._refused is not None and self._started is not None:
            self._refused(Failure("internal", death.message))
            self._started, self._environment = None, None
        else:
            self._emit(
                {
                    "type": "kernel_died",
                    "reason": death.reason,
                    "message": death.message,
                    "status": status,
                }
            )

    def pause(self, paused: bool) -> None:
        """Whether the kernel's outputs are left unread for now."""
        if paused == self._paused:
            return
        self._paused = paused
        if self._channel is not None:
            self._channel.pause(paused)
        self._watch_pipes(self._cell is not None)

    def _watch_pipes(self, wanted: bool) -> None:
        """Between cells nobody reads: what threads write then belongs to the next cell."""
        if self._kernel is None:
            return
        for name, pipe in self._kernel.pipes.items():
            watched = pipe in self._selector.get_map()
            if wanted and not self._paused and not watched:
                self._selector.register(
                    pipe, selectors.EVENT_READ, lambda name=name: self._on_output(name)
                )
            elif watched and (not wanted or self._paused):
                self._selector.unregister(pipe)

    # -- what the code gives out

    def _event(self, kind: str, body: bytes = b"", /, **fields: object) -> None:
        cell = self._cell
        assert cell is not None
        cell.seq += 1
        self._emit({"type": kind, "cell": cell.spec.id, "seq": cell.seq, **fields}, body)

    def _on_output(self, name: str) -> None:
        kernel = self._kernel
        if kernel is None or self._cell is None:
            return
        data = kernel.read(name)
        if data:
            self._take(name, data)
            self._flush_if_due(time.monotonic())
        else:
            # Every writer has closed it: the code did so, or is about to end.
            with contextlib.suppress(KeyError):
                self._selector.unregister(kernel.pipes[name])

    def _take(self, name: str, data: bytes) -> None:
        cell = self._cell
        assert cell is not None
        shown = cell.outputs[name].feed(data)
        self._save(cell, name, data)
        if shown:
            if cell.waiting_name != name:
                self._flush(None)
                cell.waiting_name = name
            cell.waiting += shown

    def _save(self, cell: Cell, name: str, data: bytes) -> None:
        """Both streams, in the order in which they were read, go into one file."""
        if cell.spec.spill_bytes == 0:
            return
        if self._spill is not None:
            self._spill.write(data)
            return
        self._early.append(data)
        if cell.outputs[name].overflowed:
            self._spill = Spill(self._files, cell.spec.spill_bytes)
            for early in self._early:
                self._spill.write(early)
            self._early = []

    def _flush_if_due(self, now: float) -> None:
        cell = self._cell
        assert cell is not None
        if not cell.waiting:
            return
        if cell.flush_at is None or len(cell.waiting) >= cells.COALESCE_BYTES:
            self._flush(now)

    def _flush(self, now: float | None) -> None:
        """Sends what waits. `now`: more may come at once, and is then held back for a moment."""
        cell = self._cell
        assert cell is not None
        sent = bool(cell.waiting)
        if sent:
            text, cell.waiting = bytes(cell.waiting), bytearray()
            self._event("stream", text, name=cell.waiting_name)
        cell.flush_at = now + cells.COALESCE_S if sent and now is not None else None

    def _drain(self) -> None:
        """Takes in what was written before now: as much as fits into the pipes, and no more."""
        if self._kernel is not None:
            for name in self._kernel.pipes:
                taken = 0
                while taken < _MAX_DRAIN and (data := self._kernel.read(name)):
                    taken += len(data)
                    self._take(name, data)
        self._flush(None)

    def _on_frame(self, _wire: Wire, frame: Frame) -> None:
        kind = frame.header["type"]
        if kind == "ready" and self._started is not None:
            self._started()
            self._started = self._refused = None
            return
        cell = self._cell
        if cell is None or cell.ending:
            return  # of a thread that outlived its cell
        match kind:
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
        elif cell.displays == cells.MAX_DISPLAYS + 1 or cell.display_bytes - len(frame.body) <= (
            cells.MAX_DISPLAY_BYTES
        ):
            text = (
                f"[more than {cells.MAX_DISPLAYS} displays or {cells.MAX_DISPLAY_BYTES:,} bytes"
                " of them in one cell: the rest is left out]\n"
            )
            self._event("stream", text.encode(), name="stderr")

    # -- the end

    def _end(self, cell: Cell, status: str, count: int, death: Death | None = None) -> None:
        cell.ending = True
        self._watch_pipes(False)
        spill, self._spill, self._early = self._spill, None, []
        if spill is None:
            self._done(cell, status, count, death, None)
        else:
            path = f"output-cell-{cell.number}.txt"
            spill.commit(path, lambda used: self._done(cell, status, count, death, used))

    def _done(
        self, cell: Cell, status: str, count: int, death: Death | None, spilled: str | None
    ) -> None:
        for name, output in cell.outputs.items():
            if rest := output.finish(spilled):
                self._event("stream", rest, name=name)
        lost, self._state_lost = self._state_lost, False  # told once
        fields: Header = {
            "status": status,
            "reason": death.reason if death else None,
            "execution_count": count,
            "elapsed_ms": round((time.monotonic() - cell.began) * 1000, 3),
            "stdout_bytes": cell.outputs["stdout"].total,
            "stderr_bytes": cell.outputs["stderr"].total,
            "spilled": spilled,
            "state_lost": lost,
        }
        if death is not None:
            fields |= {"message": death.message, "wait_status": death.status}
        self._event("done", **fields)
        self._cell = None
