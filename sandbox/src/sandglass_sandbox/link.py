"""The living kernel as the supervisor's loop holds it: its channel, its pipes, who reads when."""

from __future__ import annotations

import contextlib
import selectors
import signal
from collections.abc import Callable, Iterator

from sandglass_sandbox import process
from sandglass_sandbox.framing import Frame, Header
from sandglass_sandbox.process import KernelProcess
from sandglass_sandbox.wire import Wire

_MAX_DRAIN = 4 * process.PIPE_BYTES


class KernelLink:
    """A kernel from its fork to its end; then `hear_out` and `close`, in this order.

    :param on_frame: what the kernel says
    :param on_output: what it and its children write, with the stream's name
    :param on_hangup: it has closed its channel (None), or spoken nonsense on it
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        kernel: KernelProcess,
        on_frame: Callable[[Frame], None],
        on_output: Callable[[str, bytes], None],
        on_hangup: Callable[[str | None], None],
    ) -> None:
        self._selector = selector
        self._kernel = kernel
        self._on_frame = on_frame
        self._on_output = on_output
        self._on_hangup = on_hangup
        self._listening = False
        self._paused = False
        self._channel = Wire(selector, kernel.channel, self._heard, self._hung_up)

    @property
    def pid(self) -> int:
        return self._kernel.pid

    def execute(self, run: int, code: bytes) -> None:
        self._channel.send({"type": "execute", "run": run}, code)

    def send_at_once(self, header: Header, descriptors: list[int]) -> bool:
        """False if it can't take it now."""
        return self._channel.send_at_once(header, descriptors)

    def reap(self, pids: set[int]) -> None:
        """These have been ended; those that are its children count as processes until it asks."""
        self._channel.send({"type": "reap", "pids": sorted(pids)})

    def signal(self, number: signal.Signals) -> None:
        self._kernel.signal(number)

    def listen(self, wanted: bool) -> None:
        """Between cells nobody reads: what threads write then belongs to the next cell."""
        self._listening = wanted
        self._watch()

    def pause(self, paused: bool) -> None:
        """Whether everything is left unread for now."""
        self._paused = paused
        self._channel.pause(paused)
        self._watch()

    def drain(self) -> Iterator[tuple[str, bytes]]:
        """What was written before now: as much as fits into the pipes, and no more."""
        for name in self._kernel.pipes:
            taken = 0
            while taken < _MAX_DRAIN and (data := self._kernel.read(name)):
                taken += len(data)
                yield name, data

    def hear_out(self) -> None:
        """Takes in what a kernel that has ended said before its end; that it hung up is no news."""
        self._on_hangup = lambda _reason: None
        self._channel.pause(False)
        self._channel.read_all()
        self.listen(False)

    def close(self) -> None:
        self.listen(False)
        self._channel.close()
        self._kernel.close()

    def _watch(self) -> None:
        wanted = self._listening and not self._paused
        for name, pipe in self._kernel.pipes.items():
            watched = pipe in self._selector.get_map()
            if wanted and not watched:
                self._selector.register(
                    pipe, selectors.EVENT_READ, lambda name=name: self._readable(name)
                )
            elif watched and not wanted:
                self._selector.unregister(pipe)

    def _readable(self, name: str) -> None:
        if data := self._kernel.read(name):
            self._on_output(name, data)
        else:
            # Every writer has closed it: the code did so, or is about to end.
            with contextlib.suppress(KeyError):
                self._selector.unregister(self._kernel.pipes[name])

    def _heard(self, _wire: Wire, frame: Frame) -> None:
        self._on_frame(frame)
        if mark := _mark(frame.header):
            # It waits for this with what it prints next: so displays and prints keep their order.
            self._channel.send_at_once({"type": "taken", "mark": mark})

    def _hung_up(self, _wire: Wire, reason: str | None) -> None:
        self._on_hangup(reason)


def _mark(header: Header) -> int | None:
    value = header.get("mark")
    valid = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53
    return value if valid else None
