"""The log of a web server is a table of requests."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from sandglass_sandbox.card import card

LINES = [
    '10.0.0.1 - - [01/May/2024:00:00:00 +0200] "GET /a?x=1 HTTP/1.1" 200 512',
    '10.0.0.2 - ann [01/May/2024:00:03:00 +0200] "POST /b HTTP/1.1" 404 -',
    '10.0.0.1 - - [02/May/2024:10:00:00 +0200] "GET / HTTP/1.1" 200 90 "http://a/" "Agent 1"',
]


def written(directory: Path, lines: list[str]) -> Path:
    path = directory / "access.log"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_its_card_says_how_it_becomes_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, LINES * 5)
    told = card(path)
    read = re.search(r"Read it with: (.*)", told)
    assert read is not None
    made: dict[str, pd.DataFrame] = {}
    exec(read.group(1), {"pd": pd}, made)
    table = made["df"]
    assert table["status"].value_counts().to_dict() == {"200": 10, "404": 5}
    assert table["bytes"].sum() == 5 * 602
    assert table["page"].tolist()[:3] == ["/a?x=1", "/b", "/"]
    assert table["time"].max() == pd.Timestamp("2024-05-02 10:00")
    assert "15 rows, a row for each request" in told
    assert "- 'status': text, 2 different: '200', '404'" in told


def test_a_text_that_has_such_lines_too_stays_a_text(tmp_path: Path) -> None:
    assert ": text" in card(written(tmp_path, [*LINES, *["something else"] * 5]))


def test_a_hostile_line_costs_no_time(tmp_path: Path) -> None:
    long = '1 - - [x] "GET ' + "a " * 500_000
    assert "log of a web server" in card(written(tmp_path, [*LINES * 20, long]))
