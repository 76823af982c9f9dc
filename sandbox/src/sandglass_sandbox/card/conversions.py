"""Code that makes dates and numbers of columns that come as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sandglass_sandbox.card.columns import Column, Hints
from sandglass_sandbox.card.text import name


def conversions_of(table: str, columns: Sequence[Column]) -> Iterator[str]:
    """A statement for each column that a card promises as dates or numbers and that has text."""
    for column in columns:
        place = f"{table}[{name(column.name)}]"
        if column.hints.date:
            arguments = "".join(f", {key}={value!r}" for key, value in to_date(column.hints))
            yield f"{place} = pd.to_datetime({place}{arguments})"
        elif column.hints.written:
            yield f"{place} = pd.to_numeric({_plain(place, column.hints)}{_coerced(column.hints)})"


def to_date(hints: Hints) -> Iterator[tuple[str, object]]:
    """What pandas must be told to make dates of a column."""
    if hints.day_first:
        yield "dayfirst", True
    if hints.mixed:
        yield "format", "ISO8601"
    if hints.na_values:
        yield "errors", "coerce"


def _plain(place: str, hints: Hints) -> str:
    thousands = hints.thousands or ("." if hints.decimal_comma else "")
    if thousands:
        place += f".str.replace({thousands!r}, '')"
    return place + (".str.replace(',', '.')" if hints.decimal_comma else "")


def _coerced(hints: Hints) -> str:
    return ", errors='coerce'" if hints.na_values else ""
