"""Cards of JSON and of JSON lines: shape, keys, and the columns of lists of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sandglass_sandbox.card.columns import Column, describe
from sandglass_sandbox.card.delimited import encoding_of
from sandglass_sandbox.card.grid import column_lines
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import listing, name, plural, quoted

KEYS = 60
DEPTH = 3


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


def _flat(record: object) -> Iterator[tuple[str, object]]:
    if isinstance(record, dict):
        for key, value in record.items():
            if isinstance(value, dict) and 0 < len(value) <= 20:
                for inner, item in value.items():
                    yield f"{key}.{inner}", item
            else:
                yield str(key), value


def is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def read_json(source: Source) -> Iterator[str]:
    if source.size > source.limits.bytes_read:
        raise TooMuch("too large to be looked into as a whole")
    data = source.start()
    value = json.loads(data.decode(encoding_of(data), errors="replace"))
    yield f"{source.name}: JSON, {shape(value)}"
    yield f"Read it with: data = json.load(open({source.literal}, encoding='utf-8'))"
    lists = list(find_lists(value, "data", DEPTH))
    limit = source.limits.characters - 350
    for place, records in lists[:4]:
        columns = columns_of(records[: source.limits.rows // 5])
        nested = any("." in str(column.name) for column in columns)
        call = f"pd.json_normalize({place})" if nested else f"pd.DataFrame({place})"
        yield f"{place}: {plural(len(records), 'object')}; df = {call} has the columns"
        yield from column_lines(columns, max(120, limit // min(4, len(lists))))
        for column in [column for column in columns if column.kind == "lists of objects"][:2]:
            meta = [str(c.name) for c in columns if c.kind not in ("lists of objects", "lists")]
            yield (
                f"One row for each of its {name(column.name)}: df = pd.json_normalize({place}, "
                f"record_path={name(column.name)}, meta=[{', '.join(map(name, meta[:3]))}])"
            )
    if not lists or isinstance(value, dict):
        yield from outline(value, "data", DEPTH, {place for place, _ in lists})


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
    yield f"{source.name}: JSON lines, {plural(count, 'line')}, one object on each"
    if broken:
        yield f"{plural(broken, 'line')} can't be parsed: skip them with try/except json.loads."
    else:
        yield f"Read it with: df = pd.read_json({source.literal}, lines=True)"
    yield "Columns:"
    yield from column_lines(columns_of(objects), source.limits.characters - 250)
