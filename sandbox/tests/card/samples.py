# ruff: noqa: E501 (whole small files on a line)
"""One small valid file of each kind that has a card, made by the libraries themselves."""

from __future__ import annotations

import io
import json
import pickle
import sqlite3
import zipfile
from pathlib import Path

CSV = "id,when,amount\n" + "".join(f"{i},2024-01-{i:02},{i * 1.5}\n" for i in range(1, 29))
XML = (
    "<shop>" + "".join(f"<item id='{i}'><price>{i}.5</price></item>" for i in range(9)) + "</shop>"
)
HTML = "<html><title>T</title><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x</td></tr></table>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="5" height="5"/></svg>'


def write_samples(directory: Path) -> dict[str, str]:
    """Writes the files; returns what each one's card must say."""
    import docx
    import h5py
    import numpy as np
    import pandas as pd
    import pptx
    from PIL import Image
    from reportlab.pdfgen import canvas

    frame = pd.read_csv(io.StringIO(CSV))
    (directory / "a.csv").write_text(CSV)
    (directory / "a.tsv").write_text(CSV.replace(",", "\t"))
    (directory / "a.json").write_text(json.dumps({"rows": frame.to_dict("records")}))
    (directory / "a.jsonl").write_text(frame.to_json(orient="records", lines=True))
    (directory / "a.xml").write_text(XML)
    (directory / "a.html").write_text(HTML)
    (directory / "a.svg").write_text(SVG)
    (directory / "a.txt").write_text("A tale.\nIt was night, and rain fell.\n")
    (directory / "a.md").write_text("# Head\n\ntext\n")
    frame.to_excel(directory / "a.xlsx", index=False)
    frame.to_parquet(directory / "a.parquet")
    frame.to_hdf(directory / "frame.h5", key="k", format="table")
    with h5py.File(directory / "a.h5", "w") as file:
        file["group/data"] = np.arange(6.0)
    with sqlite3.connect(directory / "a.sqlite") as connection:
        frame.to_sql("sales", connection, index=False)
    connection.close()
    np.save(directory / "a.npy", np.arange(6).reshape(2, 3))
    np.savez(directory / "a.npz", first=np.arange(3))
    (directory / "a.pkl").write_bytes(pickle.dumps(frame))
    image = Image.new("RGB", (30, 20))
    for kind in ("png", "jpg", "gif", "webp", "bmp", "tiff"):
        image.save(directory / f"a.{kind}")
    page = canvas.Canvas(str(directory / "a.pdf"))
    page.drawString(50, 700, "Hello report")
    page.save()
    document = docx.Document()
    document.add_heading("Minutes")
    document.save(directory / "a.docx")
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Opening"
    deck.save(directory / "a.pptx")
    with zipfile.ZipFile(directory / "a.zip", "w") as archive:
        archive.writestr("in/b.csv", CSV)
    return {
        "a.csv": "CSV, separator ',', 28 rows, 3 columns",
        "a.tsv": "TSV, separator tab, 28 rows",
        "a.json": "df: 28 objects, with the columns",
        "a.jsonl": "JSON lines, 28 lines",
        "a.xml": "9 elements <item>",
        "a.html": "1 table",
        "a.svg": "SVG image, width '20', height '10'",
        "a.txt": "text, 2 lines",
        "a.md": "Markdown, 3 lines",
        "a.xlsx": "sheet_name='Sheet1'",
        "a.parquet": "Parquet, 28 rows, 3 columns",
        "frame.h5": "pd.read_hdf(",
        "a.h5": "'group/data': float64, shape (6,), 0.0 to 5.0",
        "a.sqlite": "Table 'sales': 28 rows",
        "a.npy": "shape (2, 3), values 0 to 5",
        "a.npz": "'first': int64, shape (3,)",
        "a.pkl": "a pandas DataFrame (not opened)",
        "a.png": "PNG image, 30 x 20 pixels",
        "a.jpg": "JPEG image, 30 x 20 pixels",
        "a.gif": "GIF image, 30 x 20 pixels",
        "a.webp": "WEBP image, 30 x 20 pixels",
        "a.bmp": "BMP image, 30 x 20 pixels",
        "a.tiff": "TIFF image, 30 x 20 pixels",
        "a.pdf": "Hello report",
        "a.docx": "Minutes",
        "a.pptx": "Opening",
        "a.zip": "'in/b.csv', 532 bytes, columns 'id', 'when', 'amount'",
    }
