"""Cards of SQLite databases: tables with rows, columns and keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from urllib.parse import quote

from sandglass_sandbox.card.columns import describe
from sandglass_sandbox.card.grid import column_lines
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import listing, name, plural

TABLES = 12
ROWS = 5000


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
    yield f"{source.name}: SQLite database, {plural(len(found), 'table')}: {names}"
    connect = f"con = sqlite3.connect({source.literal})"
    yield f"Read it with: {connect}; df = pd.read_sql('SELECT …', con)"
    budget = (source.limits.characters - 350) // max(1, min(TABLES, len(found)))
    for table, kind in found[:TABLES]:
        try:
            yield from table_lines(connection, str(table), str(kind), budget)
        except (sqlite3.Error, OverflowError) as problem:
            yield f"Table {name(table)}: can't be read ({type(problem).__name__})"


def table_lines(connection: sqlite3.Connection, table: str, kind: str, limit: int) -> Iterator[str]:
    identifier = '"' + table.replace('"', '""') + '"'
    cursor = connection.execute(f"SELECT * FROM {identifier} LIMIT {ROWS}")
    rows = cursor.fetchall()
    count = len(rows)
    if count == ROWS:
        count = connection.execute(f"SELECT count(*) FROM {identifier}").fetchone()[0]
    columns = [
        describe(column[0], [row[index] for row in rows])
        for index, column in enumerate(cursor.description[:100])
    ]
    keys = connection.execute(f"PRAGMA foreign_key_list({identifier})").fetchall()
    links = [f"{name(key[3])} refers to {name(key[2])}" for key in keys[:5]]
    yield f"{kind.capitalize()} {name(table)}: {plural(count, 'row')}" + "".join(
        f"; {link}" for link in links
    )
    yield from column_lines(columns, max(100, limit - 60))
