# ruff: noqa: E501 (a case is a line)
"""The card of a delimited file names the call that reads it right: the call is run."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sandglass_sandbox.card import Limits, card

# name: (file's text or bytes, words in the card, what holds for the frame that its call reads)
CASES: dict[str, tuple[str | bytes, str, str]] = {
    "plain": ("a,b\n1,x\n2,y\n", "integers 1 to 2", "df.a.sum() == 3"),
    "semicolon and decimal comma": (
        "n;v\na;1,5\nb;2,25\n", "sep=';', decimal=','", "df.v.sum() == 3.75"),
    "points between thousands": (
        "n;v\na;1.234,50\nb;12,25\n", "thousands='.'", "df.v.max() == 1234.5"),
    "commas between thousands": (
        'n,v\na,"1,234"\nb,"22,000"\n', "thousands=','", "df.v.sum() == 23234"),
    "tab": ("n\tv\na\t1\nb\t2\n", "sep='\\t'", "df.v.sum() == 3"),
    "pipe": ("n|v\na|1\nb|2\n", "separator '|'", "df.v.sum() == 3"),
    "ISO dates": ("d,v\n2024-01-31,1\n2024-02-01,2\n", "parse_dates=['d']", "df.d.dt.day.max() == 31"),
    "German dates": (
        "d;v\n03.01.2024;1\n31.01.2024;2\n", "day first", "list(df.d.dt.day) == [3, 31]"),
    "American dates": (
        "d,v\n01/03/2024,1\n01/31/2024,2\n", "%m/%d/%Y", "list(df.d.dt.day) == [3, 31]"),
    "day first by order": (
        "d,v\n01/03/2024,1\n05/03/2024,2\n02/04/2024,3\n07/04/2024,4\n", "day first",
        "list(df.d.dt.month) == [3, 3, 4, 4]"),
    "leading zeros": ("zip,v\n01234,1\n00077,2\n", "leading zeros", "df.zip[0] == '01234'"),
    "percent": ("n,v\na,12%\nb,7.5%\n", "text like '7.5%'", "df.v.sum() == 19.5"),
    "currency": ("n,v\na,$12.00\nb,$7.50\n", "the numbers are 7.5 to 12", "df.v.sum() == 19.5"),
    "euros": ("n;v\na;12,00 €\nb;7,50 €\n", "text like", "df.v.sum() == 19.5"),
    "unit": ("n,v\na,12 kg\nb,7 kg\n", "text like '12 kg'", "df.v.sum() == 19"),
    "codes are no numbers": ("n,v\nC001,1\nC002,2\n", "text, 2 different", "df.n[0] == 'C001'"),
    "missing": ("n,v\na,1\nb,\nc,NA\nd,4\n", "2 missing", "df.v.sum() == 5"),
    "missing written otherwise": ("n,v\na,1\nb,-\nc,4\n", "na_values=['-']", "df.v.sum() == 5"),
    "mixed": (
        "n,v\n" + "".join(f"x{i},{i}\n" for i in range(9)) + "y,about ten\n",
        "1 texts such as 'about ten'", "df.v.sum() == 36"),
    "lines before the header": (
        "Report of 2024\n\nn,v,w\na,1,2\nb,2,3\nc,3,4\n", "skiprows=2", "df.v.sum() == 6"),
    "comments before the header": (
        "# made by hand\n# twice\nn,v\na,1\nb,2\n", "comment='#'", "df.v.sum() == 3"),
    "no header": ("1,2.5\n2,3.5\n3,4.5\n", "header=None", "df[1].sum() == 10.5"),
    "years as columns": (
        "land,2020,2021\nA,1,2\nB,3,4\n", "'2021': integers 2 to 4", "df['2021'].sum() == 6"),
    "a total at the end": (
        "n,v\na,1\nb,2\nc,3\nTotal,6\n", "The last line is a total", "df.v.sum() == 6"),
    "Latin 1": ("n;v\nMüller;1\nGroß;2\n".encode("cp1252"), "encoding='cp1252'", "df.n[0] == 'Müller'"),
    "UTF-8 with a mark": ("n,v\nMüller,1\nX,2\n".encode("utf-8-sig"), "'n': text", "df.n[0] == 'Müller'"),
    "UTF-16": ("n,v\nMüller,1\nX,2\n".encode("utf-16"), "encoding='utf-16'", "df.v.sum() == 3"),
    "quoted separators": ('n,v\n"a, b",1\n"c, d",2\n', "'a, b'", "df.v.sum() == 3"),
    "stray spaces and cases": (
        "n,v\n" + "Oslo,1\noslo,2\n Oslo,3\n", "differing upper and lower case", "df.v.sum() == 6"),
    "yes and no": ("n,v\nyes,1\nno,2\nno,3\n", "yes/no text: 'no' (2), 'yes' (1)", "df.v.sum() == 6"),
    "negative in parentheses": ("n,v\na,($5.00)\nb,($7.00)\n", "-7.0 to -5.0", "len(df) == 2"),
    "a sentinel": ("n,v\na,-999\nb,7\nc,9\n", "-999 occurs", "len(df) == 3"),
    "one column": ("v\n1\n2\n3\n", "3 rows, 1 column", "df.v.sum() == 6"),
    "Windows line ends": ("n,v\r\na,1\r\nb,2\r\n", "2 rows", "df.v.sum() == 3"),
    "several lines in a cell": ('n,v\n"a\nb",1\nc,2\n', "2 rows", "df.v.sum() == 3"),
}  # fmt: skip


def read_as_told(text: str) -> pd.DataFrame:
    """Runs what the card says, line by line."""
    scope: dict[str, object] = {"pd": pd}
    for line in text.splitlines():
        if match := re.match(r"(?:Read it with|Then): (.*)", line):
            exec(match[1], scope)
    return scope["df"]  # type: ignore[return-value]


@pytest.mark.parametrize("case", CASES)
def test_the_card_tells_it_and_its_call_reads_it(tmp_path: Path, case: str) -> None:
    content, words, holds = CASES[case]
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    text = card(path)
    assert words in text
    df = read_as_told(text)
    assert eval(holds, {"df": df, "list": list, "len": len}), (text, df)


def test_rows_of_a_large_file_are_counted_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i % 7}\n" for i in range(200_000)))
    text = card(path)
    assert "200000 rows" in text
    assert "of the first" in text


def test_many_columns_are_at_least_named(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"column_{i}" for i in range(80)]
    path.write_text(",".join(names) + "\n" + ",".join("1" * 80) + "\n" + ",".join("2" * 80) + "\n")
    text = card(path, Limits(characters=1500))
    assert "80 columns" in text
    assert "more columns: 'column_" in text
    assert len(text) <= 1500
