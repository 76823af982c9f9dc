"""Recognises the numbers in a column of text, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
INTEGER = re.compile(r"[+-]?\d+")
COMMA_DECIMAL = re.compile(r"[+-]?(\d{1,3}([.' \u00a0\u202f]\d{3})+|\d+),\d+")
POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
WRAPPED = re.compile(
    r"(?P<open>\()?(?P<before>[$€£¥₹]|R\$|kr|Rs\.?|[A-Z]{3} )?\s*"
    r"(?P<sign>[+-]?)\s*(?P<before2>[$€£¥]?)\s*"
    r"(?P<number>\d[\d.,' \u00a0\u202f]*|\.\d+)\s*(?P<after>[^\d.,()]{0,8})(?P<close>\))?"
)
# Text that stands for a missing number and that pandas doesn't know.
UNKNOWN_MISSING = frozenset(("-", "--", "?", ".", "..", "*", "missing", "n.a.", "k.A.", "unknown"))


@dataclass(frozen=True)
class Numbers:
    """The range of a column, and what it takes to read it."""

    low: float
    high: float
    integer: bool = False
    decimal_comma: bool = False
    thousands: str = ""
    unit: str = ""
    leading_zeros: bool = False


def recognise(values: Iterable[str]) -> Numbers | None:
    """All values must be numbers written in one way."""
    distinct = set(values)
    if not distinct:
        return None
    if all(PLAIN.fullmatch(value) for value in distinct):
        return _plain(distinct)
    grouped = _grouped(distinct)
    if grouped:
        return grouped
    return _wrapped(distinct)


def _plain(values: set[str]) -> Numbers:
    integer = all(INTEGER.fullmatch(value) for value in values)
    zeros = integer and any(len(value) > 1 and value[0] == "0" for value in values)
    numbers = [_integer(value) if integer else float(value) for value in values]
    return Numbers(min(numbers), max(numbers), integer, leading_zeros=zeros)


def _integer(value: str) -> float:
    return int(value) if len(value) < 300 else float(value)


def _grouped(values: set[str]) -> Numbers | None:
    if all(PLAIN.fullmatch(value) or COMMA_GROUPS.fullmatch(value) for value in values):
        numbers = [float(value.replace(",", "")) for value in values]
        integer = not any("." in value for value in values)
        return _range(numbers, integer, thousands=",")
    if all(
        INTEGER.fullmatch(value) or COMMA_DECIMAL.fullmatch(value) or POINT_GROUPS.fullmatch(value)
        for value in values
    ):
        groups = {character for value in values for character in value} & set(".' \u00a0\u202f")
        if len(groups) > 1:
            return None
        group = groups.pop() if groups else ""
        numbers = [float(value.replace(group or ".", "").replace(",", ".")) for value in values]
        integer = not any("," in value for value in values)
        return _range(numbers, integer, decimal_comma=not integer, thousands=group)
    return None


def _range(numbers: list[float], integer: bool, **how: object) -> Numbers:
    low, high = min(numbers), max(numbers)
    if integer:
        low, high = int(low), int(high)
    return Numbers(low, high, integer, **how)  # type: ignore[arg-type]


def _wrapped(values: set[str]) -> Numbers | None:
    """Numbers in one currency, with a percent sign or in one unit."""
    units, inner = set(), set()
    for value in values:
        match = WRAPPED.fullmatch(value)
        if match is None or bool(match["open"]) != bool(match["close"]):
            return None
        units.add(((match["before"] or "") + match["before2"] + match["after"]).strip())
        minus = "-" if match["open"] or match["sign"] == "-" else ""
        inner.add(minus + match["number"].strip())
    if len(units) != 1 or not next(iter(units)):
        return None
    numbers = recognise(inner) if not any(WRAPPED.fullmatch(v) is None for v in inner) else None
    if numbers is None or numbers.unit:
        return None
    return Numbers(
        numbers.low,
        numbers.high,
        numbers.integer,
        numbers.decimal_comma,
        numbers.thousands,
        units.pop(),
    )
