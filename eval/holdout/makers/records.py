"""Structured data: JSON, JSON lines, XML, SQLite, Parquet, HDF5."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import h5py
import numpy as np
import pandas as pd

from kit import seeded, write_json


def cookbook(path: Path) -> None:
    """Dishes with their ingredients, nested; energy is given for 100 g of each ingredient."""
    rng = seeded("cookbook")
    energy = {
        "flour": 348, "butter": 741, "potato": 76, "leek": 29, "cream": 292, "lentils": 309,
        "carrot": 39, "bacon": 337, "rice": 351, "egg": 137, "cheese": 365, "olive oil": 880,
        "tomato": 19, "chickpeas": 137,
    }  # fmt: skip
    titles = (
        "Leek tart,Lentil stew,Potato bake,Risotto,Cheese dumplings,Tomato soup,Hummus,Omelette,"
        "Pea pancakes,Carrot salad"
    ).split(",")
    dishes = []
    for title in titles:
        used = rng.choice(list(energy), int(rng.integers(3, 7)), replace=False)
        parts = [
            {
                "item": str(item),
                "grams": int(rng.integers(3, 26)) * 10,
                "kcal_per_100g": energy[str(item)],
            }
            for item in used
        ]
        dishes.append({"title": title, "serves": int(rng.integers(3, 7)), "ingredients": parts})
    write_json(path, {"book": "Sunday lunches", "dishes": dishes})


def helpdesk(path: Path) -> None:
    """Half a year of tickets, whole weeks; one that is still open has no closing time."""
    rng = seeded("helpdesk")
    weight = np.ones(26)
    weight[16] = 2.1
    week = np.sort(rng.choice(26, 310, p=weight / weight.sum()))
    lines = []
    for number, index in enumerate(week.tolist(), start=7001):
        opened = pd.Timestamp("2025-01-06") + pd.Timedelta(
            days=7 * index + int(rng.integers(0, 7)), minutes=int(rng.integers(420, 1200))
        )
        urgency = str(rng.choice(["low", "normal", "urgent"], p=[0.35, 0.5, 0.15]))
        entry = {"ticket": number, "opened": opened.isoformat(), "urgency": urgency}
        if rng.random() > 0.09:
            minutes = rng.gamma(1.8, {"low": 1900, "normal": 800, "urgent": 190}[urgency])
            entry["closed"] = (opened + pd.Timedelta(minutes=int(minutes) + 5)).isoformat()
        lines.append(entry | {"channel": str(rng.choice(["mail", "phone", "chat"]))})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def birds(path: Path) -> None:
    """A winter's bird count: gardens with sightings; a bird only heard has no number."""
    rng = seeded("birdcount")
    root = ElementTree.Element("birdcount", winter="2024/25")
    common = {"sparrow": 7.5, "great tit": 4.6, "blackbird": 2.9, "robin": 1.3, "goldfinch": 3.8}
    common |= {"starling": 6.1, "woodpecker": 0.4}
    for number in range(1, 49):
        garden = ElementTree.SubElement(root, "garden", id=f"G{number:02d}")
        ElementTree.SubElement(garden, "minutes").text = str(rng.choice([30, 45, 60]))
        for name, mean in common.items():
            if rng.random() < 0.55:
                seen = ElementTree.SubElement(garden, "sighting", species=name)
                if rng.random() < 0.13:
                    seen.set("heard", "yes")
                else:
                    seen.set("number", str(1 + int(rng.poisson(mean))))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def garage(path: Path) -> None:
    """A car workshop: cars, mechanics with their rates, a year of repairs."""
    rng = seeded("garage")
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE cars (car_id INTEGER PRIMARY KEY, make TEXT, built INTEGER)")
    db.execute("CREATE TABLE mechanics (mechanic_id INTEGER PRIMARY KEY, name TEXT, rate REAL)")
    db.execute(
        "CREATE TABLE repairs (repair_id INTEGER PRIMARY KEY, day TEXT, car_id INTEGER,"
        " mechanic_id INTEGER, hours REAL, parts REAL)"
    )
    makes = {"Volvo": 1.25, "Skoda": 0.9, "Fiat": 1.0, "Toyota": 0.7, "Peugeot": 1.1}
    cars = rng.choice(list(makes), 90).tolist()
    for number, make in enumerate(cars, start=1):
        db.execute("INSERT INTO cars VALUES (?, ?, ?)", (number, make, 2000 + number % 23))
    staff = [(1, "Agnes", 78.0), (2, "Bilal", 64.5), (3, "Carmen", 71.0), (4, "Dirk", 59.0)]
    db.executemany("INSERT INTO mechanics VALUES (?, ?, ?)", staff)
    weight = np.array([1.2, 0.9, 1.0, 1.3, 1.1, 1.0, 0.7, 0.6, 0.9, 1.6, 1.4, 1.0])
    months = np.sort(rng.choice(12, 380, p=weight / weight.sum())).tolist()
    for number, month in enumerate(months, start=1):
        car = int(rng.integers(1, 91))
        row = (
            number,
            f"2024-{month + 1:02d}-{rng.integers(1, 29):02d}",
            car,
            int(rng.integers(1, 5)),
            int(rng.integers(2, 26)) / 4,
            round(float(rng.gamma(1.6, 130) * makes[cars[car - 1]]), 2),
        )
        db.execute("INSERT INTO repairs VALUES (?, ?, ?, ?, ?, ?)", row)
    db.commit()
    db.close()


def air(path: Path) -> None:
    """A year of daily air measurements at three stations; the gauges of two had gaps."""
    rng = seeded("airquality")
    days = pd.date_range("2024-01-01", "2024-12-31")
    winter = np.cos((days.dayofyear.to_numpy() - 20) / 366 * 2 * np.pi)
    drift = np.convolve(rng.normal(0, 1, len(days) + 8), np.ones(9) / 3, mode="valid")
    parts = []
    for station, base, gaps in [("Harbour", 17, 0.0), ("Hillside", 9, 0.15), ("Railway", 14, 0.17)]:
        fine = base * np.exp(0.28 * winter + 0.25 * drift + rng.normal(0, 0.22, len(days)))
        fine = np.where(rng.random(len(days)) < gaps, np.nan, fine.round(1))
        nitrogen = (fine * 1.3 + rng.normal(8, 3, len(days))).clip(1).round(1)
        columns = {"day": days, "station": station, "pm25": fine, "no2": nitrogen}
        parts.append(pd.DataFrame(columns))
    pd.concat(parts, ignore_index=True).to_parquet(path, index=False)


def traffic(path: Path) -> None:
    """Cars counted each hour of four weeks in two directions: a row for a day, a column an hour."""
    rng = seeded("ringroad")
    hour = np.arange(24)
    with h5py.File(path, "w") as out:
        out.attrs["first_day"] = "2025-03-03"
        for name, scale, rush in [("northbound", 1.0, 7.6), ("southbound", 1.17, 16.4)]:
            shape = 60 + 420 * np.exp(-((hour - 13) ** 2) / 40)
            shape = shape + 520 * np.exp(-((hour - rush) ** 2) / 2.4)
            week = np.where(np.arange(28) % 7 >= 5, 0.62, 1.0)
            mean = scale * week[:, None] * shape[None, :]
            group = out.create_group(name)
            group.create_dataset("cars_per_hour", data=rng.poisson(mean).astype(np.int32))
