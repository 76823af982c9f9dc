"""Cards of HTML: its headings, and its tables as pandas reads them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from sandglass_sandbox.card.conversions import conversions_of
from sandglass_sandbox.card.delimited import encoding_of
from sandglass_sandbox.card.grid import find_table
from sandglass_sandbox.card.numbers import COMMA_DECIMAL, COMMA_GROUPS
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import listing, name, plural, quoted

ROWS = 5000
_CHARSET = re.compile(rb"(?i)(?:charset|encoding)\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})")


class _Html(HTMLParser):
    """Title, headings and the cells of the tables."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.headings: list[str] = []
        self.tables: list[list[list[object]]] = []
        self._inside: list[str] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table" and len(self.tables) < 20:
            self.tables.append([])
        elif tag == "tr" and self.tables and len(self.tables[-1]) < ROWS:
            self.tables[-1].append([])
        if tag in ("title", "h1", "h2", "h3", "td", "th"):
            self._text = []

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self._text).split())
        if tag == "title":
            self.title = text
        elif tag in ("h1", "h2", "h3") and len(self.headings) < 20:
            self.headings.append(text)
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            row = self.tables[-1][-1]
            if len(row) < 100:
                row.append(text)
        self._text = []

    def handle_data(self, data: str) -> None:
        if len(self._text) < 50:
            self._text.append(data[:1000])


def read_html(source: Source) -> Iterator[str]:
    data = source.start()
    parser = _Html()
    encoding = _encoding(data)
    text = data.decode(encoding, errors="replace")
    for start in range(0, len(text), 1 << 16):
        source.deadline.check()
        parser.feed(text[start : start + (1 << 16)])
    tables = [table for table in parser.tables if len(table) > 1]
    yield f"{source.title}: HTML, title {quoted(parser.title, 80)}, {plural(len(tables), 'table')}"
    if parser.headings:
        yield "Headings: " + listing((quoted(text) for text in parser.headings), 250)
    for position, rows in enumerate(tables[:3]):
        # lxml knows utf-16le, but not utf-16-le.
        told = None if _plain(data) else encoding.removesuffix("-sig").replace("16-", "16")
        yield from _table(source, position, rows, min(3, len(tables)), told)
    if not tables:
        yield f"Read it with: soup = BeautifulSoup(open({source.literal}), 'html.parser')"


def _plain(data: bytes) -> bool:
    return data.isascii() and 0 not in data


def _encoding(data: bytes) -> str:
    """The page's own word if it is true, else a guess. pandas would guess otherwise: it is told."""
    guess = encoding_of(data)
    said = _CHARSET.search(data[:4096])
    if guess.startswith("utf") or said is None:
        return guess
    try:
        encoding = codecs.lookup(said[1].decode("ascii")).name
        data[: len(data) - 4].decode(encoding)
    except (LookupError, UnicodeError):
        return guess
    return encoding


def _table(
    source: Source, position: int, rows: list[list[object]], shown: int, encoding: str | None
) -> Iterator[str]:
    """Numbers as read_html makes them: commas between thousands, unless it is told otherwise."""
    cells = [str(cell) for row in rows for cell in row]
    comma = any(COMMA_DECIMAL.fullmatch(c) and not COMMA_GROUPS.fullmatch(c) for c in cells)
    if not comma:
        rows = [[_ungrouped(str(cell)) for cell in row] for row in rows]
    table = find_table([row for row in rows if row])
    yield f"Table {position}: {plural(table.rows, 'row')}"
    arguments = source.literal + (f", encoding={encoding!r}" if encoding else "")
    arguments += ", decimal=',', thousands='.'" if comma else ""
    texts = [f"{name(c.name)}: str" for c in table.columns if c.hints.as_text]
    if texts:
        arguments += f", converters={{{', '.join(texts)}}}"
    reads = [
        f"df = pd.read_html({arguments})[{position}]",
        *conversions_of("df", [column for column in table.columns if column.hints.date]),
    ]
    yield "Read it with: " + "; ".join(reads)
    yield from table.lines((source.limits.characters - 400) // shown - sum(map(len, reads)))


def _ungrouped(cell: str) -> str:
    return cell.replace(",", "") if COMMA_GROUPS.fullmatch(cell) else cell
