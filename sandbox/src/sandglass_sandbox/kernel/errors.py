"""What is told of an exception: the traceback as Python prints it, from the user's code on."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sandglass_sandbox import places
from sandglass_sandbox.kernel import brief, full, refusals, unavailable

if TYPE_CHECKING:
    from sandglass_sandbox.kernel.shell import Shell

CELL = "<cell "
"""How the file names of cells begin."""
MAX_TRACEBACK = 100_000
MAX_VALUE = 4000
MAX_FRAMES = 60
_OURS = (unavailable.__file__, places.__file__)


def is_plain_exit(error: BaseException) -> bool:
    """`exit()` or `sys.exit(0)`: the cell is over, and nothing is wrong."""
    return isinstance(error, SystemExit) and error.code in (None, 0)


def told(shell: Shell, value: BaseException) -> tuple[dict[str, Any], bytes]:
    """The header and body of an `error` message. Never raises."""
    name = type(value).__name__
    header = {
        "type": "error",
        "ename": name[:200],
        "evalue": shorten(text_of(value), MAX_VALUE),
        "brief": brief.brief_error(shell, value),
    }
    try:
        whole = _traceback(value)
    except BaseException:  # formatting runs the code's own __str__ and __repr__
        whole = f"{name}: {header['evalue']}"
    if len(whole) > MAX_TRACEBACK:
        half = MAX_TRACEBACK // 2
        whole = f"{whole[:half]}\n… (the middle of a long traceback left out) …\n{whole[-half:]}"
    return header, whole.encode("utf-8", "replace")


def _traceback(value: BaseException) -> str:
    if isinstance(value, refusals.NotAvailable):
        return f"{type(value).__name__}: {value}"
    tb = _from_cell(value)
    frames = list(traceback.walk_tb(tb))
    deep = len(frames) > MAX_FRAMES
    told = traceback.TracebackException(
        type(value), value, tb, compact=True, limit=1 if deep else None
    )
    if deep:
        half = MAX_FRAMES // 2
        told.stack = traceback.StackSummary.extract(iter(frames[:half] + frames[-half:]))
    _without_ours(told)
    lines = ["".join(told.format()).rstrip("\n"), full.sentence(value)]
    return "\n".join(line for line in lines if line)


def _without_ours(told: traceback.TracebackException | None) -> None:
    """Takes out the frames of what says that something isn't available, or finds files elsewhere:
    they explain nothing."""
    while told is not None:
        told.stack = traceback.StackSummary(f for f in told.stack if f.filename not in _OURS)
        told = told.__cause__ or told.__context__


def _from_cell(value: BaseException) -> TracebackType | None:
    """The traceback without the shell's own frames above the cell's."""
    tb = value.__traceback__
    while tb is not None and not tb.tb_frame.f_code.co_filename.startswith(CELL):
        tb = tb.tb_next
    if tb is None and not isinstance(value, SyntaxError):
        return value.__traceback__
    return tb


def text_of(value: BaseException) -> str:
    try:
        return str(value)
    except BaseException:  # the code's own __str__ may do anything, raise SystemExit too
        return "(its message can't be shown)"


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
