"""Cards of JSON and of JSON lines: shape, keys, and the columns of lists of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandglass_sandbox.card.columns import Column, describe
from sandglass_sandbox.card.conversions import conversions_of
from sandglass_sandbox.card.delimited import encoding_of
from sandglass_sandbox.card.grid import column_lines
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import distinct, identifier, listing, name, plural, quoted

KEYS = 60
DEPTH = 3
LISTS = 4
META = 5
WIDEST = 20
DEEPEST = 20


def columns_of(records: Sequence[object]) -> list[Column]:
    """The keys of a list of objects as columns; nested objects' keys with a point."""
    columns: dict[str, list[object]] = {}
    for position, record in enumerate(records):
        for key, value in _flat(record):
            if key in columns or len(columns) < KEYS:
                values = columns.setdefault(key, [])
                values.extend([None] * (position - len(values)))
                values.append(value)
    return [
        describe(key, values + [None] * (len(records) - len(values)))
        for key, values in columns.items()
    ]


def _flat(record: object, before: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    if isinstance(record, dict):
        for key, value in record.items():
            if isinstance(value, dict) and len(value) <= WIDEST and depth < DEEPEST:
                yield from _flat(value, f"{before}{key}.", depth + 1)
            else:
                yield f"{before}{key}", value


def is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def read_json(source: Source) -> Iterator[str]:
    if source.size > source.limits.bytes_read:
        raise TooMuch("too large to be looked into as a whole")
    data = source.start()
    value = json.loads(data.decode(encoding_of(data), errors="replace"))
    lists = list(find_lists(value, "data", DEPTH))
    tables = [
        table
        for place, records in lists[:LISTS]
        for table in tables_of(place, records, source.limits.rows // 5)
    ][:LISTS]
    names = distinct([table.name for table in tables])
    yield f"{source.title}: JSON, {shape(value)}"
    reads = [f"data = json.load(open({source.literal}, encoding='utf-8'))"]
    for called, table in zip(names, tables, strict=True):
        reads += [f"{called} = {table.call}", *conversions_of(called, table.columns)]
    yield "Read it with: " + "; ".join(reads)
    limit = (source.limits.characters - 350 - len(reads[-1])) // max(1, len(tables))
    for called, table in zip(names, tables, strict=True):
        yield f"{called}: {table.about}, with the columns"
        yield from column_lines(table.columns, max(120, limit))
    if not lists or isinstance(value, dict):
        yield from outline(value, "data", DEPTH, {place for place, _ in lists})


@dataclass(frozen=True)
class Records:
    """A list of objects, or one inside each of its objects, as a table."""

    name: str
    call: str
    about: str
    columns: list[Column]


def tables_of(place: str, every: list[dict[str, object]], most: int) -> Iterator[Records]:
    records = every[:most]
    columns = columns_of(records)
    inner = [
        column
        for column in columns
        if column.kind == "lists of objects" and any(column.name in record for record in records)
    ][:2]
    nested = any("." in str(column.name) for column in columns)
    call = f"pd.json_normalize({place})" if nested else f"pd.DataFrame({place})"
    if inner:  # they have tables of their own, where small models would not look else
        call += f".drop(columns=[{', '.join(name(column.name) for column in inner)}])"
    own = [column for column in columns if column not in inner]
    yield Records(identifier(place), call, plural(len(every), "object"), own)
    fields = [c for c in columns if c.kind not in ("lists of objects", "lists") and c not in inner]
    meta = [str(column.name) for column in fields if "." not in str(column.name)][:META]
    for column in inner:
        pairs = [
            (record, child)
            for record in records
            for child in record.get(str(column.name)) or ()  # type: ignore[attr-defined]
            if isinstance(child, dict)
        ]
        # A key that both have would stop json_normalize.
        kept = [key for key in meta if not any(key in child for _, child in pairs)]
        rows = [{**child, **{key: record.get(key) for key in kept}} for record, child in pairs]
        key = name(column.name)
        all_have = all(column.name in record for record in every)
        outer = place if all_have else f"[each for each in {place} if {key} in each]"
        # What comes from the outer objects has no type of its own.
        call = (
            f"pd.json_normalize({outer}, record_path={key}, "
            f"meta=[{', '.join(map(name, kept))}], errors='ignore').infer_objects()"
        )
        about = f"a row for each of the {plural(len(rows), 'object')} in {name(column.name)}"
        yield Records(identifier(str(column.name)), call, about, columns_of(rows))
        yield from _innermost(place, column.name, records, [child for _, child in pairs])


def _innermost(
    place: str, outer: object, records: list[dict[str, object]], children: list[dict[str, object]]
) -> Iterator[Records]:
    """The objects in lists of the children, with all that is said of what they stand in."""
    inner = next((c.name for c in columns_of(children) if c.kind == "lists of objects"), None)
    if inner is None or inner == outer or not all(inner in child for child in children):
        return
    rows = [
        {**record, **child, **each}
        for record in records
        for child in record.get(str(outer)) or ()  # type: ignore[attr-defined]
        for each in child.get(inner) or ()
    ]
    columns = [c for c in columns_of(rows) if c.name not in (outer, inner)]
    if any(c.kind == "lists of objects" for c in columns):
        return
    call = (
        f"pd.json_normalize([{{**one, **two, **three}} for one in {place} "
        f"for two in one.get({name(outer)}) or [] for three in two.get({name(inner)}) or []])"
        f".drop(columns=[{name(outer)}, {name(inner)}])"
    )
    about = f"a row for each of the {plural(len(rows), 'object')} in {name(inner)}"
    yield Records(identifier(str(inner)), call, about, columns)


def shape(value: object) -> str:
    if isinstance(value, dict):
        return f"an object with {plural(len(value), 'key')}: " + listing(map(name, value), 300)
    if isinstance(value, list):
        return f"a list of {plural(len(value), 'object' if is_records(value) else 'item')}"
    return f"one value: {quoted(value)}"


def find_lists(value: object, place: str, depth: int) -> Iterator[tuple[str, list[object]]]:
    """Lists of objects, with the expression that reaches each."""
    if is_records(value):
        yield place, value  # type: ignore[misc]
    elif isinstance(value, dict) and depth:
        for key, item in list(value.items())[:KEYS]:
            yield from find_lists(item, f"{place}[{name(key)}]", depth - 1)


def outline(value: object, place: str, depth: int, done: set[str]) -> Iterator[str]:
    if place in done:
        return
    if isinstance(value, dict) and depth:
        items = list(value.items())
        if len(items) > 8 and len({type(item) for _, item in items}) == 1:
            # Many keys of one kind: a mapping, of which one entry tells all.
            keys = listing((name(key) for key, _ in items), 120)
            yield f"- {place}: {len(items)} keys such as {keys}"
            items = items[:1]
        for key, item in items[:30]:
            yield from outline(item, f"{place}[{name(key)}]", depth - 1, done)
    elif isinstance(value, dict):
        yield f"- {place}: object with keys {listing(map(name, value), 150)}"
    elif isinstance(value, list):
        if value and all(isinstance(v, (int, float, str)) for v in value[:1000]):
            yield f"- {place}: list of {len(value)}: {describe('', value[:10_000]).long}"
        else:
            kinds = sorted({type(v).__name__ for v in value[:1000]})
            first = f", first {quoted(value[0], 80)}" if value else ""
            yield f"- {place}: list of {len(value)} ({', '.join(kinds)}){first}"
    else:
        yield (
            f"- {place}: {quoted(value)}" if isinstance(value, str) else f"- {place}: {value!r:.40}"
        )


def read_lines(source: Source) -> Iterator[str]:
    records, broken, count = [], 0, 0
    with source.path.open("rb") as file:
        while line := file.readline(1 << 20):
            if not line.strip():
                continue
            count += 1
            if len(records) < source.limits.rows // 2 and not source.deadline.passed():
                try:
                    records.append(json.loads(line))
                except ValueError:
                    broken += 1
    objects = [record for record in records if isinstance(record, dict)]
    if not objects or broken > len(objects):
        raise ValueError("no JSON objects on its lines")
    yield f"{source.title}: JSON lines, {plural(count, 'line')}, one object on each"
    if broken:
        yield f"{plural(broken, 'line')} can't be parsed: skip them with try/except json.loads."
    columns = columns_of(objects)
    if not broken:
        if any("." in str(column.name) for column in columns):
            lines = f"open({source.literal}, encoding='utf-8')"
            reads = [
                f"df = pd.json_normalize([json.loads(line) for line in {lines} if line.strip()])"
            ]
        else:
            reads = [
                f"df = pd.read_json({source.literal}, lines=True, dtype=False, convert_dates=False)"
            ]
        yield "Read it with: " + "; ".join([*reads, *conversions_of("df", columns)])
    yield "Columns:"
    yield from column_lines(columns, source.limits.characters - 350)
