"""Finds the table in a grid of cells: its header, its columns, a total below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sandglass_sandbox.card import dates, numbers
from sandglass_sandbox.card.columns import Column, describe
from sandglass_sandbox.card.text import listing, name

TOTAL = re.compile(r"(grand )?(total|sum|summe|gesamt|subtotal|insgesamt)s?:?\b.*", re.IGNORECASE)
HEADER_SEARCH = 50
COLUMNS = 200

Row = Sequence[object]


@dataclass(frozen=True)
class Table:
    """A table found in a grid; rows are counted from 0."""

    header: int | None  # None: the columns have no names
    first: int
    columns: tuple[Column, ...]
    rows: int
    total_row: bool = False
    width: int = 0

    def lines(self, limit: int) -> list[str]:
        """The columns, as much of each as the limit allows."""
        return column_lines(self.columns, limit, self.width - len(self.columns))


def column_lines(columns: Sequence[Column], limit: int, unseen: int = 0) -> list[str]:
    lines = [column.line() for column in columns]
    if sum(len(line) + 1 for line in lines) > limit:
        lines = [column.line(short=True) for column in columns]
    shown: list[str] = []
    left = limit
    for position, line in enumerate(lines):
        rest = columns[position:]
        if len(line) + 1 > left or (len(rest) > 1 and left < 160):
            names = listing((name(column.name) for column in rest), max(60, left - 30))
            return [*shown, f"- and {len(rest) + unseen} more columns: {names}"]
        shown.append(line)
        left -= len(line) + 1
    if unseen:
        shown.append(f"- and {unseen} more columns")
    return shown


def filled(row: Row) -> int:
    return sum(1 for cell in row if cell is not None and str(cell).strip() != "")


def looks_like_data(cell: object) -> bool:
    if not isinstance(cell, str):
        return cell is not None
    text = cell.strip()
    return bool(numbers.PLAIN.fullmatch(text)) or dates.recognise([text]) is not None


def is_year(cell: object) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d(\.0)?", str(cell).strip()))


def find_start(rows: Sequence[Row]) -> int:
    """The first row that is as full as the table's rows are."""
    counts = Counter(filled(row) for row in rows[:500] if filled(row))
    if not counts:
        return 0
    usual = max(counts, key=lambda count: (counts[count], count))
    for position, row in enumerate(rows[:HEADER_SEARCH]):
        if filled(row) >= max(1, 0.6 * usual):
            return position
    return 0


def has_header(rows: Sequence[Row], start: int) -> bool:
    cells = [cell for cell in rows[start] if cell is not None and str(cell).strip()]
    if not all(isinstance(cell, str) or is_year(cell) for cell in cells):
        return False
    data = [cell for cell in cells if looks_like_data(cell)]
    if data:
        # A table with a column for each year has numbers in its header.
        return len(data) < len(cells) and all(is_year(cell) for cell in data)
    if len(rows) == start + 1:
        return True
    below = rows[start + 1 : start + 200]
    if any(looks_like_data(cell) for row in below for cell in row if cell not in ("", None)):
        return True
    repeats = sum(
        1
        for index, cell in enumerate(rows[start])
        if any(index < len(row) and row[index] == cell for row in below)
    )
    return len(set(cells)) == len(cells) and repeats == 0


def find_table(rows: Sequence[Row]) -> Table:
    start = find_start(rows)
    header = start if rows and has_header(rows, start) else None
    first = start if header is None else start + 1
    body = [row for row in rows[first:] if filled(row)]
    width = max((len(row) for row in rows[start : start + 500]), default=0)
    while (
        width
        and header is not None
        and not any(len(row) >= width and filled(row[width - 1 : width]) for row in rows[start:])
    ):
        width -= 1
    total = len(body) > 2 and any(
        isinstance(cell, str) and TOTAL.fullmatch(cell.strip()) for cell in body[-1]
    )
    values = body[:-1] if total else body
    columns = []
    for index in range(min(width, COLUMNS)):
        column_name: object = index
        if header is not None:
            cells = rows[start]
            cell = cells[index] if index < len(cells) else None
            column_name = f"Unnamed: {index}" if cell in (None, "") else cell
        columns.append(
            describe(column_name, [row[index] if index < len(row) else None for row in values])
        )
    return Table(header, first, tuple(columns), len(values), total, width)
