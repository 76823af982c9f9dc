"""Logs of programs: a row for each line that begins with a time and has a level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import plural
from sandglass_sandbox.card.weblog import texts

_LEVELS = r"(?i:trace|debug|info|notice|warning|warn|error|severe|critical|fatal)"
_TIME = r"\[?(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)\S*"
_LEVEL = r"\[?(?P<level>LEVELS)\b\]?"
_SOURCE = r"\[(?P<source>[^\]]{1,100})\]"
_MESSAGE = r"(?P<message>.*)"

# The likeliest first; the first that fits most lines is taken.
_LAYOUTS = (
    rf"^{_TIME} +{_LEVEL}:? +{_SOURCE}:? +(?:- +)?{_MESSAGE}",
    rf"^{_TIME} +{_SOURCE} +{_LEVEL}:? +(?:- +)?{_MESSAGE}",
    rf"^{_TIME} - (?P<source>\S{{1,100}}) - {_LEVEL} - {_MESSAGE}",
    rf"^{_TIME} +{_LEVEL}:? +(?:- +)?{_MESSAGE}",
)
_SAMPLE = 100
_MOST_LEVELS = 12
_MOST = 0.6  # the others are what programs print below a line, such as stack traces


def layout_of(text: str) -> str | None:
    """How most of the first lines are laid out; None if they are no log."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()][:-1]
    for layout in _LAYOUTS:
        pattern = _pattern(layout, _LEVELS)
        if len(lines) > 2 and sum(map(bool, map(pattern.match, lines))) >= _MOST * len(lines):
            return layout
    return None


def _pattern(layout: str, levels: str) -> re.Pattern[str]:
    return re.compile(layout.replace("LEVELS", levels))


def is_applog(text: str) -> bool:
    return layout_of(text) is not None


def read(source: Source) -> Iterator[str]:
    text = source.start().decode("utf-8", errors="replace")
    layout = layout_of(text)
    if layout is None:
        raise ValueError("it is no log")
    pattern = _pattern(layout, _LEVELS)
    lines = text.splitlines()[: source.limits.rows]
    found = [match.groupdict() for match in map(pattern.match, lines) if match]
    whole = source.size <= source.limits.bytes_read and len(lines) < source.limits.rows
    rows = plural(len(found), "row", "" if whole else "at least ")
    columns = list(pattern.groupindex)
    written = sorted({row["level"] for row in found}, reverse=True)
    levels = "|".join(written) if len(written) <= _MOST_LEVELS else _LEVELS
    yield f"{source.title}: log of a program, {rows}, a row for each entry, {len(columns)} columns"
    reads = [
        f"df = pd.Series(open({source.literal}, encoding='utf-8', errors='replace')"
        f".read().splitlines()).str.extract(r'{_pattern(layout, levels).pattern}')",
        'df = df.dropna(subset=["time"])',
        'df["time"] = pd.to_datetime(df["time"], format="ISO8601", errors="coerce")',
    ]
    yield "Read it with: " + "; ".join(reads)
    yield "Columns:"
    days = sorted(row["time"][:10] for row in found)
    yield f"- 'time': dates {days[0]} to {days[-1]}, with hours"
    for column in columns:
        if column != "time":
            yield texts(column, found)
