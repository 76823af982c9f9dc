"""The kernel process: takes cells from the supervisor, executes them, sends what they give out."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sandglass_sandbox.channel import Channel
from sandglass_sandbox.framing import Header
from sandglass_sandbox.kernel.shell import Shell


def run(channel: Channel, shell: Shell) -> None:
    """Until the supervisor closes the channel. Runs in the main thread, so that SIGINT reaches the code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bind_streams()
    pid = os.getpid()

    def sink(header: Header, body: bytes = b"") -> None:
        # A child that the code has forked must not speak for the kernel.
        if os.getpid() == pid:
            channel.send(header, body)

    Shell.sink = staticmethod(sink)
    channel.send({"type": "ready"})
    while True:
        frame = channel.receive()
        if frame is None:
            return
        if frame.header["type"] == "execute":
            channel.send(_execute(shell, frame.body.decode("utf-8", "replace")))


def _bind_streams() -> None:
    """Python's own streams on the pipes; a line is seen as soon as it is complete."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = open(fd, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = sys.__stdin__ = open(os.devnull, encoding="utf-8")  # noqa: SIM115


def _execute(shell: Shell, code: str) -> dict[str, Any]:
    status = "ok"
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        result = shell.run_cell(code, store_history=True, silent=False)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            status = "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
    except KeyboardInterrupt:  # it came between the shell's own handlers
        status = "interrupted"
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell._flush()
    return {"type": "end", "status": status, "execution_count": shell.execution_count - 1}
