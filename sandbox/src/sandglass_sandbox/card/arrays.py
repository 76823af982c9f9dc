"""Cards of Parquet, HDF5 and NumPy files, from their headers and a bounded sample."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandglass_sandbox.card.columns import Hints, describe
from sandglass_sandbox.card.conversions import conversions_of
from sandglass_sandbox.card.grid import column_lines
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import clean, listing, name, number, plural, quoted

SAMPLE_ROWS = 20_000
SAMPLE_BYTES = 64 << 20
ITEMS = 100


def read_parquet(source: Source) -> Iterator[str]:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(source.path)
    meta = file.metadata
    yield (
        f"{source.title}: Parquet, {plural(meta.num_rows, 'row')}, "
        f"{plural(meta.num_columns, 'column')}"
    )
    read = f"Read it with: df = pd.read_parquet({source.literal})"
    group = meta.row_group(0).total_byte_size if meta.num_row_groups else 0
    if group > SAMPLE_BYTES or meta.num_columns > 200:
        yield read
        fields = [f"{name(field.name)} ({field.type})" for field in file.schema_arrow]
        yield "Columns: " + listing(fields, source.limits.characters - 300)
        return
    batch = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
    columns = [
        describe(field.name, batch.column(index).to_pylist() if batch is not None else [])
        for index, field in enumerate(file.schema_arrow)
    ]
    days = {field.name for field in file.schema_arrow if str(field.type).startswith("date")}
    typed = [replace(c, hints=Hints(date=True)) if c.name in days else c for c in columns]
    yield "; ".join([read, *conversions_of("df", typed)])
    if batch is not None and batch.num_rows < meta.num_rows:
        yield f"(ranges and values below are of the first {batch.num_rows} rows)"
    yield "Columns:"
    yield from column_lines(columns, source.limits.characters - 250)


def read_hdf5(source: Source) -> Iterator[str]:
    import h5py

    with h5py.File(source.path, "r") as file:
        items: list[tuple[str, Any]] = []

        def visit(path: str, item: Any) -> bool | None:
            items.append((path, item))
            return True if len(items) >= ITEMS or source.deadline.passed() else None

        file.visititems(visit)
        frames = [path for path, item in items if "pandas_type" in item.attrs]
        datasets = [(path, item) for path, item in items if isinstance(item, h5py.Dataset)]
        yield f"{source.title}: HDF5, {plural(len(datasets), 'dataset')}"
        attributes = _attributes(file)
        if attributes:
            yield f"Attributes of the file: {attributes}"
        for path in frames[:5]:
            yield f"pandas object: df = pd.read_hdf({source.literal}, key={name(path)})"
            yield from _frame(file[path])
        others = [
            (path, item)
            for path, item in datasets
            if not any(path.startswith(frame + "/") for frame in frames)
        ]
        if others:
            opened = f"f = h5py.File({source.literal})"
            table = _as_table(others)
            yield f"Read it with: {opened}; {table or f'a = f[{name(others[0][0])}][:]'}"
            if table:
                yield "Columns:"
                yield from map(_column, others)
                return
        for path, item in others[:30]:
            yield _dataset(path, item)


def _as_table(datasets: list[tuple[str, Any]]) -> str | None:
    """Series of one length in one group are the columns of a table."""
    groups = {path.rpartition("/")[0] for path, _ in datasets}
    shapes = {item.shape for _, item in datasets}
    plain = all(item.ndim == 1 and not item.dtype.names for _, item in datasets)
    if not (1 < len(datasets) <= 12 and len(groups) == len(shapes) == 1 and plain):
        return None
    group = groups.pop()
    keys = ", ".join(name(path.rpartition("/")[2]) for path, _ in datasets)
    return f"df = pd.DataFrame({{key: f[{f'{group}/'!r} + key][:] for key in ({keys})}})"


def _column(dataset: tuple[str, Any]) -> str:
    path, item = dataset
    about = _attributes(item)
    values = item[:SAMPLE_ROWS].tolist()
    return describe(path.rpartition("/")[2], values).line() + (f" ({about})" if about else "")


def _attributes(item: Any) -> str:
    """The names and small values of attributes: units, descriptions."""
    words = []
    for key in list(item.attrs)[:8]:
        if str(key).isupper():  # PyTables' own
            continue
        value = item.attrs[key]
        if getattr(value, "size", 1) <= 4:
            value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            words.append(f"{clean(key)}={quoted(value)}")
    return ", ".join(words)


def _frame(group: Any) -> Iterator[str]:
    """Column names, read as data: nothing is unpickled."""
    axis = group.get("axis0")
    if axis is not None and axis.ndim == 1:
        names = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in axis[:60]]
        rows = group["axis1"].shape[0] if "axis1" in group else "?"
        yield f"- {rows} rows, columns: " + listing(map(name, names), 400)
    table = group.get("table")
    if table is not None and table.dtype.names:
        yield f"- {table.shape[0]} rows, stored fields: " + listing(
            map(name, table.dtype.names), 300
        )
        for index in range(4):
            kind = group.attrs.get(f"values_block_{index}_kind")
            if isinstance(kind, str):
                yield f"- {clean(kind, 200)}"


def _dataset(path: str, item: Any) -> str:
    line = f"- {name(path)}: {item.dtype}, shape {tuple(item.shape)}"
    if item.dtype.names:
        line = f"- {name(path)}: {item.shape} records with fields " + listing(
            map(name, item.dtype.names), 200
        )
    elif item.dtype.kind in "iuf" and 0 < item.size * item.dtype.itemsize <= SAMPLE_BYTES:
        line += f", {_range(item[...])}"
    attributes = _attributes(item)
    return line + (f" ({attributes})" if attributes else "")


def _range(array: Any) -> str:
    import numpy

    if array.size == 0:
        return "empty"
    words = f"{number(numpy.nanmin(array).item())} to {number(numpy.nanmax(array).item())}"
    missing = int(numpy.isnan(array).sum()) if array.dtype.kind == "f" else 0
    return words + (f", {missing} NaN" if missing else "")


def read_npy(source: Source) -> Iterator[str]:
    import numpy

    array = numpy.load(source.path, mmap_mode="r", allow_pickle=False)
    line = f"{source.title}: NumPy array, {array.dtype}, shape {array.shape}"
    if array.dtype.kind in "iuf" and array.nbytes <= SAMPLE_BYTES:
        line += f", values {_range(array)}"
    if array.dtype.names:
        line += ", fields " + listing(map(name, array.dtype.names), 300)
    yield line
    yield f"Read it with: a = np.load({source.literal})"


def read_npz(source: Source) -> Iterator[str]:
    from numpy.lib import format as npy

    with zipfile.ZipFile(source.path) as archive:
        members = archive.namelist()
        if len(members) > 10_000:
            raise TooMuch("it has too many members")
        yield f"{source.title}: NumPy archive, {plural(len(members), 'array')}"
        yield f"Read it with: z = np.load({source.literal}); a = z['…']"
        for member in members[:30]:
            with archive.open(member) as file:
                version = npy.read_magic(file)
                header = (
                    npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                )
                shape, _, kind = header(file)
            yield f"- {name(member.removesuffix('.npy'))}: {kind}, shape {shape}"
