"""Makes short, printable text out of whatever a file holds."""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

VALUE_CHARACTERS = 40
NAME_CHARACTERS = 60


def clean(value: object, limit: int = VALUE_CHARACTERS) -> str:
    """One line of printable characters: data can't begin a line or hide in control characters."""
    text = str(value)[: 4 * limit]
    text = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(value: object, limit: int = VALUE_CHARACTERS) -> str:
    """A value as the Python literal of a string, cut: nothing in it ends the literal."""
    text = clean(value, limit)
    if "\\" in text or ("'" in text and '"' in text):
        return repr(text)
    return f'"{text}"' if "'" in text else f"'{text}'"


def title(filename: str) -> str:
    """A file's name where a line begins: what has a colon could be taken for another line."""
    return quoted(filename, 255) if ":" in filename else filename


def name(value: object) -> str:
    """A column's or key's name as a literal that code can use: exact unless it is absurd."""
    text = str(value)
    if text != clean(text, NAME_CHARACTERS) and len(text) <= NAME_CHARACTERS:
        return repr(text)
    return quoted(text, NAME_CHARACTERS)


# What the lines that read files use besides the tables.
TAKEN = frozenset(dir(builtins)) | frozenset(
    "pd np plt json sqlite3 zipfile h5py pdfplumber con root path key line text image pdf "
    "data f z".split()
)


def identifier(place: str) -> str:
    """A name for the table that is found there: of `data['a']['b']`, or of a key, its last word."""
    keys = re.findall(r"\[['\"](.*?)['\"]\]", place)
    word = re.sub(r"\W+", "_", keys[-1] if keys else place, flags=re.ASCII).strip("_").lower()
    if word in ("", "data", "df") or keyword.iskeyword(word):
        return "df"
    return f"table_{word}" if word[0].isdigit() or word in TAKEN else word


def distinct(names: Sequence[str]) -> list[str]:
    """The only table is `df`; the others keep their names, with a number where one comes again."""
    if len(names) == 1:
        return ["df"]
    seen: Counter[str] = Counter()
    result = []
    for called in names:
        unused = called
        while unused in seen:
            seen[called] += 1
            unused = f"{called}_{seen[called]}"
        seen[unused] += 1
        result.append(unused)
    return result


def number(value: float) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else f"{value:.6e}"
    if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return f"{value:.1f}"
    return f"{value:.6g}"


def size(count: int) -> str:
    if count < 10_000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 10_000_000 else f"{count / 1e6:.0f} MB"


def plural(count: int, noun: str, about: str = "") -> str:
    return f"{about}{count} {noun}{'' if count == 1 else 's'}"


def listing(items: Iterable[str], limit: int, separator: str = ", ") -> str:
    """As many items as fit into the limit, and how many did not."""
    shown: list[str] = []
    every = list(items)
    length = 0
    for position, item in enumerate(every):
        length += len(item) + len(separator)
        if length > limit and position:
            return separator.join(shown) + f"{separator}… ({len(every) - position} more)"
        shown.append(item[:limit])
    return separator.join(shown)


def bounded(lines: Iterable[str], limit: int) -> str:
    """Whole lines as long as they fit."""
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > limit - 2:
            rest = limit - len(text) - 2
            return text + (line[:rest] + "…" if rest > 40 or not text else "…")
        text += line + "\n"
    return text.rstrip("\n")
