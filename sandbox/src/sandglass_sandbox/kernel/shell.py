"""The interpreter: an IPython shell whose outputs are handed to a sink instead of a terminal.

Made once in the zygote, before any fork, because making it takes a hundred milliseconds.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from sandglass_sandbox.kernel.brief import brief_error

Sink = Callable[[dict[str, Any], bytes], None]

MAX_TRACEBACK = 100_000
MAX_PARTS = 16 * 1024 * 1024 - 1024
_NO_COMMANDS = (
    "System commands are not available in this sandbox, and packages can't be installed: "
    "use Python and the libraries that are there (import them to see)."
)
_NO_INPUT = "input() is not available: nobody can type here. Write the value into the code."


def _drop(_header: dict[str, Any], _body: bytes = b"") -> None:
    """Where outputs go before a kernel has its channel."""


def _encoded(data: dict[str, Any]) -> list[tuple[str, bytes]]:
    """MIME type → bytes. Binary types come as bytes or base64, JSON as objects, the rest as text."""
    parts = []
    for mime, value in data.items():
        if isinstance(value, bytes):
            raw = value
        elif isinstance(value, str):
            raw = _from_text(mime, value)
        else:
            raw = json.dumps(value, default=str).encode()
        parts.append((mime, raw))
    return parts


def _from_text(mime: str, value: str) -> bytes:
    if mime in ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"):
        import base64
        import binascii

        try:
            return base64.b64decode(value, validate=False)
        except binascii.Error:
            return b""
    return value.encode("utf-8", "replace")


class _Publisher(DisplayPublisher):
    """`display(…)`, figures and everything else that shows itself."""

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):  # type: ignore[no-untyped-def]
        self.shell.emit_display("display", data)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.emit({"type": "clear", "wait": bool(wait)})


class _Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:  # type: ignore[no-untyped-def]
        self.shell.emit_display("result", format_dict)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """IPython without a terminal, a history, threads or system commands."""

    sink: Sink = staticmethod(_drop)

    def emit(self, header: dict[str, Any], body: bytes = b"") -> None:
        self._flush()
        type(self).sink(header, body)

    @staticmethod
    def _flush() -> None:
        import sys

        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (ValueError, OSError, AttributeError):
                continue  # the code has closed or replaced it

    def emit_display(self, kind: str, data: dict[str, Any]) -> None:
        parts = _encoded(data)
        if sum(len(raw) for _, raw in parts) > MAX_PARTS:
            parts = [(m, raw) for m, raw in parts if m == "text/plain" and len(raw) < MAX_PARTS]
            note = f"[output larger than {MAX_PARTS:,} bytes left out: save it as a file instead]"
            parts.append(("text/plain", note.encode())) if not parts else None
        header = {
            "type": "display",
            "kind": kind,
            "parts": [{"mime": m[:200], "length": len(raw)} for m, raw in parts[:20]],
            "execution_count": self.execution_count,
        }
        self.emit(header, b"".join(raw for _, raw in parts[:20]))

    def init_display_pub(self) -> None:
        self.display_pub = _Publisher(parent=self, shell=self)

    def init_displayhook(self) -> None:
        self.displayhook = _Hook(parent=self, shell=self, cache_size=self.cache_size)
        self.configurables.append(self.displayhook)
        from IPython.core.display_trap import DisplayTrap

        self.display_trap = DisplayTrap(hook=self.displayhook)

    def _showtraceback(self, etype, evalue, stb) -> None:  # type: ignore[no-untyped-def]
        whole = "\n".join(stb) if isinstance(stb, list) else str(stb)
        if len(whole) > MAX_TRACEBACK:
            half = MAX_TRACEBACK // 2
            whole = f"{whole[:half]}\n… (the middle of a long traceback left out) …\n{whole[-half:]}"
        self.emit(
            {
                "type": "error",
                "ename": _bounded(etype.__name__, 200),
                "evalue": _bounded(_text(evalue), 4000),
                "brief": brief_error(self, etype, evalue),
            },
            whole.encode("utf-8", "replace"),
        )

    def system(self, cmd: str) -> None:
        raise UsageError(_NO_COMMANDS)

    system_piped = system_raw = system

    def getoutput(self, cmd, split=True, depth=0):  # type: ignore[no-untyped-def]
        raise UsageError(_NO_COMMANDS)

    def enable_gui(self, gui=None) -> None:  # type: ignore[no-untyped-def]
        """There is no event loop to integrate with."""


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # the user's own __str__ may do anything
        return "(its message can't be shown)"


def _bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _refuse(*_args: object, **_kwargs: object) -> None:
    raise UsageError(_NO_COMMANDS)


def _no_input(_prompt: object = "") -> str:
    raise RuntimeError(_NO_INPUT)


def make_shell() -> Shell:
    """The one shell of a process tree."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.banner1 = ""
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.cache_size = 0
    shell = Shell.instance(config=config)
    for name in ("pip", "conda", "mamba", "micromamba", "uv", "sx", "system", "alias", "edit"):
        shell.register_magic_function(_refuse, "line", name)
    for name in ("bash", "sh", "script", "system", "sx", "!", "perl", "ruby", "js2py"):
        shell.register_magic_function(_refuse, "cell", name)
    builtins.input = _no_input  # type: ignore[assignment]
    return shell
