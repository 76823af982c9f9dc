"""Logs of web servers, in the common or the combined format: a row for each request."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator

from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import listing, plural, quoted

PATTERN = (
    r'^(?P<ip>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>[^\s"]+) (?P<page>[^\s"]+)(?: [^"]*)?"'
    r" (?P<status>\d{3}) (?P<bytes>\d+|-)"
)
TIME = "%d/%b/%Y:%H:%M:%S %z"
_LINE = re.compile(PATTERN)
_FEW = 12
_SAMPLE = 100
_VALUES = 200


def is_weblog(text: str) -> bool:
    """Whether nearly all of the first lines are requests."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()][:-1]
    return len(lines) > 2 and sum(map(bool, map(_LINE.match, lines))) >= 0.9 * len(lines)


def read(source: Source) -> Iterator[str]:
    text = source.start().decode("utf-8", errors="replace")
    lines = text.splitlines()[: source.limits.rows]
    found = [match.groupdict() for match in map(_LINE.match, lines) if match]
    whole = source.size <= source.limits.bytes_read and len(lines) < source.limits.rows
    rows = plural(len(found), "row", "" if whole else "at least ")
    yield f"{source.title}: log of a web server, {rows}, a row for each request, 6 columns"
    reads = [
        f"df = pd.Series(open({source.literal}, encoding='utf-8', errors='replace')"
        f".read().splitlines()).str.extract(r'{PATTERN}')",
        f'df["time"] = pd.to_datetime(df["time"], format="{TIME}", errors="coerce")'
        ".dt.tz_localize(None)",
        'df["bytes"] = pd.to_numeric(df["bytes"], errors="coerce")',
    ]
    yield "Read it with: " + "; ".join(reads)
    yield "Columns:"
    yield texts("ip", found)
    times = [time for row in found if (time := _time(row["time"]))]
    if times:
        yield f"- 'time': dates {min(times):%Y-%m-%d} to {max(times):%Y-%m-%d}, with hours"
    for column in ("method", "page", "status"):
        yield texts(column, found)
    sizes = [int(row["bytes"]) for row in found if row["bytes"] != "-"]
    missing = len(found) - len(sizes)
    if sizes:
        note = f", {missing} missing" if missing else ""
        yield f"- 'bytes': integers {min(sizes)} to {max(sizes)}{note}"


def _time(told: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(told, TIME).replace(tzinfo=None)
    except ValueError:
        return None


def texts(column: str, rows: list[dict[str, str]]) -> str:
    """The line of a card that says what a column of texts has."""
    values = Counter(row[column] for row in rows)
    if len(values) <= _FEW:
        return f"- '{column}': text, {len(values)} different: " + listing(
            map(quoted, sorted(values)), _VALUES
        )
    often = (value for value, _ in values.most_common(3))
    return f"- '{column}': text, {len(values)} different, like " + ", ".join(map(quoted, often))
