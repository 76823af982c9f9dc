"""Tables as people keep them: odd separators, other languages, workbooks, an archive of months."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from kit import FIXED_TIME, freeze_zip, seeded


def library(path: Path) -> None:
    """A Spanish library's loans of two years: Windows encoding, semicolons, day/month/year."""
    rng = seeded("biblioteca")
    rows = 760
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 731, rows)), "D")
    sections = ["Novela", "Infantil", "Cómics", "Historia", "Viajes"]
    early = rng.choice(sections, rows, p=[0.40, 0.22, 0.12, 0.16, 0.10])
    late = rng.choice(sections, rows, p=[0.22, 0.2, 0.36, 0.12, 0.10])
    table = pd.DataFrame(
        {
            "Fecha": days.strftime("%d/%m/%Y"),
            "Sucursal": rng.choice(["Centro", "Peñuelas", "Almería Sur"], rows, p=[0.5, 0.3, 0.2]),
            "Sección": np.where(days.year == 2023, early, late),
            "Lector": [f"L{number}" for number in rng.integers(100, 290, rows)],
            "Multa": np.where(rng.random(rows) < 0.12, rng.integers(1, 30, rows) * 0.25, 0),
        }
    )
    kept = table[(days.year == 2024) | (rng.random(rows) < 0.82)]
    kept.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252")


def pool(path: Path) -> None:
    """Days of an outdoor pool with bars between columns and American dates; some days are twice."""
    rng = seeded("poolside")
    days = pd.date_range("2024-05-11", "2024-09-15")
    sky = rng.choice(["sunny", "cloudy", "rain"], len(days), p=[0.5, 0.3, 0.2])
    base = pd.Series(sky).map({"sunny": 470, "cloudy": 290, "rain": 95}).to_numpy()
    weekend = np.where(days.dayofweek >= 5, 1.35, 1.0)
    table = pd.DataFrame(
        {
            "Date": days.strftime("%m/%d/%Y"),
            "Sky": sky,
            "Water F": rng.normal(72, 3, len(days)).round(0).astype(int),
            "Visitors": (base * weekend * rng.lognormal(0, 0.28, len(days))).astype(int),
        }
    )
    table.loc[table.index.repeat(1 + (rng.random(len(days)) < 0.11))].to_csv(
        path, sep="|", index=False
    )


def race(path: Path) -> None:
    """Results of a half marathon, separated by tabs; whoever gave up has no time."""
    rng = seeded("halfmarathon")
    rows = 420
    women = rng.random(rows) < 0.41
    seconds = np.where(women, rng.normal(7650, 860, rows), rng.normal(6980, 820, rows)).astype(int)
    times = [
        "" if gone else f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}"
        for s, gone in zip(seconds.tolist(), rng.random(rows) < 0.07, strict=True)
    ]
    table = pd.DataFrame(
        {
            "bib": rng.permutation(np.arange(1, rows + 1)),
            "sex": np.where(women, "female", "male"),
            "born": rng.integers(1950, 2006, rows),
            "club": rng.choice(["TV Aue", "Roadrunners", "SC Lauf", "none"], rows),
            "time": times,
        }
    )
    table.to_csv(path, sep="\t", index=False)


def cinema(path: Path) -> None:
    """A cinema's shows and its films on two sheets."""
    rng = seeded("filmhouse")
    films = pd.DataFrame(
        {
            "film": [f"F{number}" for number in range(11, 21)],
            "title": (
                "Salt Road,Nine Lanterns,The Ferryman,Old Snow,Paper Kings,Left Bank,Quiet Hour,"
                "Glass Hill,Iron Orchard,Second Tide"
            ).split(","),
            "genre": (
                "Drama Comedy Thriller Drama Comedy Documentary Drama Thriller Comedy Documentary"
            ).split(),
            "ticket": [9.5, 8.5, 9.5, 9.0, 8.5, 7.0, 9.5, 9.0, 8.5, 7.0],
        }
    )
    rows = 330
    seats = {"Red": 120, "Blue": 74, "Attic": 38}
    hall = rng.choice(list(seats), rows, p=[0.4, 0.35, 0.25])
    shows = pd.DataFrame(
        {
            "day": (
                pd.Timestamp("2025-09-01")
                + pd.to_timedelta(np.sort(rng.integers(0, 61, rows)), unit="D")
            ).date,
            "film": rng.choice(films["film"], rows),
            "hall": hall,
            "sold": [int(seats[name] * rng.beta(2.2, 2.4)) for name in hall],
        }
    )
    with pd.ExcelWriter(path, engine="openpyxl", date_format="YYYY-MM-DD") as book:
        shows.to_excel(book, sheet_name="Shows", index=False)
        films.to_excel(book, sheet_name="Films", index=False)
    freeze_zip(path)


def club_dues(path: Path) -> None:
    """A German club's fees: two lines of title above the header; unpaid ones have no date."""
    rng = seeded("vereinskasse")
    rows = 118
    fee = {"Turnen": 10.75, "Handball": 14.5, "Schach": 6.25, "Tanzen": 12.75}
    section = rng.choice(list(fee), rows, p=[0.34, 0.3, 0.16, 0.2])
    late = pd.Series(section).map({"Turnen": 0.24, "Handball": 0.34, "Schach": 0.3, "Tanzen": 0.2})
    paid = pd.Timestamp("2025-01-02") + pd.to_timedelta(rng.integers(0, 60, rows), unit="D")
    table = pd.DataFrame(
        {
            "Nr.": np.arange(1, rows + 1),
            "Sparte": section,
            "Eintritt": rng.integers(1979, 2025, rows),
            "Beitrag": [fee[name] for name in section],
            "Eingang": np.where(rng.random(rows) < late, None, paid.strftime("%d.%m.%Y")),
        }
    )
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        table.to_excel(writer, sheet_name="Beiträge", index=False, startrow=3)
        writer.sheets["Beiträge"]["A1"] = "SV Blau-Weiß Auental e. V."
        writer.sheets["Beiträge"]["A2"] = "Beiträge für das erste Quartal 2025 in EUR"
    freeze_zip(path)


def car_wash(path: Path) -> None:
    """A car wash's archive: one table for each month of a year."""
    rng = seeded("carwash")
    with zipfile.ZipFile(path, "w") as archive:
        for month in pd.period_range("2024-01", "2024-12", freq="M"):
            days = pd.date_range(month.start_time, month.end_time.normalize())
            salt = 1 + 0.35 * np.cos((month.month - 2.5) / 12 * 2 * np.pi)
            cars = rng.poisson(31 * salt, len(days))
            takings = (cars * rng.normal(11.4, 0.7, len(days))).round(2)
            text = io.StringIO()
            pd.DataFrame({"day": days, "cars": cars, "takings": takings}).to_csv(text, index=False)
            entry = zipfile.ZipInfo(f"carwash/{month}.csv", FIXED_TIME)
            archive.writestr(entry, text.getvalue(), compress_type=zipfile.ZIP_DEFLATED)


def orchard(path: Path) -> None:
    """Apple trees: girth, age and yield; some yields are missing, some far off."""
    rng = seeded("orchard")
    rows = 160
    girth = rng.normal(58, 9, rows).clip(34, 84).round(1)
    kilos = (6 + 1.05 * girth + rng.normal(0, 7.5, rows)).clip(20, 108)
    odd = rng.choice(rows, 9, replace=False)
    kilos[odd] = np.where(np.arange(9) < 6, 165 + 6 * np.arange(9), 1.5 + np.arange(9) / 4)
    kilos[rng.random(rows) < 0.06] = np.nan
    table = pd.DataFrame(
        {
            "tree": np.arange(1, rows + 1),
            "sort": rng.choice(["Boskoop", "Elstar", "Topaz"], rows),
            "planted": rng.integers(1991, 2016, rows),
            "girth_cm": girth,
            "yield_kg": kilos.round(1),
        }
    )
    table.to_csv(path, index=False)
