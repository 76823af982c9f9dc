"""Cards of SQLite databases: tables with rows, columns and keys."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sandglass_sandbox.card.columns import Column, describe
from sandglass_sandbox.card.conversions import conversions_of, to_date
from sandglass_sandbox.card.grid import column_lines
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import distinct, identifier, listing, name, plural

TABLES = 12
ROWS = 5000
LOADED = 4
LOADED_ROWS = 200_000


def read(source: Source) -> Iterator[str]:
    connection = sqlite3.connect(f"file:{quote(str(source.path))}?mode=ro&immutable=1", uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
    # Checked every ten thousand steps of the database's engine: a view can be endless.
    connection.set_progress_handler(source.deadline.passed, 10_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
    connection.execute("PRAGMA trusted_schema = OFF")
    found = connection.execute(
        "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite_%' ORDER BY type, rowid"
    ).fetchmany(200)
    names = listing((name(table) for table, _ in found), 250)
    yield f"{source.title}: SQLite database, {plural(len(found), 'table')}: {names}"
    connect = f"con = sqlite3.connect({source.literal})"
    tables: list[Table] = []
    problems = []
    for table, kind in found[:TABLES]:
        try:
            tables.append(look(connection, str(table), str(kind)))
        except (sqlite3.Error, OverflowError) as problem:
            problems.append(f"Table {name(table)}: can't be read ({type(problem).__name__})")
    yield "Read it with: " + "; ".join([connect, *reads_of(tables)])
    budget = (source.limits.characters - 450) // max(1, len(tables))
    for table in tables:
        yield (
            f"{table.kind.capitalize()} {name(table.name)}: {plural(table.rows, 'row')}"
            + "".join(f"; {link}" for link in table.links)
        )
        yield from column_lines(table.columns, max(100, budget - 60))
    yield from problems


@dataclass(frozen=True)
class Table:
    """A table or view, as far as it was looked at."""

    name: str
    kind: str
    rows: int
    columns: list[Column]
    links: list[str]


def reads_of(tables: Sequence[Table]) -> list[str]:
    """A statement for each table, where they are few and small; else how a query is read."""
    small = [t for t in tables if t.kind == "table"]
    if not 0 < len(small) <= LOADED or any(t.rows > LOADED_ROWS for t in small):
        return ["df = pd.read_sql('SELECT …', con)"]
    reads = []
    for called, table in zip(distinct([identifier(t.name) for t in small]), small, strict=True):
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z_0-9]*", table.name)
        query = f"SELECT * FROM {table.name if plain else escaped(table.name)}"
        dated = [c for c in table.columns if c.hints.date and not any(to_date(c.hints))]
        dates = ", ".join(name(column.name) for column in dated)
        parse = f", parse_dates=[{dates}]" if dates else ""
        reads.append(f"{called} = pd.read_sql({query!r}, con{parse})")
        reads += conversions_of(called, [c for c in table.columns if c not in dated])
    return reads


def escaped(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def look(connection: sqlite3.Connection, table: str, kind: str) -> Table:
    cursor = connection.execute(f"SELECT * FROM {escaped(table)} LIMIT {ROWS}")
    rows = cursor.fetchall()
    count = len(rows)
    if count == ROWS:
        count = connection.execute(f"SELECT count(*) FROM {escaped(table)}").fetchone()[0]
    columns = [
        describe(column[0], [row[index] for row in rows])
        for index, column in enumerate(cursor.description[:100])
    ]
    keys = connection.execute(f"PRAGMA foreign_key_list({escaped(table)})").fetchall()
    links = [f"{name(key[3])} refers to {name(key[2])}" for key in keys[:5]]
    return Table(table, kind, count, columns, links)
