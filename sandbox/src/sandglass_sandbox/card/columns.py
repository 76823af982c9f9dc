"""Says in a few words what a column of values holds, and what reading it right takes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sandglass_sandbox.card import dates, numbers
from sandglass_sandbox.card.text import clean, name, number, quoted

CATEGORIES = 12
EXAMPLES = 3
DATE_SAMPLE = 3000
# What pandas takes for missing by itself.
MISSING = frozenset(
    ("", "#N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan",
     "null")
)  # fmt: skip
BOOLEANS = ({"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"ja", "nein"})
ISO_ZONE = re.compile(r":\d{2}[+-]\d{2}:?\d{2}$")
SENTINELS = (-999, -9999, -99999)


@dataclass(frozen=True)
class Hints:
    """What pandas must be told so that the column comes out right."""

    date: bool = False
    day_first: bool = False
    decimal_comma: bool = False
    thousands: str = ""
    as_text: bool = False
    na_values: tuple[str, ...] = ()
    mixed: bool = False  # dates with and without a time
    written: bool = False  # numbers that are text, where the format knows both
    after: str = ""  # code that makes numbers of it, with {column} for the column


@dataclass(frozen=True)
class Column:
    """A column's name with a long and a short description."""

    name: object
    long: str
    short: str
    kind: str
    hints: Hints = field(default_factory=Hints)

    def line(self, *, short: bool = False) -> str:
        return f"- {name(self.name)}: {self.short if short else self.long}"


def describe(column_name: object, values: Sequence[object]) -> Column:
    present = [value for value in values if not _missing(value)]
    missing = len(values) - len(present)
    note = f", {missing} missing" if missing else ""
    if not present:
        return Column(column_name, "empty", "empty", "empty")
    if all(isinstance(value, str) for value in present):
        return _text(column_name, [str(value).strip() for value in present], missing, present)
    kind, long = _typed(present)
    return Column(column_name, long + note, kind + note, kind)


def _missing(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip() in MISSING
    return isinstance(value, float) and math.isnan(value)


def _typed(values: list[object]) -> tuple[str, str]:
    if all(isinstance(value, bool) for value in values):
        return "true/false", f"true/false, {sum(bool(value) for value in values)} true"
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        integer = all(isinstance(value, int) for value in values)
        return _number_words(min(values), max(values), integer, values)  # type: ignore[type-var]
    if all(isinstance(value, (date, datetime)) for value in values):
        moments = [str(value)[:19].removesuffix(" 00:00:00") for value in values]
        return "dates", f"dates {min(moments)} to {max(moments)}"
    if all(isinstance(value, time) for value in values):
        return "times", f"times of day, like {values[0]}"
    if all(isinstance(value, bytes) for value in values):
        return "binary", "binary data"
    if all(isinstance(value, dict) for value in values):
        keys = dict.fromkeys(str(key) for value in values[:20] for key in value)  # type: ignore[attr-defined]
        return "objects", f"objects with keys {', '.join(name(key) for key in list(keys)[:8])}"
    if all(isinstance(value, list) for value in values):
        lengths = [len(value) for value in values]  # type: ignore[arg-type]
        count = f"{min(lengths)} to {max(lengths)}"
        first = next((item for value in values for item in value), None)  # type: ignore[attr-defined]
        if isinstance(first, dict):
            keys = ", ".join(name(key) for key in list(first)[:10])
            return "lists of objects", f"lists of {count} objects with keys {keys}"
        return "lists", f"lists of {count} items, like {quoted(values[0])}"
    kinds = Counter(_kind(value) for value in values)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    rare = kinds.most_common()[-1][0]
    example = next(value for value in values if _kind(value) == rare)
    return "mixed types", f"mixed types: {counts} (for example {rare}: {quoted(example)})"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, (int, float)):
        return "numbers"
    if isinstance(value, (date, datetime)):
        return "dates"
    return {str: "texts", dict: "objects", list: "lists"}.get(type(value), "others")


def _number_words(
    low: float, high: float, integer: bool, values: Sequence[object] = ()
) -> tuple[str, str]:
    kind = "integers" if integer else "numbers"
    words = f"{kind} {number(low)} to {number(high)}" if low != high else f"always {number(low)}"
    for sentinel in SENTINELS:
        if low == sentinel:
            count = sum(1 for value in values if value == sentinel)
            times = f" {count} times" if count else ""
            words += f" ({sentinel} occurs{times}: perhaps it means missing)"
    return kind, words


def _text(column_name: object, values: list[str], missing: int, raw: Sequence[object]) -> Column:
    distinct = Counter(values)
    note = f", {missing} missing" if missing else ""
    if any({value.lower() for value in distinct} == pair for pair in BOOLEANS):
        pair = ", ".join(f"{quoted(value)} ({count})" for value, count in distinct.most_common())
        return Column(column_name, f"yes/no text: {pair}{note}", "yes/no text" + note, "text")
    strange = {value for value in distinct if value in numbers.UNKNOWN_MISSING}
    usual = {value for value in distinct if value not in strange}
    column = _numbers(column_name, usual, strange, distinct, missing)
    column = column or _dates(column_name, values, strange, distinct, missing)
    return column or _mixed(column_name, distinct, note) or _words(column_name, distinct, note, raw)


def _numbers(
    column_name: object, usual: set[str], strange: set[str], counts: Counter[str], missing: int
) -> Column | None:
    found = numbers.recognise(usual)
    if found is None:
        return None
    example = quoted(min(usual, key=lambda value: (-len(value), value)))
    missing += sum(counts[value] for value in strange)
    note = f", {missing} missing" if missing else ""
    if strange:
        note += f" (written {', '.join(quoted(value) for value in sorted(strange))})"
    na = tuple(sorted(strange))
    if found.leading_zeros:
        long = f"ids with leading zeros, {len(usual)} different, like {example}: keep them as text"
        return Column(column_name, long + note, "text ids" + note, "text", Hints(as_text=True))
    kind, words = _number_words(found.low, found.high, found.integer)
    if len(usual) > 1 and kind == "integers" and 2 <= len(usual) <= 6 and not found.unit:
        words += f" ({len(usual)} different)"
    if found.unit:
        long = f"text like {example}, the numbers are {number(found.low)} to {number(found.high)}"
        hints = Hints(na_values=na, after=_conversion(found))
        return Column(column_name, long + note, f"text like {example}" + note, kind, hints)
    if found.decimal_comma or found.thousands:
        words += f", written like {example}"
    hints = Hints(
        decimal_comma=found.decimal_comma, thousands=found.thousands, na_values=na, written=True
    )
    return Column(column_name, words + note, kind + note, kind, hints)


def _conversion(found: numbers.Numbers) -> str:
    """Code that turns text with a unit or currency into numbers."""
    code = "{column}"
    if found.decimal_comma:
        code += r".str.replace(r'[^0-9,\-]', '', regex=True).str.replace(',', '.')"
    else:
        code += r".str.replace(r'[^0-9.\-]', '', regex=True)"
    return f"pd.to_numeric({code})"


def _dates(
    column_name: object, values: list[str], strange: set[str], counts: Counter[str], missing: int
) -> Column | None:
    usual = [value for value in values if value not in strange]
    step = max(1, len(usual) // DATE_SAMPLE)
    found = dates.recognise(usual[::step]) if usual else None
    if found is None:
        return None
    if step > 1:
        found = dates.recognise([*usual[::step], min(usual), max(usual)]) or found
    first, last = (str(day).removesuffix(" 00:00:00") for day in (found.first, found.last))
    long = f"dates {first} to {last}"
    if found.format != "ISO":
        order = ", day first" if found.day_first else ""
        order = ", day or month first is not clear" if found.ambiguous else order
        long += f", written like {quoted(usual[0])} ({found.format}{order})"
    else:
        long += f", like {quoted(usual[0])}"
        if usual[0].endswith("Z") or ISO_ZONE.search(usual[0]):
            long += " (with time zone)"
    missing += sum(counts[value] for value in strange)
    note = f", {missing} missing" if missing else ""
    parsed = found.format not in ("%Y-%m", "%b %Y", "%B %Y", "%b-%y") and "%z" not in found.format
    mixed = found.format == "ISO" and len({len(value) for value in usual}) > 1
    na = tuple(sorted(strange))
    hints = Hints(date=parsed, day_first=found.day_first, na_values=na, mixed=mixed)
    return Column(column_name, long + note, f"dates {first} to {last}{note}", "dates", hints)


def _mixed(column_name: object, distinct: Counter[str], note: str) -> Column | None:
    """Mostly numbers, with some text between them."""
    digits = {value for value in distinct if numbers.PLAIN.fullmatch(value)}
    count = sum(distinct[value] for value in digits)
    total = sum(distinct.values())
    if len(digits) < 3 or count < 0.7 * total:
        return None
    found = numbers.recognise(digits)
    if found is None:
        return None
    others = [value for value, _ in distinct.most_common() if value not in digits]
    shown = ", ".join(quoted(value) for value in others[:EXAMPLES])
    _, words = _number_words(found.low, found.high, found.integer)
    long = f"mixed: {words}, but {total - count} texts such as {shown}"
    hints = Hints(after="pd.to_numeric({column}, errors='coerce')")
    return Column(column_name, long + note, "numbers mixed with text" + note, "mixed", hints)


def _words(column_name: object, distinct: Counter[str], note: str, raw: Sequence[object]) -> Column:
    folded = {value.casefold() for value in distinct}
    untidy = []
    if any(value != str(value).strip() for value in raw):
        untidy.append("stray spaces")
    if len(folded) < len(distinct):
        untidy.append("differing upper and lower case")
    if untidy:
        note += f"; has {' and '.join(untidy)}"
    short = f"text, {len(distinct)} different" + note
    if len(distinct) <= CATEGORIES and all(len(value) <= 60 for value in distinct):
        values = ", ".join(quoted(value) for value in sorted(distinct))
        return Column(
            column_name, f"text, {len(distinct)} different: {values}{note}", short, "text"
        )
    total = sum(distinct.values())
    unique = "all different" if len(distinct) == total else f"{len(distinct)} different"
    values = ", ".join(quoted(value) for value in list(distinct)[:EXAMPLES])
    return Column(column_name, f"text, {unique}, like {clean(values, 140)}{note}", short, "text")
