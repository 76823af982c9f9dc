# ruff: noqa: E501 (a case is a line)
"""What a card says to read it with is run, and gives tables with the columns that it promises."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pdfplumber
import pytest
from told import assert_holds, assert_kept, card, read_as_told

ORDERS = [
    {"no": 7, "day": "2024-01-31", "items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}]},
    {"no": 8, "day": "2024-02-01", "items": [{"sku": "A", "qty": 5}]},
]

# name: (value, what holds for the tables that its card's lines read)
JSON: dict[str, tuple[object, str]] = {
    "a list": ([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "df.a.sum() == 3"),
    "a list with keys that not all have": ([{"a": 1}, {"a": 2, "b": "y"}], "df.b.count() == 1"),
    "a list of dates": ([{"d": "2024-01-31"}, {"d": "2024-02-01"}], "df.d.dt.day.max() == 31"),
    "dates with the day first": ([{"d": "03.01.2024"}, {"d": "31.01.2024"}], "list(df.d.dt.day) == [3, 31]"),
    "dates with and without a time": ([{"d": "2024-01-31"}, {"d": "2024-02-01 10:30"}], "df.d.dt.hour.max() == 10"),
    "dates in a time zone": ([{"d": "2024-01-31T10:00:00Z"}, {"d": "2024-02-01T11:00:00Z"}], "df.d.dt.hour.max() == 11"),
    "dates some of which are a dash": ([{"d": "2024-01-31"}, {"d": "-"}, {"d": "2024-02-01"}], "df.d.dt.month.max() == 2"),
    "numbers that are written as text": ([{"n": "12.50"}, {"n": "7"}, {"n": "9"}], "df.n.sum() == 28.5"),
    "numbers with a dash between them": ([{"n": "12"}, {"n": "-"}, {"n": "7"}], "df.n.sum() == 19"),
    "ids with leading zeros": ([{"zip": "01234"}, {"zip": "00077"}], "df.zip[0] == '01234'"),
    "an object with a list": ({"title": "T", "rows": [{"a": 1}, {"a": 2}]}, "df.a.sum() == 3"),
    "an object with two lists": (
        {"orders": [{"no": 1, "n": 2}], "people": [{"id": 1, "name": "Ann"}]},
        "orders.n.sum() == 2 and people.name[0] == 'Ann'"),
    "an object with lists further in": (
        {"shop": {"sales": {"rows": [{"a": 1}]}, "stock": [{"b": 2}]}}, "rows.a[0] == 1 and stock.b[0] == 2"),
    "lists of the same name": (
        {"a": {"rows": [{"x": 1}]}, "b": {"rows": [{"x": 2}]}}, "rows.x[0] == 1 and rows_2.x[0] == 2"),
    "lists of a name that another gets by counting": (
        {"a": {"rows": [{"x": 1}]}, "b": {"rows": [{"x": 2}]}, "rows_2": [{"x": 3}]},
        "rows.x[0] == 1 and rows_2.x[0] == 2 and len(tables) == 3"),
    "lists with names that Python has": (
        {"list": [{"x": 1}], "json": [{"x": 2}], "pd": [{"x": 3}], "class": [{"x": 4}]},
        "list(df.x) == [4] and len(tables) == 4"),
    "lists with odd names": (
        {"it's 1": [{"x": 1}], "2024 (first)": [{"x": 2}], "Größe": [{"x": 3}], "Город": [{"x": 4}]},
        "table_2024_first.x[0] == 2 and len(tables) == 4"),
    "keys with odd names": ([{"it's": 1, "a b": 2}, {"it's": 3, "a b": 4}], "df[\"it's\"].sum() == 4"),
    "keys with quotes and backslashes": (
        [{"it's \"x\"": 1, "a\\b": 2, "c\\": "2024-01-31"}], "df['a\\\\b'].sum() == 2 and len(df.columns) == 3"),
    "a list in each of a list": (ORDERS, "df.no.sum() == 15 and items.qty.sum() == 8 and items.day.dt.day.max() == 31"),
    "a list in each of a list in an object": (
        {"orders": ORDERS}, "len(orders) == 2 and len(items) == 3 and items.groupby('no').qty.sum()[7] == 3"),
    "a list that one has empty": (
        [*ORDERS, {"no": 9, "day": "2024-02-02", "items": []}], "len(df) == 3 and len(items) == 3"),
    "a list that one has as null": (
        [*ORDERS, {"no": 9, "day": "2024-02-02", "items": None}], "len(df) == 3 and len(items) == 3"),
    "a list that one has not": ([*ORDERS, {"no": 9, "day": "2024-02-02"}], "len(df) == 3 and len(items) == 3"),
    "a list whose objects have a key of the outer's name": (
        [{"id": 1, "town": "Oslo", "rows": [{"id": 10, "n": 3}]}, {"id": 2, "town": "Rome", "rows": [{"id": 20, "n": 4}]}],
        "list(rows.id) == [10, 20] and list(rows.town) == ['Oslo', 'Rome']"),
    "a list in a list in each of a list": (
        [{"h": "A", "rooms": [{"no": 1, "nights": [{"d": "2024-01-31", "n": 2}]}, {"no": 2, "nights": []}]},
         {"h": "B", "rooms": [{"no": 3, "nights": [{"d": "2024-02-01", "n": 3}, {"d": "2024-02-02", "n": 4}]}]}],
        "nights.n.sum() == 9 and list(nights.h) == ['A', 'B', 'B'] and nights.d.dt.day.max() == 31 and len(rooms) == 3"),
    "a list in a list that one has not": (
        [{"h": "A", "rooms": [{"no": 1, "nights": [{"n": 2}]}, {"no": 2}]}], "len(rooms) == 2"),
    "lists in lists of the same names": (
        {k: [{"h": k, "rooms": [{"no": 1, "nights": [{"n": n}]}]}] for k, n in (("a", 2), ("b", 3))},
        "len(a) == 1 and len(rooms) == 1 and nights.n.sum() == 2"),
    "objects in objects": (
        [{"at": {"x": 1, "y": 2}, "n": 3}, {"at": {"x": 5, "y": 6}, "n": 4}], "df['at.x'].sum() == 6"),
    "objects in objects in objects": (
        [{"a": {"b": {"c": 1}}, "n": 1}, {"a": {"b": {"c": 2}}, "n": 2}], "df['a.b.c'].sum() == 3"),
    "dates in objects": ([{"at": {"d": "2024-01-31"}}, {"at": {"d": "2024-02-01"}}], "df['at.d'].dt.day.max() == 31"),
    "a list in an object in each of a list": (
        [{"n": 1, "at": {"k": 5, "rows": [{"x": 1}]}}, {"n": 2, "at": {"k": 6, "rows": [{"x": 2}]}}], "df['at.k'].sum() == 11"),
    "objects that are empty": ([{"a": {}, "n": 1}, {"a": {"x": 2}, "n": 2}], "df['a.x'].sum() == 2"),
    "lists of plain values": ([{"n": 1, "tags": ["x", "y"]}, {"n": 2, "tags": []}], "df.tags.map(len).sum() == 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", JSON)
def test_json_is_read_into_tables(tmp_path: Path, case: str) -> None:
    value, holds = JSON[case]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value))
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)
    assert_holds(holds, text, tables)


LINES = [case for case, (value, _) in JSON.items() if isinstance(value, list) and "in each" not in case
         and "a list that" not in case and "a list whose" not in case]  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_json_lines_are_read_into_a_table(tmp_path: Path, case: str) -> None:
    value, holds = JSON[case]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in value))  # type: ignore[attr-defined]
    text = card(path)
    tables = read_as_told(text)
    assert list(tables) == ["df"]
    assert_kept(text, tables)
    assert_holds(holds, text, tables)


def database(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


def test_small_tables_of_a_database_are_read_whole(tmp_path: Path) -> None:
    text = card(
        database(
            tmp_path / "a.db",
            "CREATE TABLE sales (id INTEGER, day TEXT, amount REAL)",
            "INSERT INTO sales VALUES (1, '2024-01-31', 2.5), (2, '2024-02-01', 3)",
            'CREATE TABLE "Order ""x"" list" (sale_id INTEGER, made TEXT, n INTEGER)',
            'INSERT INTO "Order ""x"" list" VALUES (1, \'31.01.2024\', 4), (2, \'03.02.2024\', 5)',
        )
    )
    tables = read_as_told(text)
    assert list(tables) == ["sales", "order_x_list"]
    assert_kept(text, tables)
    assert tables["sales"].day.dt.day.max() == 31
    assert list(tables["order_x_list"].made.dt.day) == [31, 3]
    assert tables["order_x_list"].n.sum() == 9


def test_tables_called_like_what_the_lines_use_are_read_all_the_same(tmp_path: Path) -> None:
    text = card(
        database(
            tmp_path / "a.db",
            "CREATE TABLE con (a INTEGER)",
            "INSERT INTO con VALUES (1), (2)",
            "CREATE TABLE pd (b INTEGER)",
            "INSERT INTO pd VALUES (3), (4)",
        )
    )
    tables = read_as_told(text)
    assert len(tables) == 2
    assert_kept(text, tables)


def test_a_large_table_is_left_to_a_query(tmp_path: Path) -> None:
    text = card(
        database(
            tmp_path / "a.db",
            "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200001) SELECT i FROM n",
        )
    )
    assert "Table 'big': 200001 rows" in text
    assert "; df = pd.read_sql('SELECT …', con)" in text


def test_many_tables_are_left_to_queries(tmp_path: Path) -> None:
    text = card(database(tmp_path / "a.db", *[f"CREATE TABLE t{i} (a INTEGER)" for i in range(5)]))
    assert "; df = pd.read_sql('SELECT …', con)" in text


@pytest.mark.parametrize("group", ["", "run 1/", "deep/er/"])
def test_series_of_one_length_in_hdf5_are_a_table(tmp_path: Path, group: str) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file[group + "time"] = np.arange(5.0)
        file[group + "level"] = np.arange(5) * 2
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)
    assert list(tables["df"].level) == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    ("paths", "shapes"),
    [(("a", "b"), ((5,), (6,))), (("x/a", "y/b"), ((5,), (5,))), (("a", "b"), ((5, 2), (5, 2)))],
    ids=["of two lengths", "in two groups", "with two axes"],
)
def test_other_series_in_hdf5_are_no_table(
    tmp_path: Path, paths: tuple[str, ...], shapes: tuple[tuple[int, ...], ...]
) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        for place, shape in zip(paths, shapes, strict=True):
            file[place] = np.ones(shape)
    text = card(path)
    assert "pd.DataFrame" not in text
    assert f"a = f['{paths[0]}'][:]" in text
    assert not read_as_told(text)


def archive(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


# name: (the files' texts, what holds for df)
ZIPS: dict[str, tuple[list[str], str]] = {
    "plain": (["a,n\nx,1\ny,2\n", "a,n\nz,3\n"], "df.n.sum() == 6 and df.file.nunique() == 2"),
    "dates": (["d,n\n2024-01-31,1\n", "d,n\n2024-02-01,3\n"], "df.d.dt.day.max() == 31"),
    "semicolons and decimal commas": (["a;n\nx;1,5\ny;2,5\n", "a;n\nz;3,5\n"], "df.n.sum() == 7.5"),
    "German dates": (["d;n\n03.01.2024;1\n", "d;n\n31.01.2024;3\n"], "list(df.d.dt.day) == [3, 31]"),
    "a column called file": (["file,n\nx,1\n", "file,n\nz,3\n"], "df.n.sum() == 4"),
    "Latin 1": (["a,n\nMüller,1\nMaier,1\n", "a,n\nGroß,3\nKlein,1\n"], "df.n.sum() == 6 and df.a[0].iloc[0] == 'Müller'"),
}  # fmt: skip


@pytest.mark.parametrize("case", ZIPS)
def test_equal_tables_in_an_archive_are_one_table(tmp_path: Path, case: str) -> None:
    contents, holds = ZIPS[case]
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number, content in enumerate(contents):
            data = content.encode("cp1252" if case == "Latin 1" else "utf-8")
            packed.writestr(f"in/{number}.csv", data)
    text = card(path)
    columns = text.partition("Columns of all together:\n")[2]
    tables = read_as_told(text)
    assert list(tables) == ["df"]
    assert_kept(columns, tables)
    assert_holds(holds, text, tables)


def test_different_tables_in_an_archive_stay_apart(tmp_path: Path) -> None:
    text = card(archive(tmp_path / "a.zip", {"a.csv": "x;y\n1;2\n", "b.csv": "p,q\n3,4\n"}))
    assert list(read_as_told(text)["df"].columns) == ["x", "y"]
    assert "- 'b.csv', 8 bytes, columns 'p', 'q'" in text


# name: (document, what holds for df)
XML: dict[str, tuple[str, str]] = {
    "children": (
        "<r><i><n>1.5</n><t>x</t></i><i><n>2.5</n><t>y</t></i></r>", "df.n.sum() == 4"),
    "attributes": ('<r><i n="1" t="x"/><i n="2" t="y"/></r>', "df.n.sum() == 3"),
    "dates": (
        "<r><i><d>2024-01-31</d><n>1</n></i><i><d>2024-02-01</d><n>2</n></i></r>", "df.d.dt.day.max() == 31"),
    "ids with leading zeros": (
        "<r><i><z>01234</z><n>1</n></i><i><z>00077</z><n>2</n></i></r>", "df.z[0] == '01234'"),
    "texts in elements with attributes": (
        '<r><land name="A"><year y="2020">5</year><year y="2021">7</year></land>'
        '<land name="B"><year y="2020">9</year><year y="2021">2</year></land></r>',
        "df[df.land == 'A'].year.sum() == 12 and len(df) == 4"),
    "names that clash": (
        '<r><land name="A" code="a"><year name="one" code="b">5</year><year name="two" code="c">7</year></land>'
        '<land name="B" code="d"><year name="one" code="e">9</year><year name="two" code="f">2</year></land></r>',
        "df.year.sum() == 23 and df.land_code.nunique() == 2 and df.year_code.nunique() == 4"),
    "dates in attributes": (
        '<r><shop name="A"><sale d="2024-01-31">5</sale><sale d="2024-02-01">7</sale></shop>'
        '<shop name="B"><sale d="2024-01-31">9</sale></shop></r>',
        "df.d.dt.day.max() == 31 and df.sale.sum() == 21"),
    "children of what is repeated": (
        '<r><shop name="A"><item><price>1</price><n>2</n></item><item><price>3</price><n>4</n></item></shop>'
        '<shop name="B"><item><price>5</price><n>6</n></item><item><price>7</price><n>8</n></item></shop></r>',
        "df.price.sum() == 16 and df[df.shop == 'A'].n.sum() == 6"),
    "children beside what is repeated": (
        "<r><shop><name>A</name><item>1</item><item>3</item></shop>"
        "<shop><name>B</name><item>5</item><item>7</item></shop></r>",
        "df[df['name'] == 'B']['item'].sum() == 12"),
    "lists in elements": (
        '<r><shop name="A"><items><item><n>1</n></item><item><n>2</n></item></items></shop>'
        '<shop name="B"><items><item><n>3</n></item></items></shop></r>',
        "df.n.sum() == 6 and df[df.shop == 'A'].n.sum() == 3"),
    "three levels": (
        '<r><land name="A"><year y="2020"><month m="1">5</month><month m="2">6</month></year></land>'
        '<land name="B"><year y="2020"><month m="1">7</month><month m="2">8</month></year></land></r>',
        "df.month.sum() == 26 and df[df.land == 'A'].month.sum() == 11"),
    "German dates": (
        "<r><i><d>03.01.2024</d><n>1</n></i><i><d>31.01.2024</d><n>2</n></i></r>", "list(df.d.dt.day) == [3, 31]"),
}  # fmt: skip


@pytest.mark.parametrize("case", XML)
def test_xml_is_read_into_a_table(tmp_path: Path, case: str) -> None:
    document, holds = XML[case]
    path = tmp_path / "a.xml"
    path.write_text(document)
    text = card(path)
    tables = read_as_told(text)
    assert list(tables) == ["df"], text
    assert_kept(text, tables)
    assert_holds(holds, text, tables)


@pytest.mark.parametrize("kind", ["text", "date", "timestamp"])
def test_dates_in_parquet_are_dates(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"d": ["2024-01-31", "2024-02-01"], "n": [1, 2]})
    if kind != "text":
        frame["d"] = pd.to_datetime(frame["d"])
    if kind == "date":
        frame["d"] = frame["d"].dt.date
    path = tmp_path / "a.parquet"
    frame.to_parquet(path)
    text = card(path)
    tables = read_as_told(text)
    assert_kept(text, tables)


def pdf(path: Path, lines: list[str]) -> Path:
    from reportlab.pdfgen import canvas

    page = canvas.Canvas(str(path))
    size = 4 if max(map(len, lines)) > 80 else 12
    for start in range(0, len(lines), 40):
        page.setFont("Helvetica", size)
        for number, line in enumerate(lines[start : start + 40]):
            page.drawString(50, 800 - 18 * number, line)
        page.showPage()
    page.save()
    return path


def test_a_short_pdf_is_shown_whole(tmp_path: Path) -> None:
    text = card(pdf(tmp_path / "a.pdf", ["Minutes of May", "Sold 12 pots", "Sold 7 pots"]))
    assert "Its whole text: 'Minutes of May / Sold 12 pots / Sold 7 pots'" in text
    scope: dict[str, object] = {"pdfplumber": pdfplumber}
    exec(next(x for x in text.splitlines() if x.startswith("Read it"))[14:], scope)
    assert scope["text"] == "Minutes of May\nSold 12 pots\nSold 7 pots"


def test_of_a_long_pdf_the_beginning_is_shown(tmp_path: Path) -> None:
    text = card(pdf(tmp_path / "a.pdf", [f"Sold {n} pots" for n in range(100)]))
    assert "It begins: 'Sold 0 pots / Sold 1 pots /" in text
    assert "Its whole text" not in text
    assert len(text) <= 1500


def test_a_long_line_of_a_short_pdf_is_not_cut(tmp_path: Path) -> None:
    text = card(pdf(tmp_path / "a.pdf", ["A" * 118 + " and the end of it"]))
    assert "and the end of it'" in text
