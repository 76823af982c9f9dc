"""Cards of CSV, TSV and other delimited text, with the call that reads it right."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sandglass_sandbox.card.columns import Column
from sandglass_sandbox.card.grid import Table, find_table
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import name, plural

SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 1 << 20
csv.field_size_limit(1 << 17)


def encoding_of(data: bytes) -> str:
    """UTF-8 if it can be; otherwise what Western programs write."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return encoding
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        data[: len(data) - 4].decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as problem:
        if problem.start >= len(data) - 8:
            return "utf-8"
    return "cp1252"


@dataclass(frozen=True)
class Parsed:
    """The rows at a file's start, with the line each begins on."""

    rows: list[list[str]]
    lines: list[int]
    whole: bool


def separator_of(text: str) -> str | None:
    """The separator that splits most lines into the same number of fields, more than one."""
    best: tuple[float, int, str] | None = None
    lines = text.splitlines()[:200]
    for separator in SEPARATORS:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if any(row))
        if not counts:
            continue
        width, agreeing = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        share = agreeing / sum(counts.values())
        if width > 1 and share >= 0.5 and (best is None or (round(share, 1), width) > best[:2]):
            best = (round(share, 1), width, separator)
    return best[2] if best else None


def parse(text: str, separator: str, source: Source, *, whole: bool) -> Parsed:
    rows, lines, cells, before = [], [], 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for row in reader:
        if row and (any(row) or len(row) > 1):
            rows.append(row)
            lines.append(before)
            cells += len(row)
        before = reader.line_num
        if len(rows) >= source.limits.rows or cells > source.limits.cells:
            whole = False
            break
        if len(rows) % 1000 == 0 and source.deadline.passed():
            whole = False
            break
    if not whole and len(rows) > 1:
        rows.pop()  # perhaps cut
        lines.pop()
    return Parsed(rows, lines, whole)


def count_lines(source: Source) -> tuple[int, bool]:
    """Lines of the file, and whether time sufficed to see them all."""
    count, seen = 0, 0
    with source.path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            count += block.count(b"\n")
            seen += len(block)
            if source.deadline.passed():
                return int(count * source.size / seen), False
    return count, True


def read(source: Source) -> Iterator[str]:
    data = source.start()
    complete = len(data) == source.size
    if source.suffix == ".gz":
        with gzip.open(source.path) as file:
            data = file.read(source.limits.bytes_read)
        complete = len(data) < source.limits.bytes_read
    yield from describe(source, data, complete=complete)


def describe(source: Source, data: bytes, *, complete: bool) -> Iterator[str]:
    encoding = encoding_of(data)
    text = data.decode(encoding, errors="replace")
    if max(map(len, text[:LONGEST_LINE].splitlines()), default=0) >= LONGEST_LINE // 2:
        raise TooMuch("a line is very long")
    separator = separator_of(text[: 1 << 18])
    if separator is None:
        if source.name.lower().removesuffix(".gz").endswith((".txt", ".log", ".md")):
            raise ValueError("no separator found")
        separator = ","
    parsed = parse(text, separator, source, whole=complete)
    if not parsed.rows:
        raise ValueError("no rows")
    table = find_table(parsed.rows)
    rows, about = table.rows, ""
    if not parsed.whole:
        lines, exact = count_lines(source)
        rows = max(
            rows, lines - parsed.lines[table.first] if table.first < len(parsed.lines) else 0
        )
        about = "about " if source.suffix == ".gz" or not exact else ""
        if source.suffix == ".gz":
            rows, about = table.rows, "at least "
    kind = {"\t": "TSV"}.get(separator, "CSV")
    shown = "tab" if separator == "\t" else f"'{separator}'"
    words = [f"{source.title}: {kind}", f"separator {shown}", plural(rows, "row", about)]
    words.append(plural(table.width, "column"))
    if encoding not in ("utf-8", "utf-8-sig"):
        words.append(f"encoding {encoding}")
    if table.header is None:
        words.append("no header line")
    yield ", ".join(words)
    if not parsed.whole:
        yield f"(ranges and values below are of the first {table.rows} rows)"
    arguments = read_arguments(table, parsed, separator, encoding, text)
    yield f"Read it with: df = pd.read_csv({', '.join([source.literal, *arguments])})"
    if table.total_row:
        yield "The last line is a total, not data."
    yield from conversions(table.columns)
    yield "Columns:"
    yield from table.lines(source.limits.characters - 300)


def read_arguments(
    table: Table, parsed: Parsed, separator: str, encoding: str, text: str
) -> list[str]:
    arguments = []
    if separator != ",":
        arguments.append(f"sep={separator!r}")
    hints = [column.hints for column in table.columns]
    if any(hint.decimal_comma for hint in hints):
        arguments.append("decimal=','")
    thousands = {hint.thousands for hint in hints if hint.thousands}
    if len(thousands) == 1:
        arguments.append(f"thousands={thousands.pop()!r}")
    if encoding not in ("utf-8", "utf-8-sig"):
        arguments.append(f"encoding={encoding!r}")
    start = table.first if table.header is None else table.header
    skipped = parsed.lines[start] if start < len(parsed.lines) else 0
    preamble = text.splitlines()[:skipped]
    if skipped and all(line.startswith("#") or not line.strip() for line in preamble):
        arguments.append("comment='#'")
    elif skipped and any(line.strip() for line in preamble):
        arguments.append(f"skiprows={skipped}")
    if table.header is None:
        arguments.append("header=None")
    return arguments + shared_arguments(table)


def shared_arguments(table: Table) -> list[str]:
    """What read_csv and read_excel have in common."""
    arguments = []
    columns = table.columns

    def literal(column: Column) -> str:
        return str(column.name) if isinstance(column.name, int) else name(column.name)

    as_text = [literal(column) for column in columns if column.hints.as_text]
    if as_text:
        arguments.append(f"dtype={{{', '.join(f'{item}: str' for item in as_text[:8])}}}")
    na_values = sorted({value for column in columns for value in column.hints.na_values})
    if na_values:
        arguments.append(f"na_values={na_values!r}")
    day_first = {column.hints.day_first for column in columns if column.hints.date}
    # Dates of both orders can't be read in one call.
    if len(day_first) == 1:
        found = [literal(column) for column in columns if column.hints.date]
        arguments.append(f"parse_dates=[{', '.join(found[:8])}]")
        if day_first == {True}:
            arguments.append("dayfirst=True")
    if table.total_row:
        arguments.append("skipfooter=1, engine='python'")
    return arguments


def conversions(columns: tuple[Column, ...]) -> Iterator[str]:
    """Code for columns that no argument of read_csv makes numbers of."""
    for column in [column for column in columns if column.hints.after][:4]:
        target = f"df[{name(column.name)}]"
        yield f"Then: {target} = {column.hints.after.replace('{column}', target)}"


def header_of(data: bytes) -> str | None:
    """The column names of delimited text inside an archive, in one line."""
    text = data.decode(encoding_of(data), errors="replace")
    separator = separator_of(text)
    lines = text.splitlines()
    if separator is None or not lines:
        return None
    row = next(csv.reader(lines[:1], delimiter=separator), [])
    return ", ".join(name(cell) for cell in row[:15]) if re.search(r"\w", lines[0]) else None
