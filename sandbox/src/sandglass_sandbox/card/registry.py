"""Which reader looks into which file, and what is said when it can't."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from sandglass_sandbox.card import (
    applog,
    archives,
    arrays,
    database,
    delimited,
    documents,
    excel,
    markup,
    pictures,
    records,
    weblog,
    webpage,
)
from sandglass_sandbox.card.source import Limits, Source
from sandglass_sandbox.card.text import bounded, clean, quoted, size, title

Reader = Callable[[Source], Iterator[str]]

# What the first bytes say comes before what the name says.
MAGIC: tuple[tuple[bytes, Reader], ...] = (
    (b"SQLite format 3\0", database.read),
    (b"PAR1", arrays.read_parquet),
    (b"\x89HDF\r\n\x1a\n", arrays.read_hdf5),
    (b"\x93NUMPY", arrays.read_npy),
    (b"%PDF-", documents.read_pdf),
    (b"\xd0\xcf\x11\xe0", excel.read),
    (b"\x89PNG", pictures.read),
    (b"\xff\xd8\xff", pictures.read),
    (b"GIF8", pictures.read),
    (b"II*\0", pictures.read),
    (b"MM\0*", pictures.read),
    (b"BM", pictures.read),
    (b"\x1f\x8b", delimited.read),
)
ZIPPED: dict[str, Reader] = {
    ".xlsx": excel.read,
    ".xlsm": excel.read,
    ".docx": documents.read_docx,
    ".pptx": documents.read_pptx,
    ".npz": arrays.read_npz,
}
NAMED: dict[str, Reader] = {
    ".csv": delimited.read,
    ".tsv": delimited.read,
    ".tab": delimited.read,
    ".json": records.read_json,
    ".geojson": records.read_json,
    ".jsonl": records.read_lines,
    ".ndjson": records.read_lines,
    ".xml": markup.read_xml,
    ".svg": markup.read_xml,
    ".html": webpage.read_html,
    ".htm": webpage.read_html,
    ".md": documents.read_text,
    ".markdown": documents.read_text,
    ".py": documents.read_text,
    ".webp": pictures.read,
    ".ico": pictures.read,
    ".tga": pictures.read,
    ".pkl": archives.read_pickle,
    ".pickle": archives.read_pickle,
}


def readers(source: Source) -> Iterator[Reader]:
    """The readers to try, the likeliest first."""
    for magic, reader in MAGIC:
        if source.head.startswith(magic) and (magic != b"BM" or source.suffix in (".bmp", ".dib")):
            yield reader
            return
    if source.head.startswith(b"PK\x03\x04") or source.head.startswith(b"PK\x05\x06"):
        if source.suffix in ZIPPED:
            yield ZIPPED[source.suffix]
        yield archives.read_zip
        return
    if source.suffix in NAMED:
        yield NAMED[source.suffix]
    if not is_text(source.head):
        if re.match(rb"\x80[\x02-\x05]", source.head):
            yield archives.read_pickle
        return
    start = source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"{", b"[")):
        yield records.read_json
        yield records.read_lines
    elif start.startswith((b"<!doctype html", b"<html")):
        yield webpage.read_html
    elif start.startswith(b"<"):
        yield markup.read_xml
    head = source.head.decode("utf-8", errors="replace")
    for is_log, reader in ((weblog.is_weblog, weblog.read), (applog.is_applog, applog.read)):
        if is_log(head):
            yield reader
            return
    if source.suffix in (".txt", ".dat", ".data", "") and looks_tabular(source):
        yield delimited.read
    yield documents.read_text


def is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = head[:8192]
    strange = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x1b")
    return strange <= len(sample) // 100


def looks_tabular(source: Source) -> bool:
    """Prose has commas too: a table has the same number of them on nearly every line."""
    text = source.head.decode(delimited.encoding_of(source.head), errors="replace")
    lines = [line for line in text.splitlines()[:100] if line.strip()][:-1]
    separator = delimited.separator_of("\n".join(lines))
    if separator is None or len(lines) < 3:
        return False
    fields = [field for line in lines for field in line.split(separator)]
    if separator == "," and sum(field[:1] == " " for field in fields) > len(fields) // 4:
        return False
    if sum(map(len, fields)) > 40 * len(fields):
        return False
    counts = [line.count(separator) for line in lines]
    return counts.count(max(set(counts), key=counts.count)) >= 0.9 * len(counts)


def card(path: Path, limits: Limits | None = None) -> str:
    """The card of the file: never more than the limit's characters, never an exception."""
    limits = limits or Limits()
    try:
        source = Source.open(path, limits)
    except OSError as problem:
        return bounded([f"{clean(title(path.name), 120)}: can't be read ({problem.strerror})"],
                       limits.characters)  # fmt: skip
    if source.size == 0:
        return bounded([f"{clean(source.title, 120)}: empty file"], limits.characters)
    reason = ""
    for reader in readers(source):
        try:
            with quiet():
                lines = [clean_line(line) for line in reader(source)]
            if reason:
                lines.insert(1, f"It can't be read as {clean(source.suffix, 20)} ({reason}).")
            return bounded(lines, limits.characters)
        except Exception as problem:  # readers meet hostile files: any failure is an answer
            reason = reason or f"{type(problem).__name__}: {clean(problem, 100)}"
    return bounded(generic(source, reason), limits.characters)


def clean_line(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line)


def generic(source: Source, reason: str) -> Iterator[str]:
    kind = "text" if is_text(source.head) else "binary"
    line = f"{clean(source.title, 120)}: {kind} file, {size(source.size)}"
    if source.suffix and reason:
        line += f"; it can't be read as {clean(source.suffix, 20)} ({reason})"
    yield line
    if kind == "text":
        yield "It begins: " + quoted(source.head[:400].decode("utf-8", errors="replace"), 200)
    else:
        yield f"First bytes: {source.head[:16].hex(' ')}"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Libraries' warnings and notices are no part of a card."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def main(path: str, characters: int = Limits.characters) -> None:
    """Prints the card; the entry point of the container that holds the file alone."""
    print(card(Path(path), Limits(characters=characters)))
