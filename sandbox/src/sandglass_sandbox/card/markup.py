"""Cards of XML and SVG, parsed without entities and without keeping the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree import ElementTree
from xml.parsers import expat

from sandglass_sandbox.card.columns import Column, describe
from sandglass_sandbox.card.conversions import conversions_of, to_date
from sandglass_sandbox.card.grid import column_lines
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
    yield f"{source.title}: XML, root element <{clean(root)}>, {sum(scan.paths.values())} elements"
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
        path = _innermost(scan, record, next(iter(collect.repeated), None))
        if path != record or any(scan.attributes.get(record[:n]) for n in range(2, len(record))):
            # read_xml keeps one child of each name, and nothing of the elements around a record.
            yield from _nested(source, scan, path)
            return
        keys = dict.fromkeys(key for row in collect.records for key in row)
        columns = [
            describe(key, [row.get(key) for row in collect.records]) for key in list(keys)[:60]
        ]
        yield "Read it with: " + "; ".join(_flat(source, tag, columns))
        yield "With these attributes and children:"
        yield from column_lines(columns, source.limits.characters - 600)
    yield "Elements: " + listing(
        (f"{clean('/'.join(path), 80)} ({_about(scan, path)})" for path in scan.paths), 400
    )


def _flat(source: Source, tag: str, columns: list[Column]) -> list[str]:
    """read_xml makes numbers by itself, also of ids; dates only if it is told."""
    dates = [c for c in columns if c.hints.date and not any(to_date(c.hints))]
    texts = [f"{name(c.name)}: str" for c in columns if c.hints.as_text]
    arguments = [source.literal, f"xpath={'.//' + tag!r}"]
    if texts:
        arguments.append(f"dtype={{{', '.join(texts)}}}")
    if dates:
        arguments.append(f"parse_dates=[{', '.join(name(c.name) for c in dates)}]")
    others = [c for c in columns if c.hints.date and c not in dates]
    return [f"df = pd.read_xml({', '.join(arguments)})", *conversions_of("df", others)]


def _innermost(scan: _Scan, record: tuple[str, ...], repeated: str | None) -> tuple[str, ...]:
    """The elements that come more often than those they stand in, as deep as there are some."""
    path = (*record, repeated) if repeated else record
    while True:
        deeper = [
            other
            for other, count in scan.paths.items()
            if other[: len(path)] == path and count > scan.paths[path]
        ]
        if not deeper:
            return path
        path = min(deeper, key=lambda other: (len(other), -scan.paths[other]))


@dataclass(frozen=True)
class _Field:
    """An attribute of an element around a row or of the row's own, a child's text, or its text."""

    key: str
    depth: int
    kind: str
    of: str = ""

    def code(self, element: str) -> str:
        if self.kind == "text":
            return f"{element}.text"
        return f"{element}.{'get' if self.kind == 'attribute' else 'findtext'}({self.of!r})"

    def value(self, element: ElementTree.Element) -> str | None:
        if self.kind == "text":
            return element.text
        return element.get(self.of) if self.kind == "attribute" else element.findtext(self.of)


def _fields(scan: _Scan, path: tuple[str, ...]) -> list[_Field]:
    levels = path[1:]
    fields = []
    for depth, tag in enumerate(levels):
        here = path[: depth + 2]
        attributes = scan.attributes.get(here, {})
        for attribute in attributes:
            key = tag if attribute in ("name", "id") and len(attributes) == 1 else attribute
            fields.append(_Field(key, depth, "attribute", attribute))
        for other in scan.paths:
            plain = other[:-1] == here and other not in scan.parents
            if plain and other != path and scan.paths[other] <= scan.paths[here]:
                fields.append(_Field(other[-1], depth, "child", other[-1]))
    if not any(field.depth == len(levels) - 1 and field.kind == "child" for field in fields):
        fields.append(_Field(levels[-1], len(levels) - 1, "text"))
    keys = [field.key for field in fields]
    return [
        field
        if keys.count(field.key) == 1
        else replace(field, key=f"{levels[field.depth]}_{field.of or 'text'}")
        for field in fields
    ]


def _nested(source: Source, scan: _Scan, path: tuple[str, ...]) -> Iterator[str]:
    """A row for each innermost element, with what is said of all that it stands in."""
    if source.size > source.limits.bytes_read:
        raise TooMuch("too large to be looked into as a whole")
    levels = path[1:]
    names = [f"e{depth}" for depth in range(len(levels))]
    fields = _fields(scan, path)
    columns = [describe(key, values) for key, values in _walk(source, levels, fields).items()]
    cells = [f"{field.key!r}: {field.code(names[field.depth])}" for field in fields]
    loops = [
        f"for {each} in {'root' if depth == 0 else names[depth - 1]}.findall({tag!r})"
        for depth, (each, tag) in enumerate(zip(names, levels, strict=True))
    ]
    reads = [
        f"root = ET.parse({source.literal}).getroot()",
        f"df = pd.DataFrame([{{{', '.join(cells)}}} {' '.join(loops)}])",
        *conversions_of("df", columns),
    ]
    yield "Read it with: " + "; ".join(reads)
    yield "Columns:"
    yield from column_lines(columns, source.limits.characters - 300 - sum(map(len, reads)))


def _walk(source: Source, levels: tuple[str, ...], fields: list[_Field]) -> dict[str, list[object]]:
    """Parsed as a whole only after it was seen that no entities are defined."""
    chains = [(ElementTree.parse(source.path).getroot(),)]
    for tag in levels:
        chains = [(*chain, child) for chain in chains for child in chain[-1].findall(tag)]
        source.deadline.check()
    rows = chains[:RECORDS]
    return {field.key: [field.value(chain[field.depth + 1]) for chain in rows] for field in fields}


def _about(scan: _Scan, path: tuple[str, ...]) -> str:
    names = ", ".join(clean(key) for key in scan.attributes.get(path, ()))
    return f"{scan.paths[path]}" + (f"; attributes {names}" if names else "")


def _svg(source: Source, scan: _Scan) -> Iterator[str]:
    sizes = [f"{key} {quoted(scan.root[key])}" for key in ("width", "height", "viewBox")
             if key in scan.root]  # fmt: skip
    yield f"{source.title}: SVG image, {', '.join(sizes) or 'no size given'}"
    tags = Counter[str]()
    for path, count in scan.paths.items():
        tags[path[-1]] += count
    yield "Elements: " + listing((f"{clean(tag)} ({n})" for tag, n in tags.most_common()), 300)
    yield f"Draw it with: cairosvg.svg2png(url={source.literal}, write_to='/mnt/data/out.png')"
