"""Recognises the dates in a column of text, and which way round they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?(Z|[+-]\d{2}:?\d{2})?")
NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?)?")
FORMATS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y-%m", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y",
    "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%b %Y", "%B %Y", "%b-%y", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M", "%d/%b/%Y:%H:%M:%S %z",
)  # fmt: skip


@dataclass(frozen=True)
class Dates:
    """The earliest and latest date, how they are written, and whether the day comes first."""

    first: datetime
    last: datetime
    format: str
    day_first: bool = False
    ambiguous: bool = False


def recognise(values: Sequence[str]) -> Dates | None:
    """All values, in the order of the file, must be dates of one kind."""
    for recogniser in (_iso, _numeric, _named):
        dates = recogniser(values)
        if dates:
            return dates
    return None


def _parsed(values: Sequence[str], parse: Callable[[str], datetime]) -> list[datetime] | None:
    try:
        return [parse(value).replace(tzinfo=None) for value in values]
    except ValueError:
        return None


def _iso(values: Sequence[str]) -> Dates | None:
    if not all(ISO.fullmatch(value) for value in values):
        return None
    dates = _parsed(values, datetime.fromisoformat)
    return Dates(min(dates), max(dates), "ISO") if dates else None


def _numeric(values: Sequence[str]) -> Dates | None:
    matches = [NUMERIC.fullmatch(value) for value in values]
    if not values or any(match is None for match in matches):
        return None
    separator = matches[0][2]  # type: ignore[index]
    year = "%Y" if len(matches[0][4]) == 4 else "%y"  # type: ignore[index]
    time = "" if not matches[0][5] else " %H:%M:%S" if matches[0][6] else " %H:%M"  # type: ignore[index]
    found = {}
    for order in ("%d{0}%m{0}", "%m{0}%d{0}"):
        format = order.format(separator) + year + time
        dates = _parsed(values, lambda value, format=format: datetime.strptime(value, format))
        if dates:
            found[order] = (format, dates)
    if not found:
        return None
    day, month = found.get("%d{0}%m{0}"), found.get("%m{0}%d{0}")
    if day and month and separator != ".":
        # Both ways round are possible: files are mostly in order of time.
        in_order = [dates == sorted(dates) for _, dates in (day, month)]
        ambiguous = in_order[0] == in_order[1]
        day_first = in_order[0] and not ambiguous
    else:
        ambiguous, day_first = False, day is not None
    format, dates = day if day_first and day else month or day  # type: ignore[misc]
    return Dates(min(dates), max(dates), format, day_first, ambiguous)


def _named(values: Sequence[str]) -> Dates | None:
    for format in FORMATS:
        dates = _parsed(values, lambda value, format=format: datetime.strptime(value, format))
        if dates:
            return Dates(min(dates), max(dates), format)
    return None
