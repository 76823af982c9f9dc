"""Cards of PDF, Word, PowerPoint and plain text: how much there is, and how it begins."""

from __future__ import annotations

from collections.abc import Iterator

from sandglass_sandbox.card.conversions import conversions_of
from sandglass_sandbox.card.delimited import encoding_of
from sandglass_sandbox.card.excel import check_zip
from sandglass_sandbox.card.grid import find_table
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import clean, listing, plural, quoted

EXCERPT = 400
LINE = 120


def read_pdf(source: Source) -> Iterator[str]:
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    with pymupdf.open(source.path, filetype="pdf") as document:
        if document.needs_pass:
            yield f"{source.title}: PDF, encrypted: it needs a password"
            return
        title = (document.metadata or {}).get("title")
        words = [f"{source.title}: PDF, {plural(document.page_count, 'page')}"]
        if title and title not in ("untitled", "(anonymous)"):
            words.append(f"title {quoted(title, 80)}")
        texts = []
        for index in range(min(document.page_count, 10)):
            source.deadline.check()
            texts.append(document[index].get_text()[:20_000])
        has_text = any(text.strip() for text in texts)
        yield ", ".join(words) + ("" if has_text else ", no text layer (scanned images)")
        if not has_text:
            return
        yield (
            f"Read it with: pdf = pdfplumber.open({source.literal}); "
            "text = '\\n'.join(page.extract_text() for page in pdf.pages)"
        )
        framed = False
        for index in range(min(document.page_count, 3)):
            source.deadline.check()
            for position, table in enumerate(document[index].find_tables().tables[:2]):
                rows = table.extract()[:200]
                header = listing((quoted(cell or "") for cell in (rows or [[]])[0]), 200)
                count = max(0, table.row_count - 1)
                yield f"Page {index + 1} has a table: {plural(count, 'row')} below {header}"
                place = f"pdf.pages[{index}].extract_tables()[{position}]"
                lines = [] if framed else frame(source, _as_read(source, index, position), place)
                framed = framed or bool(lines)
                yield from lines or [f"rows = {place}"]
        excerpt = max(EXCERPT, source.limits.characters - 1200)
        lines = lines_of("\n".join(texts), excerpt + 1)
        whole = document.page_count <= len(texts) and sum(len(x) + 3 for x in lines) <= excerpt
        if not whole:
            lines = [clean(line, LINE) for line in lines]
        yield ("Its whole text: " if whole else "It begins: ") + quoted(" / ".join(lines), excerpt)


def _as_read(source: Source, page: int, position: int) -> list[list[str]]:
    """A table as pdfplumber sees it, which the code will read it with."""
    import pdfplumber

    with pdfplumber.open(source.path) as document:
        tables = document.pages[page].extract_tables()
    found = tables[position] if position < len(tables) else []
    return [[cell or "" for cell in row] for row in found]


def frame(source: Source, rows: list[list[str]], place: str) -> list[str]:
    """How a document's table becomes one of pandas, and its columns; nothing if it has no header.

    :param place: code for the rows, as lists of texts
    """
    header = rows[0] if rows else []
    plain = all(header) and len(set(header)) == len(header) > 1
    if not plain or len(rows) < 3 or any(len(row) != len(header) for row in rows):
        return []
    table = find_table(rows)
    if table.header != 0:
        return []
    last = "-1" if table.total_row else ""
    reads = [
        f"rows = {place}",
        f"df = pd.DataFrame(rows[1:{last}], columns=rows[0])",
        *conversions_of("df", table.columns),
    ]
    limit = source.limits.characters // 2 - sum(map(len, reads))
    return ["Read it with: " + "; ".join(reads), *table.lines(limit)] if limit > 0 else []


def lines_of(text: str, longest: int) -> list[str]:
    return [clean(line, longest) for line in text[:5000].splitlines() if line.strip()]


def read_docx(source: Source) -> Iterator[str]:
    import docx

    check_zip(source)
    document = docx.Document(str(source.path))
    paragraphs = [p for p in document.paragraphs[:20_000] if p.text.strip()]
    tables = document.tables
    yield (
        f"{source.title}: Word document, {plural(len(paragraphs), 'paragraph')}, "
        f"{plural(len(tables), 'table')}"
    )
    yield f"Read it with: doc = docx.Document({source.literal})"
    headings = [p.text for p in paragraphs if (p.style.name or "").startswith(("Heading", "Title"))]
    if headings:
        yield "Headings: " + listing((quoted(text, 60) for text in headings), 300)
    for index, table in enumerate(tables[:3]):
        cells = [quoted(cell.text) for cell in table.rows[0].cells[:12]] if table.rows else []
        yield f"doc.tables[{index}]: {plural(len(table.rows), 'row')}, first {listing(cells, 200)}"
        if len(tables) == 1:
            rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
            place = f"[[c.text.strip() for c in row.cells] for row in doc.tables[{index}].rows]"
            yield from frame(source, rows, place)
    yield "It begins: " + quoted(" / ".join(clean(p.text, LINE) for p in paragraphs[:6]), EXCERPT)


def read_pptx(source: Source) -> Iterator[str]:
    import pptx

    check_zip(source)
    slides = list(pptx.Presentation(str(source.path)).slides)
    yield f"{source.title}: PowerPoint presentation, {plural(len(slides), 'slide')}"
    yield f"Read it with: deck = pptx.Presentation({source.literal})"
    for number, slide in enumerate(slides[:12], 1):
        texts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        texts = [text for text in texts if text.strip()]
        tables = sum(1 for shape in slide.shapes if shape.has_table)
        charts = sum(1 for shape in slide.shapes if shape.has_chart)
        extra = [plural(tables, "table")] if tables else []
        extra += [plural(charts, "chart")] if charts else []
        yield f"- slide {number}: " + ", ".join([quoted(" / ".join(texts), 90), *extra])


def read_text(source: Source) -> Iterator[str]:
    data = source.start()
    encoding = encoding_of(data)
    text = data.decode(encoding, errors="replace")
    lines = text.splitlines()
    whole = len(data) == source.size
    kind = "Markdown" if source.suffix in (".md", ".markdown") else "text"
    about = "" if whole else "at least "
    words = [f"{source.title}: {kind}", plural(len(lines), "line", about)]
    words.append(plural(len(text.split()), "word", about))
    coding = "utf-8" if encoding == "utf-8-sig" else encoding
    if coding != "utf-8":
        words.append(f"encoding {coding}")
    yield ", ".join(words)
    yield f"Read it with: text = open({source.literal}, encoding={coding!r}).read()"
    headings = [line for line in lines if line.startswith("#")] if kind == "Markdown" else []
    if headings:
        yield "Headings: " + listing((quoted(line, 60) for line in headings), 300)
    yield "It begins:"
    for line in [line for line in lines[:200] if line.strip()][:6]:
        yield "| " + clean(line, LINE)
