"""The data of these examples: committed files, and tables made here with fixed seeds."""

from __future__ import annotations

import csv
import json
import pathlib
import random
import tempfile
from collections.abc import Iterable

EXAMPLES = pathlib.Path(__file__).parents[2]
SALES = EXAMPLES / "sales.csv"
STATIONS = EXAMPLES / "stations.json"
LAKE = EXAMPLES / "lake.png"

_MADE = pathlib.Path(tempfile.mkdtemp(prefix="sandglass-examples-"))


def _table(name: str, header: str, rows: Iterable[tuple[object, ...]]) -> pathlib.Path:
    path = _MADE / name
    with path.open("w", newline="") as f:
        table = csv.writer(f, lineterminator="\n")
        table.writerow(header.split())
        table.writerows(rows)
    return path


def visits() -> pathlib.Path:
    """How long people stayed on two designs of a page, and what they bought."""
    chance = random.Random(7)
    rows = []
    for n in range(300):
        design = "AB"[n % 2]
        seconds = round(chance.gauss(62 if design == "A" else 71, 14), 1)
        pages = max(1, round(seconds / 12 + chance.gauss(0, 1)))
        rows.append((n + 1, design, seconds, pages, round(max(0, chance.gauss(pages * 3, 6)), 2)))
    return _table("visits.csv", "visit design seconds pages spent", rows)


def houses() -> pathlib.Path:
    """Prices that follow from size, rooms and age, with noise and gaps."""
    chance = random.Random(11)
    rows = []
    for _ in range(240):
        size, rooms, age = chance.randint(40, 220), chance.randint(1, 7), chance.randint(0, 90)
        price = 900 + 31 * size + 140 * rooms - 12 * age + chance.gauss(0, 260)
        area = chance.choice(["centre", "north", "river"])
        shown_size = "" if chance.random() < 0.04 else size
        rows.append((shown_size, rooms, age, area, round(price * 100)))
    return _table("houses.csv", "size_m2 rooms age area price", rows)


def branches() -> list[pathlib.Path]:
    """The takings of three branches, a file each."""
    chance = random.Random(3)
    return [
        _table(
            f"branch_{branch}.csv",
            "week takings",
            ((week, chance.randint(800, 2000)) for week in range(1, 9)),
        )
        for branch in ("east", "north", "west")
    ]


def readings(rows: int) -> pathlib.Path:
    """A long table: as many readings of a sensor, a few of them far out."""
    chance = random.Random(5)

    def reading() -> tuple[float, float]:
        far = 100 if chance.random() < 0.001 else 0
        return round(chance.gauss(20, 2) + far, 2), round(chance.uniform(30, 70), 1)

    return _table("readings.csv", "temperature humidity", (reading() for _ in range(rows)))


def rates() -> pathlib.Path:
    """What a service would have answered, kept as a file."""
    path = _MADE / "rates.json"
    path.write_text(json.dumps({"base": "EUR", "rates": {"CHF": 0.94, "GBP": 0.86, "USD": 1.08}}))
    return path
