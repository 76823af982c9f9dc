"""Holds docs/guide-coverage.md against a run's reports: each test named there ran and passed.

guide_coverage.py REPORT…    JUnit XML, surefire's and pytest's. Without: only that they exist.
"""

from __future__ import annotations

import pathlib
import re
import sys
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guide-coverage.md"
NAME = re.compile(r"`((?:[A-Z]\w+\.\w+)|(?:[\w/-]+\.py::[^`]+))`")


def named(page: str) -> list[str]:
    """The tests of the last column of each row."""
    names = []
    for line in page.splitlines():
        if line.startswith("| ") and line.endswith(" |"):
            cell = line.rsplit(" | ", 1)[-1].removesuffix(" |")
            found = NAME.findall(cell)
            if cell not in ("tests", "not yet") and (not found or NAME.sub("", cell).strip()):
                raise SystemExit(f"no test, or something else, in: {line}")
            names += found
    return names


def exists(name: str) -> bool:
    if ".py::" in name:
        path, test = name.split("::")
        file = ROOT / path
        return file.exists() and f"def {test.partition('[')[0]}(" in file.read_text()
    kind, method = name.split(".")
    return any(
        re.search(rf"void {method}\(", source) is not None for source in _sources(kind, set())
    )


def _sources(kind: str, seen: set[str]) -> list[str]:
    """The source of a Java class and of those that it extends."""
    if kind in seen:
        return []
    seen.add(kind)
    sources = []
    for file in (ROOT / "server/src/test/java").rglob(f"{kind}.java"):
        source = file.read_text()
        sources.append(source)
        for parent in re.findall(r"class \w+ extends (\w+)", source):
            sources += _sources(parent, seen)
    return sources


def outcomes(reports: list[pathlib.Path]) -> dict[str, list[bool]]:
    """For each test that ran, under its names in the page, whether each run of it passed."""
    ran: dict[str, list[bool]] = {}
    for report in reports:
        for case in ET.parse(report).iter("testcase"):
            passed = all(case.find(tag) is None for tag in ("failure", "error", "skipped"))
            for name in _names(case.get("classname", ""), case.get("name", "")):
                ran.setdefault(name, []).append(passed)
    return ran


def _names(kind: str, test: str) -> list[str]:
    """By the last part of a class's or module's name: the folder depends on where it ran."""
    kind = kind.rpartition(".")[2]
    bare = re.split(r"[\[({]", test)[0]
    return list(dict.fromkeys((f"{kind}.{bare}", f"{kind}::{bare}", f"{kind}::{test}")))


def told(name: str) -> str:
    """As `_names` calls it."""
    if ".py::" not in name:
        return name
    path, test = name.split("::")
    return f"{pathlib.PurePath(path).stem}::{test}"


def main(arguments: list[str]) -> int:
    names = named(PAGE.read_text(encoding="utf-8"))
    missing = [n for n in names if not exists(n)]
    bad = [f"there is no such test: {n}" for n in missing]
    if arguments:
        ran = outcomes([pathlib.Path(a) for a in arguments])
        for name in dict.fromkeys(n for n in names if n not in missing):
            results = ran.get(told(name), [])
            if not results:
                bad.append(f"not run: {name}")
            elif not all(results):
                bad.append(f"failed or skipped: {name}")
    for line in bad:
        print(line)
    print(f"docs/guide-coverage.md: {len(set(names))} tests named, {len(bad)} wrong")
    return 1 if bad or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
