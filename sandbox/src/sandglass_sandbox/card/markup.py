"""Cards of XML, SVG and HTML, parsed without entities and without keeping the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.parsers import expat

from sandglass_sandbox.card.columns import describe
from sandglass_sandbox.card.delimited import encoding_of
from sandglass_sandbox.card.grid import column_lines, find_table
from sandglass_sandbox.card.source import Source, TooMuch
from sandglass_sandbox.card.text import clean, listing, name, plural, quoted

PATHS = 500
DEEPEST = 100
RECORDS = 5000


class _Scan:
    """Counts the paths of elements; a document that defines entities is refused."""

    def __init__(self) -> None:
        self.paths: Counter[tuple[str, ...]] = Counter()
        self.parents: set[tuple[str, ...]] = set()
        self.root: dict[str, str] = {}
        self.attributes: dict[tuple[str, ...], dict[str, None]] = {}
        self._stack: list[str] = []

    def parse(self, source: Source) -> None:
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = self._entity
        self.attach(parser)
        with source.path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 16), b""):
                source.deadline.check()
                parser.Parse(block, False)
        parser.Parse(b"", True)

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _entity(self, *_: object) -> None:
        raise TooMuch("it defines entities")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= DEEPEST:
            raise TooMuch("it is nested too deeply")
        if not self._stack:
            self.root = attributes
        else:
            self.parents.add(tuple(self._stack))
        self._stack.append(tag)
        path = tuple(self._stack)
        if attributes:
            self.parents.add(path)
        if path in self.paths or len(self.paths) < PATHS:
            self.paths[path] += 1
            seen = self.attributes.setdefault(path, {})
            for key in attributes:
                if len(seen) < 12:
                    seen[key] = None

    def _end(self, _: str) -> None:
        self._stack.pop()


class _Collect(_Scan):
    """Gathers attributes and children's text of the elements with one path."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        super().__init__()
        self._wanted = wanted
        self.records: list[dict[str, object]] = []
        self.repeated: dict[str, None] = {}
        self._text: list[str] = []

    def attach(self, parser: expat.XMLParserType) -> None:
        super().attach(parser)
        parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        super()._start(tag, attributes)
        if tuple(self._stack) == self._wanted and len(self.records) < RECORDS:
            self.records.append(dict(attributes))
        self._text = []

    def _characters(self, text: str) -> None:
        if len(self._text) < 20:
            self._text.append(text[:1000])

    def _end(self, tag: str) -> None:
        depth = len(self._wanted)
        if self.records and tuple(self._stack[:depth]) == self._wanted:
            text = "".join(self._text).strip()
            if len(self._stack) == depth + 1:
                if tag in self.records[-1] and len(self.repeated) < 12:
                    self.repeated[tag] = None
                self.records[-1].setdefault(tag, text)
        self._text = []
        super()._end(tag)


def read_xml(source: Source) -> Iterator[str]:
    scan = _Scan()
    scan.parse(source)
    if "svg" in next(iter(scan.paths))[0].lower():
        yield from _svg(source, scan)
        return
    root = next(iter(scan.paths))[0]
    yield f"{source.name}: XML, root element <{clean(root)}>, {sum(scan.paths.values())} elements"
    repeated = [path for path, count in scan.paths.items() if count > 1 and path in scan.parents]
    if repeated:
        # The outermost of the records that come often: their children are fields.
        most = max(scan.paths[path] for path in repeated)
        often = [path for path in repeated if scan.paths[path] >= max(2, most // 20)]
        record = min(often, key=lambda path: (len(path), -scan.paths[path]))
        collect = _Collect(record)
        collect.parse(source)
        tag = record[-1]
        yield f"{plural(scan.paths[record], 'element')} <{clean(tag)}>"
        if collect.repeated or any(scan.attributes.get(record[:n]) for n in range(2, len(record))):
            # read_xml keeps one child of each name, and nothing of the elements around a record.
            child = next(iter(collect.repeated), None)
            path = record + (child,) if child else record
            yield from _nested(source, scan, path)
            return
        else:
            yield f"Read it with: df = pd.read_xml({source.literal}, xpath={'.//' + tag!r})"
        keys = dict.fromkeys(key for row in collect.records for key in row)
        columns = [
            describe(key, [row.get(key) for row in collect.records]) for key in list(keys)[:60]
        ]
        yield "With these attributes and children:"
        yield from column_lines(columns, source.limits.characters - 600)
    yield "Elements: " + listing(
        (f"{clean('/'.join(path), 80)} ({_about(scan, path)})" for path in scan.paths), 400
    )


def _nested(source: Source, scan: _Scan, path: tuple[str, ...]) -> Iterator[str]:
    """A row for each innermost element, with the attributes of all that it stands in."""
    if source.size > source.limits.bytes_read:
        raise TooMuch("too large to be looked into as a whole")
    levels = path[1:]
    names = [f"e{depth}" for depth in range(len(levels))]
    fields: list[tuple[str, int, str | None]] = []  # key, level, attribute; None: the text
    for depth, tag in enumerate(levels):
        attributes = scan.attributes.get(path[: depth + 2], {})
        for attribute in attributes:
            key = tag if attribute in ("name", "id") and len(attributes) == 1 else attribute
            fields.append((key, depth, attribute))
    fields.append((levels[-1], len(levels) - 1, None))
    keys = [key for key, _, _ in fields]
    fields = [
        (key if keys.count(key) == 1 else f"{levels[depth]}_{attribute or 'text'}", depth, attribute)
        for key, depth, attribute in fields
    ]
    columns = [describe(key, values) for key, values in _walk(source, levels, fields).items()]
    cells = [
        f"{key!r}: {names[depth]}.text" if attribute is None
        else f"{key!r}: {names[depth]}.get({attribute!r})"
        for key, depth, attribute in fields
    ]  # fmt: skip
    loops = [
        f"for {each} in {'root' if depth == 0 else names[depth - 1]}.findall({tag!r})"
        for depth, (each, tag) in enumerate(zip(names, levels, strict=True))
    ]
    reads = [
        f"root = ET.parse({source.literal}).getroot()",
        f"df = pd.DataFrame([{{{', '.join(cells)}}} {' '.join(loops)}])",
    ]
    for column in columns:
        place = f"df[{name(column.name)}]"
        if column.kind in ("integers", "numbers"):
            reads.append(f"{place} = pd.to_numeric({place})")
        elif column.hints.date:
            reads.append(f"{place} = pd.to_datetime({place})")
    yield "Read it with: " + "; ".join(reads)
    yield "Columns:"
    yield from column_lines(columns, source.limits.characters - 300 - sum(map(len, reads)))


def _walk(
    source: Source, levels: tuple[str, ...], fields: list[tuple[str, int, str | None]]
) -> dict[str, list[object]]:
    """Parsed as a whole only after it was seen that no entities are defined."""
    chains = [(ElementTree.parse(source.path).getroot(),)]
    for tag in levels:
        chains = [(*chain, child) for chain in chains for child in chain[-1].findall(tag)]
        source.deadline.check()
    rows = chains[:RECORDS]
    return {
        key: [
            chain[depth + 1].text if attribute is None else chain[depth + 1].get(attribute)
            for chain in rows
        ]
        for key, depth, attribute in fields
    }


def _about(scan: _Scan, path: tuple[str, ...]) -> str:
    names = ", ".join(clean(key) for key in scan.attributes.get(path, ()))
    return f"{scan.paths[path]}" + (f"; attributes {names}" if names else "")


def _svg(source: Source, scan: _Scan) -> Iterator[str]:
    sizes = [f"{key} {quoted(scan.root[key])}" for key in ("width", "height", "viewBox")
             if key in scan.root]  # fmt: skip
    yield f"{source.name}: SVG image, {', '.join(sizes) or 'no size given'}"
    tags = Counter[str]()
    for path, count in scan.paths.items():
        tags[path[-1]] += count
    yield "Elements: " + listing((f"{clean(tag)} ({n})" for tag, n in tags.most_common()), 300)
    yield f"Draw it with: cairosvg.svg2png(url={source.literal}, write_to='/mnt/data/out.png')"


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
        elif tag == "tr" and self.tables and len(self.tables[-1]) < RECORDS:
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
    text = data.decode(encoding_of(data), errors="replace")
    for start in range(0, len(text), 1 << 16):
        source.deadline.check()
        parser.feed(text[start : start + (1 << 16)])
    tables = [table for table in parser.tables if len(table) > 1]
    yield f"{source.name}: HTML, title {quoted(parser.title, 80)}, {plural(len(tables), 'table')}"
    if parser.headings:
        yield "Headings: " + listing((quoted(text) for text in parser.headings), 250)
    for position, rows in enumerate(tables[:3]):
        table = find_table([row for row in rows if row])
        yield (
            f"Table {position}: {plural(table.rows, 'row')}; "
            f"df = pd.read_html({source.literal})[{position}]"
        )
        yield from table.lines((source.limits.characters - 400) // min(3, len(tables)))
    if not tables:
        yield f"Read it with: soup = BeautifulSoup(open({source.literal}), 'html.parser')"
