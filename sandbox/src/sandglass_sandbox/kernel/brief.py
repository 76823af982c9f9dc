"""Short errors for a small model: the failing line of its own code, the exception, what is near it.

A library's stack says nothing to a model of 1.5 billion parameters; the names of the existing
files or columns do.
"""

from __future__ import annotations

import difflib
import linecache
import os
import re
from types import TracebackType
from typing import Any, NamedTuple

from sandglass_sandbox.kernel import full, refusals, unavailable

LIMIT = 700
_NEAR = 12
_DATA = "/mnt/data"
_ACCESSOR = re.compile(r"Can only use \.(str|dt) accessor")
_ADVICE = {
    "str": "These are no texts: use them as they are, without .str.",
    "dt": "Make dates of them first: pd.to_datetime(…).",
}


def brief_error(shell: Any, evalue: BaseException) -> str:
    """Never raises: whatever can't be found out is left out."""
    etype = type(evalue)
    try:
        if isinstance(evalue, refusals.NotAvailable):
            return "\n".join(line for line in (_where(evalue), str(evalue)) if line)
        lines = [_where(evalue), f"{etype.__name__}: {_shorten(_message(evalue), 300)}"]
        lines += _near(shell, evalue) or [full.sentence(evalue)]
        return _shorten("\n".join(line for line in lines if line), LIMIT)
    except BaseException:  # objects of the user's code may do anything when they are asked
        return etype.__name__


def _message(evalue: BaseException) -> str:
    if isinstance(evalue, SyntaxError):
        return str(evalue.msg)
    return " ".join(str(evalue).split())


def _where(evalue: BaseException) -> str:
    if isinstance(evalue, SyntaxError) and evalue.lineno is not None:
        return f"line {evalue.lineno}: {(evalue.text or '').strip()}"
    frame = _own_frame(evalue.__traceback__)
    if frame is None:
        return ""
    return f"line {frame.lineno}: {_shorten((frame.line or '').strip(), 200)}"


class _Own(NamedTuple):
    lineno: int
    line: str


def _own_frame(tb: TracebackType | None) -> _Own | None:
    """The innermost frame of the cell's own code, not of a library."""
    own = None
    while tb is not None:
        name = tb.tb_frame.f_code.co_filename
        if name.startswith("<cell "):
            own = (name, tb.tb_lineno)
        tb = tb.tb_next
    return _Own(own[1], linecache.getline(*own)) if own else None


def _near(shell: Any, evalue: BaseException) -> list[str]:
    match evalue:
        case FileNotFoundError() if evalue.strerror in (unavailable.COMMANDS, unavailable.PACKAGES):
            return []
        case FileNotFoundError() | IsADirectoryError():
            return [_files()]
        case KeyError():
            return _keys(shell, evalue)
        case NameError():
            return [
                _made_of_itself(evalue),
                _similar("Names that exist", str(evalue.name or ""), _names(shell)),
            ]
        case AttributeError() if accessor := _ACCESSOR.match(str(evalue)):
            return [*_columns_mentioned(shell, evalue), _ADVICE[accessor[1]]]
        case AttributeError():
            return [_similar("It has", str(evalue.name or ""), _attributes(evalue.obj))]
        case ValueError() | TypeError():
            return _columns_mentioned(shell, evalue)
    return []


def _files() -> str:
    found = []
    for directory, folders, names in os.walk(_DATA):
        folders.sort()
        found += [os.path.join(directory, n) for n in sorted(names)]
        if len(found) > _NEAR:
            break
    if not found:
        return "There are no files in /mnt/data."
    more = " …" if len(found) > _NEAR else ""
    return "Files that exist: " + ", ".join(repr(f) for f in found[:_NEAR]) + more


def _made_of_itself(evalue: NameError) -> str:
    """`part = whole[part["x"] > 0]`: small models repeat it, and don't see what is wrong."""
    own = _own_frame(evalue.__traceback__)
    made = own is not None and own.line.partition("=")[0].strip() == evalue.name
    return f"{evalue.name} doesn't exist yet on the right of its own '='." if made else ""


def _names(shell: Any) -> list[str]:
    return [n for n in shell.user_ns if not n.startswith("_") and n not in shell.user_ns_hidden]


def _attributes(obj: object) -> list[str]:
    return [n for n in dir(obj) if not n.startswith("_")]


def _frames(shell: Any) -> list[tuple[str, Any]]:
    import pandas as pd

    return [
        (n, v)
        for n, v in shell.user_ns.items()
        if not n.startswith("_") and isinstance(v, (pd.DataFrame, dict))
    ]


def _keys(shell: Any, evalue: KeyError) -> list[str]:
    """Columns of the data frames, and keys of the dictionaries, in which the key is missing."""
    wanted = str(evalue.args[0]) if evalue.args else ""
    lines: list[str] = []
    there: list[str] = []
    for name, value in _frames(shell)[-6:]:
        columns = [str(c) for c in (value.columns if hasattr(value, "columns") else value.keys())]
        kind = "Columns" if hasattr(value, "columns") else "Keys"
        lines.append(_similar(f"{kind} of {name}", wanted, columns, all_of_them=True))
        if wanted in columns and kind == "Columns":
            there.append(name)
    where = [f"{wanted!r} is a column of {' and of '.join(there)}."] if there else []
    return where + lines[-3:]


def _columns_mentioned(shell: Any, evalue: BaseException) -> list[str]:
    """For errors about values: the types of the columns that the failing line mentions."""
    frame = _own_frame(evalue.__traceback__)
    line = (frame.line or "") if frame else ""
    lines = []
    for name, value in _frames(shell)[-6:]:
        if not hasattr(value, "dtypes"):
            continue
        named = [c for c in value.columns if isinstance(c, str) and c in line]
        for column in named[:3]:
            sample = [repr(v)[:40] for v in value[column].head(3).tolist()]
            lines.append(
                f"{name}[{column!r}] is {value[column].dtype}, such as {', '.join(sample)}"
            )
    return lines[:4]


def _similar(title: str, wanted: str, names: list[str], all_of_them: bool = False) -> str:
    near = difflib.get_close_matches(wanted, names, n=5, cutoff=0.5)
    rest = [n for n in names if n not in near] if all_of_them else []
    chosen = (near + rest)[:_NEAR]
    if not chosen:
        return ""
    more = " …" if all_of_them and len(names) > _NEAR else ""
    return f"{title}: " + ", ".join(repr(n[:60]) for n in chosen) + more


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
