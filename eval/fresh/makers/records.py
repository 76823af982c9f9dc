"""Records and documents: JSON, SQLite, a log, prose, pictures, tables in PDF and Word."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from kit import FIXED_TIME, seeded


def movies(path: Path) -> None:
    """A list of films; some have no rating yet."""
    rng = seeded("movies")
    head = "Silent Golden Last Broken Hidden Crimson Distant Paper Winter Electric Lonely".split()
    tail = "River Garden Horizon Letter Machine Orchestra Harbor Promise".split()
    level = {"Drama": 7.1, "Comedy": 6.4, "Thriller": 6.9, "Documentary": 7.8, "Horror": 5.7}
    films = []
    for number in range(88):
        genre = str(rng.choice(list(level), p=[0.3, 0.25, 0.2, 0.1, 0.15]))
        rating = round(float(np.clip(rng.normal(level[genre], 0.8), 2, 9.6)), 1)
        films.append(
            {
                "title": f"{head[number // 8]} {tail[number % 8]}",
                "year": int(rng.integers(1995, 2025)),
                "genre": genre,
                "runtime": int(rng.normal(108, 17)),
                "rating": rating if rng.random() < 0.92 else None,
                "votes": int(rng.lognormal(9, 1)),
            }
        )
    path.write_text(json.dumps(films, indent=2) + "\n")


def shop(path: Path) -> None:
    """Customers and their orders; some customers have not ordered."""
    rng = seeded("shop")
    names = (
        "Anders Bell Chandra Dupont Eriksen Ferrari Grant Haas Ito Jonas Keller Lindgren Marsh "
        "Nielsen Olsen Parker Quinn Rossi Santos Turner Ueda Vogel Wagner Yilmaz"
    ).split()
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT)")
        db.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES "
            "customers(id), ordered_at TEXT, total REAL)"
        )
        for key, name in enumerate(names, start=1):
            country = str(rng.choice(["Denmark", "Italy", "Japan"]))
            db.execute("INSERT INTO customers VALUES (?, ?, ?)", (key, name, country))
        weight = rng.gamma(1.2, 1, len(names)) * (rng.random(len(names)) > 0.22)
        for key in range(1, 431):
            customer = int(rng.choice(len(names), p=weight / weight.sum())) + 1
            minute = int(rng.integers(0, 365 * 1440))
            when = pd.Timestamp("2025-01-01") + pd.Timedelta(minutes=minute)
            total = round(float(rng.lognormal(4, 0.7)), 2)
            row = (key, customer, f"{when:%Y-%m-%d %H:%M:%S}", total)
            db.execute("INSERT INTO orders VALUES (?, ?, ?, ?)", row)
    db.close()


def server_log(path: Path) -> None:
    """A week of a service's log."""
    rng = seeded("server.log")
    errors = [
        "Database connection refused",
        "Timeout while calling payments",
        "Disk quota exceeded",
    ]
    lines = []
    for day, share in enumerate((0.06, 0.05, 0.09, 0.19, 0.07, 0.04, 0.06)):
        for minute in sorted(rng.integers(0, 1440, 130)):
            at = pd.Timestamp("2025-09-08") + pd.Timedelta(days=day, minutes=int(minute))
            at += pd.Timedelta(milliseconds=int(rng.integers(0, 60_000)))
            draw = rng.random()
            if draw < share:
                level, text = "ERROR", str(rng.choice(errors, p=[0.3, 0.5, 0.2]))
            elif draw < share + 0.12:
                level, text = "WARN ", f"Slow response: {rng.integers(900, 4000)} ms"
            else:
                level, text = "INFO ", f"Request done in {rng.integers(4, 300)} ms"
            worker = f"[worker-{rng.integers(1, 5)}]"
            stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}"
            lines.append(f"{stamp} {level} {worker} {text}")
    path.write_text("\n".join(lines) + "\n")


def story(path: Path) -> None:
    """Prose about a river; words are parted by spaces and line ends, stops stick to them."""
    rng = seeded("story")
    who = ["The old ferryman", "A girl with a lantern", "The miller", "My grandmother", "Nobody"]
    does = ["crossed the river", "looked at the water", "listened to the river", "waited for rain"]
    ends = ["and the river said nothing", "until the bells rang", "while the fog grew thicker"]
    lines = []
    for _ in range(70):
        lines.append(f"{rng.choice(who)} {rng.choice(does)} {rng.choice(ends)}.")
        if rng.random() < 0.2:
            lines.append("")
    path.write_text("\n".join(lines) + "\n")


def logo(path: Path) -> None:
    """A logo in colours, 360 by 240."""
    image = Image.new("RGB", (360, 240), (250, 244, 230))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 30, 220, 210), fill=(214, 64, 48))
    draw.rectangle((180, 90, 330, 150), fill=(28, 96, 168))
    draw.polygon(((120, 60), (190, 190), (60, 190)), fill=(246, 190, 40))
    image.save(path)


def garden(path: Path) -> None:
    """A photo of green and sky, 420 by 280."""
    rng = seeded("garden")
    rows = np.linspace(0, 1, 280)[:, None, None]
    sky, grass = np.array([120, 175, 230]), np.array([70, 140, 60])
    colour = np.where(rows < 0.45, sky * (1 - 0.2 * rows), grass * (0.7 + 0.4 * rows))
    noise = rng.normal(0, 9, (280, 420, 1))
    pixels = np.clip(np.broadcast_to(colour, (280, 420, 3)) + noise, 0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(path, quality=80)


PLANTS = [
    ("Lavender", 12, 6.90),
    ("Rosemary", 30, 4.75),
    ("Japanese Maple", 4, 89.00),
    ("Hydrangea", 9, 24.50),
    ("Olive Tree", 3, 64.95),
    ("Fern", 22, 9.40),
    ("Bamboo", 15, 18.25),
    ("Magnolia", 2, 74.00),
]


def price_list(path: Path) -> None:
    """A nursery's price list as a table in a PDF."""
    rows = [("Plant", "In stock", "Price (EUR)")]
    rows += [(name, str(count), f"{price:.2f}") for name, count, price in PLANTS]
    table = Table(rows, colWidths=[180, 80, 90])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]))
    title = Paragraph("Greenleaf Nursery: price list, spring 2025", getSampleStyleSheet()["Title"])
    SimpleDocTemplate(str(path), invariant=1).build([title, table])


BUDGET = [
    ("Department", "Budget 2024", "Budget 2025"),
    ("Parks", "412,000", "438,500"),
    ("Schools", "1,960,000", "2,105,000"),
    ("Roads", "875,000", "790,400"),
    ("Culture", "233,500", "251,000"),
    ("Fire Service", "641,200", "688,900"),
]


def budget(path: Path) -> None:
    """A council's budget as a table in a Word document."""

    def paragraph(text: str) -> str:
        return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"

    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in BUDGET
    )
    grid = "<w:tblGrid>" + '<w:gridCol w:w="3000"/>' * 3 + "</w:tblGrid>"
    space = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{space}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}/wordprocessingml/2006/main"><w:body>'
        + paragraph("Budget of the town of Millbrook")
        + paragraph("The council adopted the following figures, all in EUR.")
        + f"<w:tbl><w:tblPr/>{grid}{rows}</w:tbl>"
        + paragraph("The figures for 2025 are provisional.")
        + "</w:body></w:document>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in parts.items():
            text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            archive.writestr(entry, text, compress_type=zipfile.ZIP_DEFLATED)
