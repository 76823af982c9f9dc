# ruff: noqa: E501 (a case is a line)
"""The tables of web pages are read as their cards say, in whatever encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import assert_holds, assert_kept, card, read_as_told

# name: (columns with their cells, what holds for the table that the card's lines read)
HTML: dict[str, tuple[dict[str, list[str]], str]] = {
    "commas between thousands": ({"n": ["1,250", "17,000"], "x": ["a", "b"]}, "df.n.sum() == 18250"),
    "decimal commas": ({"n": ["1.250,5", "0,25"], "x": ["a", "b"]}, "df.n.sum() == 1250.75"),
    "dates": ({"d": ["31.01.2024", "01.02.2024"], "n": ["1", "2"]}, "list(df.d.dt.day) == [31, 1]"),
    "ids with leading zeros": ({"zip": ["01234", "00077"], "n": ["1", "2"]}, "df.zip[0] == '01234'"),
    "letters beyond ASCII": ({"Größe (km²)": ["1", "2"], "地": ["Köln", "Łódź"]}, "list(df['地']) == ['Köln', 'Łódź']"),
}  # fmt: skip


@pytest.mark.parametrize("case", HTML)
def test_a_table_of_a_web_page_is_read_as_its_card_says(tmp_path: Path, case: str) -> None:
    columns, holds = HTML[case]
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    cells = cells.replace("td>", "th>", 2 * len(columns))
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><table>{cells}</table></body></html>")
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)
    assert_holds(holds, text, tables)


# name: (what says an encoding, if anything does; how the page is written)
ENCODED: dict[str, tuple[str, str]] = {
    "UTF-8, not said": ("", "utf-8"),
    "UTF-8 with a mark": ("", "utf-8-sig"),
    "UTF-8, said falsely": ('<meta charset="iso-8859-1">', "utf-8"),
    "Latin-1, said": ('<meta charset="iso-8859-1">', "iso-8859-1"),
    "Latin-1, said as XHTML does": ('<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1"),
    "Windows, not said": ("", "cp1252"),
    "Windows, said falsely": ('<meta charset="utf-8">', "cp1252"),
    "Windows, said nonsensically": ('<meta charset="hex">', "cp1252"),
    "UTF-16 with a mark": ("", "utf-16"),
    "UTF-16": ("", "utf-16-le"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_a_web_page_is_read_in_its_encoding(tmp_path: Path, case: str) -> None:
    said, encoding = ENCODED[case]
    rows = "<tr><th>Größe</th><th>Ort</th></tr><tr><td>1</td><td>Köln</td></tr>"
    path = tmp_path / "a.html"
    path.write_bytes(f"{said}<html><table>{rows}</table></html>".encode(encoding))
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)
    assert_holds("df.Ort[0] == 'Köln'", text, tables)


@pytest.mark.parametrize(("charset", "word"), [("windows-1251", "Киев"), ("shift_jis", "東京")])
def test_a_web_page_from_elsewhere_is_read_as_it_says(
    tmp_path: Path, charset: str, word: str
) -> None:
    rows = f"<tr><th>{word}</th></tr><tr><td>1</td></tr><tr><td>2</td></tr>"
    path = tmp_path / "a.html"
    path.write_bytes(f'<meta charset="{charset}"><table>{rows}</table>'.encode(charset))
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)
    assert_holds(f"list(df['{word}']) == [1, 2]", text, tables)
