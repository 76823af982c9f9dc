"""Cards of ZIP archives and pickles: what is inside, with nothing unpacked and nothing run."""

from __future__ import annotations

import csv
import pickletools
import re
import zipfile
from collections.abc import Iterator

from sandglass_sandbox.card.columns import describe
from sandglass_sandbox.card.delimited import (
    Parsed,
    encoding_of,
    header_of,
    read_arguments,
    separator_of,
)
from sandglass_sandbox.card.grid import Table, column_lines, find_table
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import listing, name, plural, quoted, size

ENTRIES = 25
TABLES = 12
PEEK = 8192
OPCODES = 20_000


def read_zip(source: Source) -> Iterator[str]:
    with zipfile.ZipFile(source.path) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        total = sum(entry.file_size for entry in files)
        yield f"{source.title}: ZIP archive, {plural(len(files), 'file')}, {size(total)} unpacked"
        if total > source.limits.bytes_unpacked and total > 100 * source.size:
            yield "It unpacks to far more than it is: do not extract it."
            yield from listed(files, {})
            return
        tables = [
            e
            for e in files
            if e.filename.lower().endswith((".csv", ".tsv")) and not e.flag_bits & 1
        ]
        starts = {}
        for entry in tables[:TABLES]:
            with archive.open(entry) as file:
                starts[entry.filename] = file.read(PEEK)
        headers = {path: header_of(start) for path, start in starts.items()}
        alike = len({(headers[path], separated(start)) for path, start in starts.items()}) == 1
        opened = f"Read it with: z = zipfile.ZipFile({source.literal}); "
        if 1 < len(tables) <= TABLES and alike and all(headers.values()):
            table, arguments = _common(starts)
            label = "file" if all(c.name != "file" for c in table.columns) else "from_file"
            columns = [describe(label, list(starts)), *table.columns]
            yield opened + _together(list(starts), arguments, label)
            yield from listed(files, {})
            yield "Columns of all together:"
            yield from column_lines(columns, source.limits.characters // 2)
            return
        first = "f = z.open('…')"
        if tables:
            path = tables[0].filename
            arguments = _common({path: starts[path]})[1] if starts[path].strip() else []
            first = f"df = pd.read_csv({', '.join([f'z.open({name(path)})', *arguments])})"
        yield opened + first
        yield from listed(files, headers)


def separated(start: bytes) -> str | None:
    return separator_of(start.decode(encoding_of(start), errors="replace"))


def _together(paths: list[str], arguments: list[str], label: str) -> str:
    """Tables with the same columns as one, with a column that says which file a row is from."""
    call = f"pd.read_csv({', '.join(['z.open(path)', *arguments])})"
    frames = f"{call} for path in [{', '.join(map(name, paths))}]"
    return f"df = pd.concat({{path: {frames}}}, names=[{label!r}]).reset_index({label!r})"


def _common(starts: dict[str, bytes]) -> tuple[Table, list[str]]:
    """Tables that have the same columns as one, and how they are read, from how they begin."""
    rows: list[list[str]] = []
    separator, encoding, first = ",", "utf-8", ""
    for data in starts.values():
        coding = encoding_of(data)
        encoding = coding if encoding == "utf-8" else encoding
        text = data.decode(coding, errors="replace")
        first = first or text
        separator = separator_of(text) or ","
        found = [row for row in csv.reader(text.splitlines(), delimiter=separator) if row]
        body = found if len(data) < PEEK else found[:-1]
        rows += [row for row in body[1:] if len(row) == len(rows[0])] if rows else body
    table = find_table(rows)
    parsed = Parsed(rows, list(range(len(rows))), whole=True)
    return table, read_arguments(table, parsed, separator, encoding, first)


def listed(files: list[zipfile.ZipInfo], headers: dict[str, str | None]) -> Iterator[str]:
    for entry in files[:ENTRIES]:
        columns = headers.get(entry.filename)
        about = f", columns {columns}" if columns else ""
        yield f"- {name(entry.filename)}, {size(entry.file_size)}{about}"
    if len(files) > ENTRIES:
        yield f"- and {len(files) - ENTRIES} more"


PICKLED = {
    "pandas.core.frame.DataFrame": ("a pandas DataFrame", "df = pd.read_pickle({0})"),
    "pandas.core.series.Series": ("a pandas Series", "s = pd.read_pickle({0})"),
    "numpy.ndarray": ("a NumPy array", "a = np.load({0}, allow_pickle=True)"),
}

# What pandas and NumPy write for themselves.
INTERNAL = frozenset(
    "data name start stop step dataframe attrs allows_duplicate_labels builtins slice _mgr".split()
)
DTYPE = re.compile(r"[|<>=]?[a-zA-Z]?\d*")


def read_pickle(source: Source) -> Iterator[str]:
    """Scans the pickle's instructions; running them could do anything."""
    classes: list[str] = []
    texts: list[str] = []
    for count, (opcode, argument, _) in enumerate(pickletools.genops(source.start())):
        if opcode.name == "GLOBAL":
            classes.append(str(argument).replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL" and len(texts) >= 2:
            classes.append(".".join(texts[-2:]))
            del texts[-2:]
        elif "UNICODE" in opcode.name and isinstance(argument, str):
            texts.append(argument[:200])
        if count > OPCODES or source.deadline.passed():
            break
    known = next((PICKLED[found] for found in classes if found in PICKLED), None)
    kind, call = known or ("an object", "pickle.load(open({0}, 'rb'))")
    if not known and not classes:
        kind = "plain Python data"
    yield f"{source.title}: Python pickle of {kind} (not opened)"
    yield f"Read it with: {call.format(source.literal)}"
    if classes and not known:
        yield "Classes in it: " + listing((quoted(c, 60) for c in dict.fromkeys(classes)), 200)
    words = [text for text in dict.fromkeys(texts) if text.strip() and len(text) <= 60]
    words = [text for text in words if text not in INTERNAL and not DTYPE.fullmatch(text)]
    words = [text for text in words if not text.startswith(("_", "pandas", "numpy"))]
    if words:
        yield "Names and texts in it: " + listing((quoted(word) for word in words), 400)
