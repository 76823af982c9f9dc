"""Where the zygote's containers come from: children forked from it, one of them ahead of need.

A container's supervisor is the first process of a PID namespace. It is forked by a helper that has
made the namespace (orphan.py), and falls to the zygote, which is process 1 here and reaps it:
`unshare` never runs in the zygote itself, which has threads (importing pyarrow starts one). A fork
copies the page tables of all libraries, which takes longer than everything else. So while nothing
is asked for, one child is made in advance: the spare. It knows nothing of any container and waits
for its order; then it builds the container around itself. Without walls there is no namespace
either, and the rest is the same.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import signal
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from sandglass_sandbox import container, linux, orphan, supervisor, unwalled
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.kernel.shell import Shell

ORDER_TIMEOUT_S = 20.0
QUIET_S = 0.25
"""So long after the last order the next spare is made: not while a container is starting."""
MAX_REPORT = 8192
MAX_ORDER = 64 * 1024
READY = b"ready\n"


@dataclass(frozen=True)
class Order:
    """A container that is wanted. One of the two is called, once.

    :param born: hears the supervisor's pid, and with which status it has ended already, if it has
    :param failed: hears why there is none
    """

    spec: ContainerSpec
    born: Callable[[int, int | None], None]
    failed: Callable[[str], None]
    deadline: float = dataclasses.field(default_factory=lambda: time.monotonic() + ORDER_TIMEOUT_S)


@dataclass
class _Child:
    """A child between its fork and its container; its report is read as it grows."""

    pid: int
    orders: socket.socket
    order: Order | None = None
    report: bytes = b""
    ended: int | None = None
    """The status with which it ended, if it has."""

    def accept(self, order: Order) -> None:
        """Raises OSError if it isn't there any more."""
        self.orders.sendall(json.dumps(dataclasses.asdict(order.spec)).encode())
        self.orders.shutdown(socket.SHUT_WR)
        self.order = order


class Nursery:
    """Owned by the zygote's loop."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        shell: Shell,
        ahead: bool = True,
        walls: bool = True,
    ) -> None:
        """:param ahead: whether there is a spare
        :param walls: whether a container has any (System.walls)
        """
        self._selector = selector
        self._shell = shell
        self._ahead = ahead
        self._walls = walls
        self._zygote = os.getpid()
        self._children: dict[int, _Child] = {}  # by the report pipe's descriptor
        self._spare_at = 0.0

    def names(self) -> list[str]:
        """Of the containers under way."""
        return [c.order.spec.container for c in self._children.values() if c.order]

    def take(self, order: Order) -> None:
        """Raises OSError if nothing can be forked."""
        self._spare_at = time.monotonic() + QUIET_S
        spare = next((c for c in self._children.values() if c.order is None), None)
        if spare is not None:
            with contextlib.suppress(OSError):  # it has just been killed
                spare.accept(order)
                return
        self._fork().accept(order)

    def patience(self) -> float | None:
        """Seconds until `check_clock` has something to do; None: never."""
        due = [c.order.deadline for c in self._children.values() if c.order]
        if self._lacks_spare():
            due.append(self._spare_at)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _lacks_spare(self) -> bool:
        return self._ahead and all(c.order for c in self._children.values())

    def check_clock(self) -> None:
        now = time.monotonic()
        for report, child in list(self._children.items()):
            if child.order and child.order.deadline <= now:
                self._forget(report)
                if child.ended is None:
                    os.kill(child.pid, signal.SIGKILL)
                child.order.failed("not ready in time")
        if now >= self._spare_at and self._lacks_spare():
            try:
                self._fork()
            except OSError:
                self._spare_at = now + ORDER_TIMEOUT_S

    def reaped(self, pid: int, status: int) -> None:
        """A process of ours has ended, perhaps a child whose report is still to be read."""
        for child in self._children.values():
            if child.pid == pid:
                child.ended = status

    # -- in the zygote

    def _fork(self) -> _Child:
        report, report_write = os.pipe2(os.O_CLOEXEC)
        orders, orders_read = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            pid = orphan.fork(
                lambda: self._be_born(report_write, orders_read, (report, orders.detach())),
                self._prepare,
            )
        except OSError:
            os.close(report)
            orders.close()
            raise
        finally:
            os.close(report_write)
            orders_read.close()
        child = _Child(pid, orders)
        self._children[report] = child
        self._selector.register(report, selectors.EVENT_READ, lambda: self._on_report(report))
        return child

    def _on_report(self, report: int) -> None:
        child = self._children[report]
        data = os.read(report, MAX_REPORT)
        child.report += data
        if child.order and READY in child.report:
            self._forget(report)
            child.order.born(child.pid, child.ended)
        elif not data or len(child.report) > 2 * MAX_REPORT:
            self._forget(report)
            if child.order:
                why = child.report.decode(errors="replace").strip() or "it ended without a word"
                child.order.failed(why)
            self._spare_at = time.monotonic() + QUIET_S

    def _forget(self, report: int) -> None:
        self._selector.unregister(report)
        os.close(report)
        self._children.pop(report).orders.close()

    def _prepare(self) -> None:
        """In the helper that forks the child."""
        linux.set_name("spare")
        if self._walls:
            os.unshare(os.CLONE_NEWPID)

    # -- in the child

    def _be_born(self, report: int, orders: socket.socket, zygotes: tuple[int, int]) -> None:
        """Never returns.

        :param zygotes: the other ends
        """
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            for end in zygotes:
                os.close(end)
            self._close_inherited()
            spec = _await_order(orders)
            linux.set_name("python3")
            if not self._walls:
                unwalled.enter(self._zygote)
            listener = container.enter(spec)
        except BaseException as error:
            traceback.print_exc()
            os.write(report, f"failed {type(error).__name__}: {error}"[:MAX_REPORT].encode())
            os._exit(71)
        # The first loop must be able to accept before the server hears of the container.
        os.write(report, READY)
        os.close(report)
        supervisor.run(spec, listener, self._shell)

    def _close_inherited(self) -> None:
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, int):
                os.close(key.fileobj)
            else:
                key.fileobj.close()  # type: ignore[attr-defined]
        self._selector.close()
        for child in self._children.values():
            child.orders.close()


def _await_order(orders: socket.socket) -> ContainerSpec:
    """Blocks; without an order, as when the zygote has ended, this process ends."""
    words = b""
    while data := orders.recv(MAX_ORDER):
        words += data
    orders.close()
    if not words:
        os._exit(0)
    return ContainerSpec(**json.loads(words))
