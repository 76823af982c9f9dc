"""The interpreter: an IPython shell whose outputs are handed to a sink instead of a terminal.

Made once in the zygote, before any fork, because making it takes a hundred milliseconds.
"""

from __future__ import annotations

import codeop
import contextlib
import linecache
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from sandglass_sandbox.kernel import bundles, errors, refusals

Sink = Callable[[dict[str, Any], bytes], None]

KEPT_RESULTS = 100
"""How many results `Out` and `_3` keep alive."""


def _drop(_header: dict[str, Any], _body: bytes = b"") -> None:
    """Where outputs go before a kernel has its channel."""


class _Publisher(DisplayPublisher):
    """`display(…)` and everything else that shows itself."""

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


class _Shown:
    """A value that no code has a format for."""


class _Compiler(CachingCompiler):
    """Calls a cell `<cell 3>` in tracebacks and warnings."""

    def __init__(self) -> None:
        super().__init__()
        # codeop's, for prompts that ask for more lines: they blur the message of a syntax error.
        self.flags &= ~(codeop.PyCF_ALLOW_INCOMPLETE_INPUT | codeop.PyCF_DONT_IMPLY_DEDENT)

    def get_code_name(self, raw_code, transformed_code, number):  # type: ignore[no-untyped-def]
        return f"{errors.CELL}{number}>"


class Shell(InteractiveShell):
    """IPython without a terminal, a history, threads or system commands."""

    compiler_class = _Compiler
    sink: Sink = staticmethod(_drop)
    failed = False
    """Whether the running cell has told an error."""

    def run(self, code: str) -> bool:
        """Runs a cell and shows the figures that it leaves open. True if nothing was raised."""
        self.failed = False
        result = self.run_cell(code, store_history=True, silent=False)
        self._show_figures()
        error = result.error_before_exec or result.error_in_exec
        return not self.failed and (error is None or errors.is_plain_exit(error))

    def warm(self) -> None:
        """Takes the page faults after a fork, which the next cell would have to take.

        Leaves no trace. Raises if the interpreter is good for nothing any more.
        """
        self.run_cell("pass", store_history=False, silent=True)
        sink, self.sink = self.sink, _drop
        try:
            with contextlib.suppress(Exception):  # the code may have formats of its own
                self.emit_display("result", self.displayhook.compute_format_data(_Shown())[0])
        finally:
            self.sink = sink

    def _show_figures(self) -> None:
        if "sandglass_sandbox.kernel.figures" not in sys.modules:
            return
        try:
            sys.modules["sandglass_sandbox.kernel.figures"].show_all()
        except Exception:  # drawing runs the code's own formatters and data
            self.showtraceback()

    def forget(self) -> None:
        """Back to the state before the first cell."""
        self.reset(new_session=False)
        self.execution_count = 1
        self.history_manager.reset(new_session=False)
        for name in [n for n in linecache.cache if n.startswith(errors.CELL)]:
            del linecache.cache[name]
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)

    # -- outputs

    def emit(self, header: dict[str, Any], body: bytes = b"") -> None:
        flush_streams()
        self.sink(header, body)

    def emit_display(self, kind: str, data: dict[str, Any]) -> None:
        parts = bundles.encoded(data)
        if not parts:
            return
        header = {
            "type": "display",
            "kind": kind,
            "parts": [{"mime": mime, "length": len(raw)} for mime, raw in parts],
            "execution_count": self.execution_count,
        }
        self.emit(header, b"".join(raw for _, raw in parts))

    def emit_figure(self, png: bytes, text: str) -> None:
        self.emit_display("figure", {"image/png": png, "text/plain": text})

    def showtraceback(self, exc_tuple=None, *_args, **_kwargs) -> None:  # type: ignore[no-untyped-def]
        value = exc_tuple[1] if exc_tuple else sys.exc_info()[1]
        if value is None or errors.is_plain_exit(value):
            return
        self.failed = True
        sys.last_type, sys.last_value, sys.last_traceback = type(value), value, value.__traceback__
        header, body = errors.told(self, value)
        self.emit(header, body)

    def showsyntaxerror(self, filename=None, running_compiled_code=False) -> None:  # type: ignore[no-untyped-def]
        self.showtraceback()

    def showindentationerror(self) -> None:
        self.showtraceback()

    def _format_exception_for_storage(self, exception, filename=None, running_compiled_code=False):  # type: ignore[no-untyped-def]
        """For a history, which we don't keep; IPython's takes seconds on a deep stack."""
        return {}

    # -- what isn't there

    def system(self, cmd: str) -> None:
        refusals.no_command(cmd)

    system_piped = system_raw = system

    def getoutput(self, cmd, split=True, depth=0):  # type: ignore[no-untyped-def]
        refusals.no_command(cmd)

    def ask_exit(self) -> None:
        """`exit` and `quit` end the cell; the kernel lives on."""
        raise SystemExit(0)

    def enable_gui(self, gui=None) -> None:  # type: ignore[no-untyped-def]
        """There is no event loop to integrate with."""

    def enable_matplotlib(self, gui=None):  # type: ignore[no-untyped-def]
        """`%matplotlib …`: figures are images here, whatever is asked for."""
        return gui, "sandglass"

    # -- how it is made

    def init_display_pub(self) -> None:
        self.display_pub = _Publisher(parent=self, shell=self)

    def init_displayhook(self) -> None:
        self.displayhook = _Hook(parent=self, shell=self, cache_size=self.cache_size)
        self.configurables.append(self.displayhook)
        from IPython.core.display_trap import DisplayTrap

        self.display_trap = DisplayTrap(hook=self.displayhook)


def flush_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        # The code may have closed or replaced it.
        with contextlib.suppress(ValueError, OSError, AttributeError):
            stream.flush()


def make_shell() -> Shell:
    """The one shell of a process tree."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.banner1 = ""
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.cache_size = KEPT_RESULTS
    shell = Shell.instance(config=config)
    refusals.install(shell)
    png = shell.display_formatter.formatters["image/png"]
    png.for_type_by_name("matplotlib.figure", "Figure", _figure_png)
    if "matplotlib" in sys.modules:
        from sandglass_sandbox.kernel import figures

        figures.publish_to(shell.emit_figure)
    return shell


def _figure_png(figure: Any) -> bytes:
    from sandglass_sandbox.kernel import figures

    return figures.format_png(figure)
