"""Bicycle hire, customers, consulting, hotels, games, flights."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd

from kit import freeze_zip, seeded, write_json


def bikes(path: Path) -> None:
    """Rides of a bicycle hire, with minutes and whether the rider is a member."""
    rng = seeded("bikes")
    rows = 700
    start = pd.Timestamp("2025-04-01") + pd.to_timedelta(
        rng.integers(0, 61 * 24 * 60, rows), unit="min"
    )
    member = rng.random(rows) < 0.62
    minutes = np.where(member, rng.gamma(3.0, 4.0, rows), rng.gamma(3.0, 8.5, rows)).round(1) + 1
    stations = ["Arena", "Bridge", "Campus", "Docks", "Elm Park"]
    columns = {
        "started": start,
        "from": rng.choice(stations, rows),
        "to": rng.choice(stations, rows),
    }
    table = pd.DataFrame(columns | {"minutes": minutes, "member": np.where(member, "yes", "no")})
    table.sort_values("started").to_csv(path, index_label="ride")


def customers(path: Path) -> None:
    """A German customer list in Latin-1 with semicolons and decimal commas."""
    rng = seeded("kunden")
    rows = 150
    cities = ["München", "Köln", "Nürnberg", "Würzburg"]
    table = pd.DataFrame(
        {
            "Kunde": [f"K{number}" for number in range(3001, 3001 + rows)],
            "Ort": rng.choice(cities, rows, p=[0.35, 0.3, 0.2, 0.15]),
            "Umsatz": (rng.lognormal(6.3, 0.8, rows)).round(2),
            "Rabatt %": rng.choice([0, 2, 3, 5], rows),
        }
    )
    table.to_csv(path, sep=";", decimal=",", index=False, encoding="latin-1")


def projects(path: Path) -> None:
    """Projects and hours worked on two sheets."""
    rng = seeded("projects")
    listed = pd.DataFrame(
        {
            "code": ["AX", "BQ", "CT", "DM", "EF"],
            "client": ["Harbour Ltd", "Orion", "Harbour Ltd", "Medway", "Orion"],
            "rate": [92, 110, 85, 98, 120],
        }
    )
    worked = pd.DataFrame(
        {
            "week": rng.integers(1, 14, 220),
            "person": rng.choice(["Noor", "Pim", "Ruth", "Stan"], 220),
            "project": rng.choice(listed["code"], 220, p=[0.3, 0.22, 0.2, 0.16, 0.12]),
            "hours": rng.integers(2, 33, 220) / 4,
        }
    )
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        worked.to_excel(book, sheet_name="Hours", index=False)
        listed.to_excel(book, sheet_name="Projects", index=False)
    freeze_zip(path)


def hotels(path: Path) -> None:
    """Hotels with rooms and bookings, nested two deep."""
    rng = seeded("hotels")
    chain = []
    for name in ("Alder", "Birch", "Cedar"):
        rooms = []
        for number in range(101, 113):
            price = int(rng.integers(70, 190))
            nights = [int(night) for night in rng.integers(1, 8, rng.integers(0, 7))]
            rooms.append(
                {"room": number, "price": price, "bookings": [{"nights": n} for n in nights]}
            )
        chain.append({"hotel": name, "rooms": rooms})
    write_json(path, {"chain": "Forest Inns", "hotels": chain})


def events(path: Path) -> None:
    """A game's events, one JSON object on each line; only purchases have an amount."""
    rng = seeded("events")
    lines = []
    for number in range(900):
        kind = str(rng.choice(["login", "level_up", "purchase"], p=[0.55, 0.28, 0.17]))
        entry = {
            "at": 1735689600 + number * 2900,
            "player": f"u{rng.integers(1, 70):02d}",
            "event": kind,
        }
        if kind == "purchase":
            entry["amount"] = float(rng.choice([0.99, 2.99, 4.99, 9.99, 19.99]))
        lines.append(json.dumps(entry))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def flights(path: Path) -> None:
    """Airports and flights with delays; a cancelled flight has no delay."""
    rng = seeded("flights")
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE airports (code TEXT PRIMARY KEY, city TEXT)")
    cities = {"OSL": "Oslo", "VIE": "Vienna", "LIS": "Lisbon", "RIX": "Riga", "NAP": "Naples"}
    db.executemany("INSERT INTO airports VALUES (?, ?)", cities.items())
    db.execute(
        "CREATE TABLE flights (id INTEGER PRIMARY KEY, day TEXT, origin TEXT, delay_min INTEGER)"
    )
    late = {"OSL": 14.0, "VIE": 18.0, "LIS": 31.0, "RIX": 11.0, "NAP": 26.0}
    for number in range(1, 401):
        origin = str(rng.choice(list(cities)))
        day = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(rng.integers(0, 90)))
        delay = None if rng.random() < 0.06 else int(rng.gamma(2.0, late[origin] / 2)) - 4
        db.execute(
            "INSERT INTO flights VALUES (?, ?, ?, ?)", (number, str(day.date()), origin, delay)
        )
    db.commit()
    db.close()
