"""Cards of ZIP archives and pickles: what is inside, with nothing unpacked and nothing run."""

from __future__ import annotations

import pickletools
import re
import zipfile
from collections.abc import Iterator

from sandglass_sandbox.card.delimited import header_of
from sandglass_sandbox.card.source import Source
from sandglass_sandbox.card.text import listing, name, plural, quoted, size

ENTRIES = 25
PEEK = 8192
OPCODES = 20_000


def read_zip(source: Source) -> Iterator[str]:
    with zipfile.ZipFile(source.path) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        total = sum(entry.file_size for entry in files)
        yield f"{source.name}: ZIP archive, {plural(len(files), 'file')}, {size(total)} unpacked"
        if total > source.limits.bytes_unpacked and total > 100 * source.size:
            yield "It unpacks to far more than it is: do not extract it."
        else:
            yield f"Read it with: z = zipfile.ZipFile({source.literal}); f = z.open('…')"
        tables = [e for e in files if e.filename.lower().endswith((".csv", ".tsv"))]
        if tables:
            first = name(tables[0].filename)
            yield f"A table in it: df = pd.read_csv(z.open({first}))"
        for position, entry in enumerate(files[:ENTRIES]):
            line = f"- {name(entry.filename)}, {size(entry.file_size)}"
            if entry in tables[:6] and not entry.flag_bits & 1 and position < ENTRIES:
                with archive.open(entry) as file:
                    columns = header_of(file.read(PEEK))
                line += f", columns {columns}" if columns else ""
            yield line
        if len(files) > ENTRIES:
            yield f"- and {len(files) - ENTRIES} more"


PICKLED = {
    "pandas.core.frame.DataFrame": ("a pandas DataFrame", "df = pd.read_pickle({0})"),
    "pandas.core.series.Series": ("a pandas Series", "s = pd.read_pickle({0})"),
    "numpy.ndarray": ("a NumPy array", "a = np.load({0}, allow_pickle=True)"),
}

# What pandas and NumPy write for themselves.
INTERNAL = frozenset(
    "data name start stop step dataframe attrs allows_duplicate_labels builtins slice _mgr".split()
)
DTYPE = re.compile(r"[|<>=]?[a-zA-Z]?\d*")


def read_pickle(source: Source) -> Iterator[str]:
    """Scans the pickle's instructions; running them could do anything."""
    classes: list[str] = []
    texts: list[str] = []
    for count, (opcode, argument, _) in enumerate(pickletools.genops(source.start())):
        if opcode.name == "GLOBAL":
            classes.append(str(argument).replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL" and len(texts) >= 2:
            classes.append(".".join(texts[-2:]))
            del texts[-2:]
        elif "UNICODE" in opcode.name and isinstance(argument, str):
            texts.append(argument[:200])
        if count > OPCODES or source.deadline.passed():
            break
    known = next((PICKLED[found] for found in classes if found in PICKLED), None)
    kind, call = known or ("an object", "pickle.load(open({0}, 'rb'))")
    if not known and not classes:
        kind = "plain Python data"
    yield f"{source.name}: Python pickle of {kind} (not opened)"
    yield f"Read it with: {call.format(source.literal)}"
    if classes and not known:
        yield "Classes in it: " + listing((quoted(c, 60) for c in dict.fromkeys(classes)), 200)
    words = [text for text in dict.fromkeys(texts) if text.strip() and len(text) <= 60]
    words = [text for text in words if text not in INTERNAL and not DTYPE.fullmatch(text)]
    words = [text for text in words if not text.startswith(("_", "pandas", "numpy"))]
    if words:
        yield "Names and texts in it: " + listing((quoted(word) for word in words), 400)
