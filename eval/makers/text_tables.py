"""Tables as text: comma, semicolon and tab separated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kit import seeded


def orders(path: Path) -> None:
    """A web shop's orders of 2024; a blank discount means none."""
    rng = seeded("orders")
    rows = 640
    country = rng.choice(["Norway", "Portugal", "Ireland", "Poland"], rows, p=[0.2, 0.3, 0.2, 0.3])
    returned = {"Norway": 0.06, "Portugal": 0.11, "Ireland": 0.22, "Poland": 0.09}
    draw = rng.random(rows)
    status = np.where(draw < [returned[name] for name in country], "returned", "delivered")
    status = np.where(draw > 0.95, "cancelled", status)
    category = rng.choice(["Garden", "Kitchen", "Toys", "Books", "Lighting"], rows)
    price = {"Garden": 46.0, "Kitchen": 33.0, "Toys": 18.5, "Books": 12.9, "Lighting": 58.0}
    month_weights = np.array([5, 5, 7, 8, 9, 8, 7, 6, 8, 10, 17, 13], dtype=float)
    month = rng.choice(np.arange(1, 13), rows, p=month_weights / month_weights.sum())
    dates = [f"2024-{m:02d}-{d:02d}" for m, d in zip(month, rng.integers(1, 29, rows), strict=True)]
    table = pd.DataFrame(
        {
            "order_date": dates,
            "customer": [f"C{number:03d}" for number in rng.integers(1, 121, rows)],
            "country": country,
            "category": category,
            "quantity": rng.choice([1, 1, 1, 2, 2, 3, 4, 6], rows),
            "unit_price": [
                round(price[c] * f, 2)
                for c, f in zip(category, rng.uniform(0.6, 1.6, rows), strict=True)
            ],
            "discount": rng.choice([0.05, 0.1, 0.2, np.nan], rows, p=[0.15, 0.15, 0.1, 0.6]),
            "status": status,
        }
    )
    table = table.sort_values("order_date", kind="stable").reset_index(drop=True)
    table.insert(0, "order_id", table.index + 10001)
    table.to_csv(path, index=False)


def expenses(path: Path) -> None:
    """A German company's expenses: semicolons, decimal commas, day.month.year."""
    rng = seeded("ausgaben")
    rows = 260
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 366, rows), unit="D")
    kind = rng.choice(["Reisekosten", "Büromaterial", "Bewirtung", "Software", "Miete"], rows)
    mean = {"Reisekosten": 410, "Büromaterial": 75, "Bewirtung": 120, "Software": 260, "Miete": 950}
    amount = [round(mean[name] * rng.lognormal(0, 0.4), 2) for name in kind]
    table = pd.DataFrame(
        {
            "Datum": days,
            "Abteilung": rng.choice(
                ["Vertrieb", "Einkauf", "Entwicklung"], rows, p=[0.5, 0.2, 0.3]
            ),
            "Kategorie": kind,
            "Betrag": amount,
            "Bezahlt": rng.choice(["ja", "nein"], rows, p=[0.87, 0.13]),
        }
    ).sort_values("Datum", kind="stable")
    table["Datum"] = table["Datum"].dt.strftime("%d.%m.%Y")
    table.to_csv(path, index=False, sep=";", decimal=",")


def sensors(path: Path) -> None:
    """A week of hourly readings of four devices; -999 marks a failed one, some are missing."""
    rng = seeded("sensors")
    hours = pd.date_range("2025-03-03", periods=7 * 24, freq="h")
    parts = []
    for device, base in [("cellar", 13.2), ("attic", 21.7), ("office", 20.4), ("lab", 18.1)]:
        swing = {"cellar": 0.6, "attic": 5.5, "office": 2.2, "lab": 1.2}[device]
        wave = np.sin((hours.hour.to_numpy() - 9) / 24 * 2 * np.pi)
        warm = base + swing * wave + rng.normal(0, 0.5, len(hours))
        damp = 66 - 1.4 * warm + rng.normal(0, 3.2, len(hours))
        failed = rng.random(len(hours)) < 0.03
        temperature = np.where(failed, -999.0, warm.round(1))
        humidity = np.where(rng.random(len(hours)) < 0.04, np.nan, damp.round(1))
        columns = {"timestamp": hours, "device": device, "temperature_c": temperature}
        parts.append(pd.DataFrame(columns | {"humidity_pct": humidity}))
    pd.concat(parts).sort_values(["timestamp", "device"]).to_csv(path, index=False, sep="\t")


def shares(path: Path) -> None:
    """Daily closing prices of three invented companies through 2024."""
    rng = seeded("shares")
    days = pd.bdate_range("2024-01-02", "2024-12-30")
    parts = []
    for ticker, start, drift, wild in [
        ("AQUA", 48, 8e-4, 0.013),
        ("BOLT", 131, -3e-4, 0.021),
        ("CRUX", 22, 1.6e-3, 0.017),
    ]:
        close = start * np.exp(np.cumsum(rng.normal(drift, wild, len(days))))
        parts.append(pd.DataFrame({"date": days, "ticker": ticker, "close": close.round(2)}))
    pd.concat(parts).sort_values(["date", "ticker"]).to_csv(path, index=False)


def houses(path: Path) -> None:
    """Sold houses with a price that follows area, age and rooms; a few ages are unknown."""
    rng = seeded("houses")
    rows = 180
    area = rng.normal(128, 34, rows).clip(48, 260).round(0)
    rooms = (area / 28 + rng.normal(0, 0.7, rows)).round().clip(2, 9).astype(int)
    age = rng.integers(0, 90, rows).astype(float)
    price = 61000 + 2380 * area - 1150 * age + 4200 * rooms + rng.normal(0, 23000, rows)
    age[rng.random(rows) < 0.07] = np.nan
    town = rng.choice(["Ashford", "Brinley", "Colwick"], rows)
    price = price + np.where(town == "Brinley", 38000, 0)
    columns = {"town": town, "area_m2": area, "rooms": rooms, "age_years": age}
    pd.DataFrame(columns | {"price": price.round(-2).astype(int)}).to_csv(path, index=False)


def climate(path: Path) -> None:
    """A year of daily weather of one town with gaps in the rain gauge."""
    rng = seeded("climate")
    days = pd.date_range("2023-01-01", "2023-12-31")
    season = -np.cos((days.dayofyear.to_numpy() - 18) / 365 * 2 * np.pi)
    low = 4.2 + 7.5 * season + rng.normal(0, 2.1, 365)
    wet = rng.random(365) < 0.42 - 0.12 * season
    rain = np.where(wet, rng.gamma(0.9, 6.0, 365), 0.0).round(1)
    rain[rng.random(365) < 0.05] = np.nan
    columns = {
        "date": days,
        "t_min": low.round(1),
        "t_max": (low + rng.gamma(6, 1.5, 365)).round(1),
    }
    pd.DataFrame(columns | {"rain_mm": rain}).to_csv(path, index=False)


def students(path: Path) -> None:
    """Students with their course of study; exams() holds their marks."""
    rng = seeded("students")
    courses = rng.choice(["Biology", "Economics", "Physics", "History"], 90)
    columns = {"student_id": np.arange(501, 591), "course": courses}
    pd.DataFrame(columns | {"year": rng.integers(1, 4, 90)}).to_csv(path, index=False)


def exams(path: Path) -> None:
    """Exam points of most students, 0 to 100; 50 passes. Some sat no exam at all."""
    rng = seeded("exams")
    rows = []
    for student in range(501, 591):
        ability = rng.normal(61, 13)
        for subject in rng.choice(
            ["Statistics", "Writing", "Methods"], rng.integers(0, 4), replace=False
        ):
            points = int(np.clip(rng.normal(ability, 9), 0, 100))
            rows.append({"student_id": student, "subject": subject, "points": points})
    pd.DataFrame(rows).to_csv(path, index=False)
