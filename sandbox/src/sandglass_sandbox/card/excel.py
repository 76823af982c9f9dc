"""Cards of Excel workbooks: each sheet with its columns and the call that reads it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime

from sandglass_sandbox.card.delimited import conversions, shared_arguments
from sandglass_sandbox.card.grid import find_table
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import listing, name, plural

SHEETS = 8
COLUMNS = 200


def check_zip(source: Source) -> None:
    """Office files are archives: one that unpacks to far more than it is isn't opened."""
    with zipfile.ZipFile(source.path) as archive:
        entries = archive.infolist()
        if len(entries) > 5000 or sum(e.file_size for e in entries) > source.limits.bytes_unpacked:
            raise TooMuch("it unpacks to more than may be read")


Sheet = tuple[str, list[list[object]], int]


def sheets_xlsx(source: Source) -> Iterator[Sheet]:
    import openpyxl

    check_zip(source)
    book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
    share = source.limits.rows // max(1, min(SHEETS, len(book.sheetnames)))
    for title in book.sheetnames:
        sheet = book[title]
        if not hasattr(sheet, "iter_rows"):  # a sheet that is only a chart
            continue
        rows: list[list[object]] = []
        for row in sheet.iter_rows(max_col=COLUMNS, values_only=True):
            rows.append(list(row))
            if len(rows) >= share or source.deadline.passed():
                break
        yield title, rows, max(sheet.max_row or 0, len(rows))


def sheets_xls(source: Source) -> Iterator[Sheet]:
    import os

    import xlrd

    with open(os.devnull, "w") as nowhere:
        book = xlrd.open_workbook(source.path, on_demand=True, logfile=nowhere)
    for title in book.sheet_names():
        sheet = book.sheet_by_name(title)
        count = min(sheet.nrows, source.limits.rows // 4)
        rows = [
            [_cell(xlrd, book, cell) for cell in sheet.row(index)[:COLUMNS]]
            for index in range(count)
        ]
        yield title, rows, sheet.nrows


def _cell(xlrd: object, book: object, cell: object) -> object:
    kind, value = cell.ctype, cell.value  # type: ignore[attr-defined]
    if kind == 3:  # XL_CELL_DATE
        try:
            return datetime(*xlrd.xldate_as_tuple(value, book.datemode))  # type: ignore[attr-defined]
        except ValueError:
            return value
    if kind == 4:  # XL_CELL_BOOLEAN
        return bool(value)
    if kind in (0, 5, 6):  # empty, error, blank
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read(source: Source) -> Iterator[str]:
    old = source.head.startswith(b"\xd0\xcf\x11\xe0")
    sheets = list((sheets_xls if old else sheets_xlsx)(source))
    names = listing((name(title) for title, _, _ in sheets), 300)
    yield f"{source.title}: Excel workbook, {plural(len(sheets), 'sheet')}: {names}"
    left = source.limits.characters - 100 - len(names)
    shown = sheets[:SHEETS]
    for position, (title, rows, total) in enumerate(shown):
        share = left // (len(shown) - position)
        for line in sheet_lines(source, title, rows, total, share - 170):
            left -= len(line) + 1
            yield line


def sheet_lines(
    source: Source, title: str, rows: list[list[object]], total: int, limit: int
) -> Iterator[str]:
    while rows and not any(cell not in (None, "") for cell in rows[-1]):
        rows.pop()
    if not rows:
        yield f"Sheet {name(title)}: empty"
        return
    table = find_table(rows)
    count = table.rows if len(rows) >= total or table.rows < len(rows) // 2 else total - table.first
    arguments = [source.literal, f"sheet_name={name(title)}"]
    start = table.first if table.header is None else table.header
    if start:
        arguments.append(f"skiprows={start}")
    if table.header is None:
        arguments.append("header=None")
    arguments += shared_arguments(table)
    code = f"df = pd.read_excel({', '.join(arguments)})".replace(", engine='python'", "")
    yield f"Sheet {name(title)}: {plural(count, 'row')}, {plural(table.width, 'column')}"
    yield f"Read it with: {code}"
    if table.total_row:
        yield "The last row is a total, not data."
    yield from conversions(table.columns)
    yield from table.lines(max(120, limit))
