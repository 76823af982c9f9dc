"""Structured data: JSON, JSON lines, XML, SQLite."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from kit import seeded, write_json


def clinic(path: Path) -> None:
    """Patients, each with several visits, nested."""
    rng = seeded("clinic")
    patients = []
    for number in range(1, 41):
        sex = str(rng.choice(["female", "male"]))
        weight, pressure = (
            float(rng.normal(78, 13)),
            float(rng.normal(128 if sex == "female" else 135, 10)),
        )
        visits = []
        for when in sorted(int(day) for day in rng.choice(360, rng.integers(2, 6), replace=False)):
            weight += float(rng.normal(-0.7, 1.6))
            reading = {
                "date": str((pd.Timestamp("2024-01-03") + pd.Timedelta(days=when)).date()),
                "systolic": round(pressure + float(rng.normal(0, 7))),
                "weight_kg": round(weight, 1),
            }
            visits.append(reading)
        born = 1940 + int(rng.integers(0, 60))
        patients.append({"id": f"P{number:02d}", "sex": sex, "born": born, "visits": visits})
    write_json(path, {"clinic": "Northgate", "year": 2024, "patients": patients})


def warehouses(path: Path) -> None:
    """Where each warehouse stands and what storing a pallet costs; joins shipments()."""
    sites = [
        {"code": "HAM", "site": {"city": "Hamburg", "country": "DE"}, "rates": {"pallet_eur": 7.4}},
        {"code": "LYS", "site": {"city": "Lyon", "country": "FR"}, "rates": {"pallet_eur": 6.1}},
        {"code": "GDN", "site": {"city": "Gdansk", "country": "PL"}, "rates": {"pallet_eur": 4.35}},
        {"code": "BIO", "site": {"city": "Bilbao", "country": "ES"}, "rates": {"pallet_eur": 5.2}},
    ]
    write_json(path, {"currency": "EUR", "warehouses": sites})


def shipments(path: Path) -> None:
    """What left the warehouses; some arrived later than promised."""
    rng = seeded("shipments")
    rows = 300
    sent = pd.Timestamp("2025-01-06") + pd.to_timedelta(
        np.sort(rng.integers(0, 120, rows)), unit="D"
    )
    promised = sent + pd.to_timedelta(rng.integers(2, 6, rows), unit="D")
    warehouse = rng.choice(["HAM", "LYS", "GDN", "BIO"], rows, p=[0.35, 0.25, 0.25, 0.15])
    risk = pd.Series(warehouse).map({"HAM": 0.2, "LYS": 0.3, "GDN": 0.15, "BIO": 0.45}).to_numpy()
    slip = np.where(rng.random(rows) < risk, rng.integers(1, 6, rows), -rng.integers(0, 2, rows))
    columns = {"sent": sent, "warehouse": warehouse, "pallets": rng.integers(1, 24, rows)}
    arrived = promised + pd.to_timedelta(slip, unit="D")
    table = pd.DataFrame(columns | {"promised": promised, "arrived": arrived})
    table.to_csv(path, index_label="shipment")


def access_log(path: Path) -> None:
    """A web server's log, one JSON object on each line."""
    rng = seeded("access")
    paths = ["/", "/search", "/cart", "/checkout", "/api/items", "/login"]
    slow = {"/": 35, "/search": 160, "/cart": 70, "/checkout": 240, "/api/items": 55, "/login": 90}
    bad = {
        "/": 0.004,
        "/search": 0.02,
        "/cart": 0.01,
        "/checkout": 0.13,
        "/api/items": 0.02,
        "/login": 0.01,
    }
    start = pd.Timestamp("2025-05-12T00:00:00Z")
    weight = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 9, 9, 8, 8, 9, 11, 14, 13, 9, 5, 2.0])
    lines = []
    for hour in sorted(int(h) for h in rng.choice(24, 1500, p=weight / weight.sum())):
        page = str(rng.choice(paths, p=[0.3, 0.22, 0.14, 0.08, 0.18, 0.08]))
        draw = rng.random()
        status = 500 if draw < bad[page] else 404 if draw > 0.96 else 200
        when = start + pd.Timedelta(hours=hour, seconds=int(rng.integers(0, 3600)))
        took = int(slow[page] * rng.lognormal(0, 0.5)) + 2
        ip = f"10.4.{rng.integers(0, 4)}.{rng.integers(1, 60)}"
        entry = {"time": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "ip": ip, "path": page}
        lines.append(entry | {"status": status, "ms": took, "bytes": int(rng.integers(300, 60000))})
    lines.sort(key=lambda entry: str(entry["time"]))
    path.write_text("".join(json.dumps(entry) + "\n" for entry in lines), encoding="utf-8")


def school(path: Path) -> None:
    """Classes, pupils and their points by subject, as XML with attributes."""
    rng = seeded("school")
    root = ElementTree.Element("school", name="Lindenhof")
    first = "Alma Bo Cora Dino Edda Falk Gesa Hugo Ilka Jost Kira Lasse Mona Nico Orla Piet".split()
    for label, level in [("7a", 71), ("7b", 64), ("8a", 68)]:
        group = ElementTree.SubElement(root, "class", name=label)
        for name in first[: int(rng.integers(12, 17))]:
            pupil = ElementTree.SubElement(group, "pupil", name=f"{name} {label}")
            for subject, shift in [("Maths", 0), ("English", 5), ("Science", -3)]:
                if rng.random() > 0.06:
                    points = int(np.clip(rng.normal(level + shift, 12), 5, 100))
                    ElementTree.SubElement(pupil, "mark", subject=subject).text = str(points)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def league(path: Path) -> None:
    """A season of a handball league: teams and matches."""
    rng = seeded("league")
    path.unlink(missing_ok=True)
    teams = ["Falcons", "Tigers", "Comets", "Vikings", "Sharks", "Rovers", "Wolves", "Giants"]
    strength = [27.5, 29.4, 26.1, 30.6, 25.2, 28.3, 27.0, 24.6]
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, founded INTEGER)")
    db.execute(
        "CREATE TABLE matches (id INTEGER PRIMARY KEY, played TEXT, home_id INTEGER,"
        " away_id INTEGER, home_goals INTEGER, away_goals INTEGER, spectators INTEGER)"
    )
    for number, name in enumerate(teams, start=1):
        row = (number, name, int(rng.integers(1908, 1999)))
        db.execute("INSERT INTO teams VALUES (?, ?, ?)", row)
    pairs = [(home, away) for home in range(8) for away in range(8) if home != away]
    for number, pair in enumerate(rng.permutation(len(pairs)), start=1):
        home, away = pairs[int(pair)]
        goals = [int(rng.normal(strength[home] + 1.3, 2.6)), int(rng.normal(strength[away], 2.6))]
        when = pd.Timestamp("2024-09-07") + pd.Timedelta(days=int((number - 1) // 4 * 7))
        crowd = int(rng.normal(3000 + 180 * strength[home] / 3, 420))
        row = (number, str(when.date()), home + 1, away + 1, *goals, crowd)
        db.execute("INSERT INTO matches VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    db.commit()
    db.close()
