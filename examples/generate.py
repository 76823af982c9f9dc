"""Makes the example files beside it: standard library only, the same bytes on every run.

Run `python3 examples/generate.py` after a change here and commit what it writes. All names and
figures are invented; see NOTICE.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import random
import sqlite3
import struct
import zlib
from pathlib import Path

from xlsx import write_xlsx

HERE = Path(__file__).resolve().parent

# product, unit price, mean units per order, how the year moves it (-1 = winter product, 1 = summer)
PRODUCTS = [
    ("Alpine Tent", 249.00, 3.4, 0.75),
    ("Trail Backpack", 119.00, 4.2, 0.35),
    ("Down Jacket", 189.00, 3.1, -0.80),
    ("Hiking Boots", 139.50, 3.6, 0.15),
    ("Camping Stove", 64.90, 4.8, 0.55),
    ("Head Torch", 34.50, 6.0, -0.35),
]
REGIONS = [("North", 0.9), ("South", 1.25), ("East", 0.8), ("West", 1.05)]


def season(day: dt.date) -> float:
    """-1 in the middle of January, 1 in the middle of July."""
    return -math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)


def sales(path: Path) -> None:
    """A year of an outdoor shop's orders: tents lead, summer is high, December has its presents."""
    rng = random.Random("sales-2025")
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["date", "product", "region", "units", "unit_price", "revenue"])
        day = dt.date(2025, 1, 1)
        while day.year == 2025:
            busy = 1.35 + 0.55 * season(day) + (0.6 if day.month == 12 else 0.0)
            for _ in range(int(busy + rng.random())):
                name, price, units, pull = rng.choice(PRODUCTS)
                region, size = rng.choice(REGIONS)
                expected = units * size * (1 + 0.8 * pull * season(day))
                count = max(1, round(rng.gauss(expected, 0.9)))
                sold_at = round(price * rng.choice([1, 1, 1, 1, 0.95, 0.9]), 2)
                revenue = f"{count * sold_at:.2f}"
                writer.writerow([day, name, region, count, f"{sold_at:.2f}", revenue])
            day += dt.timedelta(days=1)


def staff(path: Path) -> None:
    """A workbook of three sheets that want joining: people, departments, courses taken."""
    rng = random.Random("staff")
    departments = [
        ["D1", "Workshop", "Graz", 420000],
        ["D2", "Sales", "Vienna", 510000],
        ["D3", "Design", "Linz", 260000],
        ["D4", "Office", "Graz", 300000],
    ]
    names = (
        "Amir Haddad,Bettina Koch,Carlos Ruiz,Dana Novak,Emil Berg,Farah Aziz,"
        "Greta Lind,Hugo Marti,Ines Costa,Jonas Weber,Katya Orlova,Liam Byrne,"
        "Mei Tanaka,Nils Dahl,Olga Petrova,Paulo Reis,Quentin Roux,Rosa Bianchi,"
        "Selma Kaya,Tomas Horak,Uma Nair,Viktor Szabo,Wanda Maj,Yusuf Demir"
    ).split(",")
    people, courses = [], []
    for number, name in enumerate(names, start=1):
        department = rng.choices(departments, weights=[9, 7, 4, 5])[0]
        hired = dt.date(2012, 1, 1) + dt.timedelta(days=rng.randrange(365 * 13))
        base = {"D1": 39000, "D2": 44000, "D3": 47000, "D4": 37000}[department[0]]
        salary = round(base * rng.uniform(0.85, 1.35), -2)
        people.append([number, name, department[0], hired, int(salary)])
        for course in rng.sample(["First aid", "Excel", "Welding", "English"], rng.randrange(3)):
            courses.append([number, course, rng.randrange(4, 25)])
    write_xlsx(
        path,
        {
            "People": [["id", "name", "department", "hired", "salary"], *people],
            "Departments": [["id", "name", "city", "budget"], *departments],
            "Courses": [["person_id", "course", "hours"], *courses],
        },
    )


def stations(path: Path) -> None:
    """Nested JSON: three weather stations, each with its monthly observations."""
    rng = random.Random("stations")
    listed = []
    for name, height, mean in [("Harbour", 4, 11.5), ("Old Town", 96, 10.4), ("Ridge", 1240, 4.1)]:
        months = []
        for month in range(1, 13):
            warm = -math.cos(2 * math.pi * (month - 0.7) / 12)
            months.append(
                {
                    "month": f"2025-{month:02d}",
                    "temperature_c": round(mean + 9.2 * warm + rng.gauss(0, 0.6), 1),
                    "rain_mm": None if rng.random() < 0.06 else round(rng.gammavariate(6, 11), 1),
                }
            )
        listed.append({"name": name, "height_m": height, "observations": months})
    document = {"network": "Bay Weather", "stations": listed}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def library(path: Path) -> None:
    """A lending library as a SQLite database: books, members, loans; some loans are still open."""
    rng = random.Random("library")
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.executescript(
        """
        CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, genre TEXT, pages INTEGER);
        CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, joined TEXT);
        CREATE TABLE loans (id INTEGER PRIMARY KEY, book_id INTEGER REFERENCES books,
                            member_id INTEGER REFERENCES members, lent TEXT, returned TEXT);
        """
    )
    things = ["Lighthouse", "Orchard", "Clockmaker", "Glacier", "Ferry", "Archive", "Beekeeper"]
    hues = ["Silent", "Crimson", "Last", "Hidden", "Northern"]
    titles = [f"The {hue} {thing}" for hue in hues for thing in things]
    genres = ["Novel", "Crime", "History", "Travel"]
    for number, title in enumerate(titles, start=1):
        row = (number, title, rng.choice(genres), rng.randrange(120, 620))
        db.execute("INSERT INTO books VALUES (?, ?, ?, ?)", row)
    first = ["Ada", "Ben", "Cleo", "Dev", "Eva", "Finn", "Gia", "Hal", "Ivy", "Jon", "Kim", "Lou"]
    for number, name in enumerate(first, start=1):
        joined = dt.date(2023, 1, 1) + dt.timedelta(days=rng.randrange(700))
        db.execute("INSERT INTO members VALUES (?, ?, ?)", (number, name, joined.isoformat()))
    for number in range(1, 301):
        lent = dt.date(2025, 1, 2) + dt.timedelta(days=rng.randrange(350))
        back = lent + dt.timedelta(days=rng.randrange(3, 45))
        returned = None if back.year > 2025 or rng.random() < 0.04 else back.isoformat()
        book, member = rng.randrange(1, len(titles) + 1), rng.randrange(1, len(first) + 1)
        row = (number, book, member, lent.isoformat(), returned)
        db.execute("INSERT INTO loans VALUES (?, ?, ?, ?, ?)", row)
    db.commit()
    db.execute("VACUUM")
    db.close()


def pixel(x: int, y: int, width: int, height: int) -> tuple[int, int, int]:
    """One pixel of an evening at a lake: sky, sun, two ranges of hills, mirrored in the water."""
    shore = int(height * 0.68)
    mirrored = y > shore
    level = 2 * shore - y if mirrored else y
    near = shore * (0.86 - 0.10 * math.sin(x / 61) - 0.05 * math.sin(x / 23 + 1))
    far = shore * (0.66 - 0.13 * math.sin(x / 97 + 2) - 0.04 * math.sin(x / 31))
    if level > near:
        colour = (34.0, 44.0, 52.0)
    elif level > far:
        colour = (86.0, 74.0, 104.0)
    else:
        down = max(level, 0) / shore
        colour = (70 + 185 * down, 90 + 95 * down, 160 - 40 * down)
        if math.hypot(x - width * 0.62, level - shore * 0.42) < height * 0.075:
            colour = (255.0, 236.0, 170.0)
    shade = 0.66 if mirrored else 1.0
    red, green, blue = (min(255, int(part * shade)) for part in colour)
    return red, green, blue


def picture(path: Path, width: int = 480, height: int = 320) -> None:
    """A PNG of 8-bit RGB, written by hand so that no imaging library is needed."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in pixel(x, y, width, height))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def main() -> None:
    sales(HERE / "sales.csv")
    staff(HERE / "staff.xlsx")
    stations(HERE / "stations.json")
    library(HERE / "library.sqlite")
    picture(HERE / "lake.png")


if __name__ == "__main__":
    main()
