"""Tables in PDF and Word files are read as told, with numbers for numbers."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from test_reading import assert_kept, card, read_as_told

ROWS = [
    ["Boat", "Built", "Length (m)", "Worth"],
    ["Kittiwake", "1998", "7.20", "12,500"],
    ["Petrel", "2004", "9.85", "31,000"],
    ["Shearwater", "2011", "6.40", "8,250"],
]


def pdf(path: Path, rows: list[list[str]]) -> Path:
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    table = Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, colors.black)])
    heading = Paragraph("The harbour's boats", getSampleStyleSheet()["Heading1"])
    SimpleDocTemplate(str(path)).build([heading, table])
    return path


def word(path: Path, rows: list[list[str]]) -> Path:
    document = docx.Document()
    document.add_paragraph("The harbour's boats")
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    document.save(str(path))
    return path


@pytest.mark.parametrize(("make", "name"), [(pdf, "a.pdf"), (word, "a.docx")])
def test_a_documents_table_becomes_a_frame_of_numbers(tmp_path: Path, make, name) -> None:
    text = card(make(tmp_path / name, ROWS))
    tables = read_as_told(text)
    assert_kept(text, tables)
    frame = tables["df"]
    assert list(frame.columns) == ROWS[0]
    assert frame["Worth"].tolist() == [12500, 31000, 8250]
    assert frame.loc[frame["Length (m)"].idxmax(), "Boat"] == "Petrel"


@pytest.mark.parametrize(("make", "name"), [(pdf, "a.pdf"), (word, "a.docx")])
def test_a_table_without_a_header_is_left_to_the_code(tmp_path: Path, make, name) -> None:
    text = card(make(tmp_path / name, [["", "x"], ["a", "1"], ["b", "2"]]))
    assert "pd.DataFrame" not in text
