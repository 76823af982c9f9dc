"""What the makers of files and the computers of expected answers share."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FIXED_TIME = (2025, 1, 1, 0, 0, 0)

# id of a question -> the function that computes its expected values by name from the files' folder
Answer = Callable[[Path], dict[str, Any]]
Answers = dict[str, Answer]


def seeded(name: str) -> np.random.Generator:
    """A generator of random numbers of the file's own, so that a new file changes no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def freeze_zip(path: Path) -> None:
    """Rewrites a zip (or xlsx) without the time it was made at: its bytes can be repeated."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts:
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-01-01T00:00:00Z", body)
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            archive.writestr(entry, body, compress_type=zipfile.ZIP_DEFLATED)


def answers(registry: Answers, question: str) -> Callable[[Answer], Answer]:
    """Registers the function that computes the expected values of one question."""

    def register(function: Answer) -> Answer:
        if question in registry:
            raise ValueError(f"two answers for question {question}")
        registry[question] = function
        return function

    return register


def one_of(right: Any, among: Any) -> dict[str, Any]:
    """A name, ISO day or ISO month expected in the answer, with those that must not replace it."""
    return {"is": str(right), "not": sorted({str(name) for name in among} - {str(right)})}


def figures(text: str, pattern: str) -> list[float]:
    """The groups of the pattern's first match in a document, as numbers."""
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"the text has no {pattern!r}")
    return [float(group.replace(",", "")) for group in found.groups()]


def plain(value: Any) -> Any:
    """Numbers of numpy and sympy as JSON's, rounded to 10 significant digits."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | np.integer):
        return int(value)
    return float(f"{float(value):.10g}")


def expected(registry: Answers, files: Path) -> dict[str, Any]:
    """Every question's expected values, in the order of the registry."""
    return {question: plain(function(files)) for question, function in registry.items()}


def write_json(path: Path, document: Any) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
