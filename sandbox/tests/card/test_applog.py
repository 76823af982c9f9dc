"""The log of a program is a table of its entries."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sandglass_sandbox.card import card

TRACE = ["java.lang.IllegalStateException: x", "\tat a.B.c(B.java:1)"]


def written(directory: Path, lines: list[str]) -> Path:
    path = directory / "app.log"
    path.write_text("\n".join(lines) + "\n")
    return path


def table_of(told: str) -> pd.DataFrame:
    read = re.search(r"Read it with: (.*)", told)
    assert read is not None
    made: dict[str, pd.DataFrame] = {}
    exec(read.group(1), {"pd": pd}, made)
    return made["df"]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("2025-09-08 00:19:34,193 ERROR [worker-2] Disk full: /a", "worker-2"),
        ("2025-09-08 00:19:34.193 [worker-2] ERROR - Disk full: /a", "worker-2"),
        ("2025-09-08 00:19:34,193 - worker-2 - ERROR - Disk full: /a", "worker-2"),
        ("2025-09-08T00:19:34.193Z error Disk full: /a", None),
        ("[2025-09-08 00:19:34+02:00] [ERROR] Disk full: /a", None),
        ("2025-09-08 00:19:34 ERROR: Disk full: /a", None),
    ],
)
def test_each_usual_layout_becomes_a_table(tmp_path: Path, line: str, source: str | None) -> None:
    info = line.replace("ERROR", "INFO").replace("error", "info").replace("09-08", "09-10")
    told = card(written(tmp_path, [line, *TRACE, info, line, info] * 5))
    table = table_of(told)
    assert table["level"].str.upper().value_counts().to_dict() == {"ERROR": 10, "INFO": 10}
    assert set(table["message"]) == {"Disk full: /a"}
    assert table["time"].min() == pd.Timestamp("2025-09-08 00:19:34")
    assert ("source" in table) == (source is not None)
    if source:
        assert set(table["source"]) == {source}
    assert "20 rows, a row for each entry" in told
    assert "- 'time': dates 2025-09-08 to 2025-09-10, with hours" in told


def test_times_written_in_several_ways_are_all_read(tmp_path: Path) -> None:
    lines = ["2025-09-08 00:19 INFO a", "2025-09-08 00:19:34 INFO b", "2025-09-08T00:19:35 INFO c"]
    table = table_of(card(written(tmp_path, lines * 9)))
    assert table["time"].notna().sum() == 27


def test_levels_written_in_very_many_ways_are_no_long_line(tmp_path: Path) -> None:
    words = [
        "".join(c.upper() if i >> n & 1 else c for n, c in enumerate("error")) for i in range(32)
    ]
    lines = [f"2025-09-08 00:19:34 {word} full" for word in words]
    assert set(table_of(card(written(tmp_path, lines * 3)))["level"]) == set(words)


def test_a_text_that_has_such_lines_too_stays_a_text(tmp_path: Path) -> None:
    lines = ["2025-09-08 00:19:34 INFO a", "something else", "and more"]
    assert ": text" in card(written(tmp_path, lines * 5))


def test_a_hostile_line_costs_no_time(tmp_path: Path) -> None:
    long = "2025-09-08 00:19:34 INFO " + "[" * 500_000
    lines = ["2025-09-08 00:19:34 INFO [a] b"] * 20
    assert "log of a program" in card(written(tmp_path, [*lines, long, " " * 500_000]))
