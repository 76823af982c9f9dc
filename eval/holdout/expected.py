"""Computes the held-out set's expected.json from its files."""

from __future__ import annotations

import json
import math
import sqlite3
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sympy
from PIL import Image
from pypdf import PdfReader

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from kit import Answers, answers, expected, figures, one_of, write_json  # noqa: E402

ALL: Answers = {}


@answers(ALL, "bikes-members")
def bike_members(files: Path) -> dict[str, Any]:
    rides = pd.read_csv(files / "bikes.csv")
    median = rides.groupby("member")["minutes"].median()
    return {"members": median["yes"], "others": median["no"]}


@answers(ALL, "bikes-weekday-chart")
def bike_weekdays(files: Path) -> dict[str, Any]:
    started = pd.read_csv(files / "bikes.csv", parse_dates=["started"])["started"]
    count = started.dt.day_name().value_counts()
    return {"weekday": one_of(count.idxmax(), count.index), "rides": count.max()}


@answers(ALL, "customers-city")
def customers_by_city(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "kunden.csv", sep=";", decimal=",", encoding="latin-1")
    total = table.groupby("Ort")["Umsatz"].sum()
    return {"city": one_of(total.idxmax(), total.index), "total": total.max()}


@answers(ALL, "projects-client-file")
def client_bills(files: Path) -> dict[str, Any]:
    book = pd.read_excel(files / "projects.xlsx", sheet_name=None)
    worked = book["Hours"].merge(book["Projects"], left_on="project", right_on="code")
    bill = (worked["hours"] * worked["rate"]).groupby(worked["client"]).sum()
    return {"bills": sorted(bill), "client": one_of(bill.idxmax(), bill.index), "most": bill.max()}


@answers(ALL, "hotels-revenue")
def hotel_revenue(files: Path) -> dict[str, Any]:
    chain = json.loads((files / "hotels.json").read_text(encoding="utf-8"))["hotels"]
    total = {
        hotel["hotel"]: sum(r["price"] * b["nights"] for r in hotel["rooms"] for b in r["bookings"])
        for hotel in chain
    }
    best = max(total, key=lambda name: total[name])
    return {"hotel": one_of(best, total), "best": total[best], "all": sum(total.values())}


@answers(ALL, "events-spender")
def big_spender(files: Path) -> dict[str, Any]:
    table = pd.read_json(files / "events.jsonl", lines=True)
    spent = table.groupby("player")["amount"].sum()
    return {"player": one_of(spent.idxmax(), spent.index), "spent": spent.max(), "all": spent.sum()}


@answers(ALL, "flights-delay")
def flight_delay(files: Path) -> dict[str, Any]:
    db = sqlite3.connect(files / "flights.sqlite")
    rows = db.execute(
        "SELECT city, AVG(delay_min) FROM flights JOIN airports ON code = origin GROUP BY city"
    ).fetchall()
    (cancelled,) = db.execute("SELECT COUNT(*) FROM flights WHERE delay_min IS NULL").fetchone()
    db.close()
    city, delay = max(rows, key=lambda row: row[1])
    return {"city": one_of(city, [row[0] for row in rows]), "delay": delay, "cancelled": cancelled}


@answers(ALL, "wells-fall")
def falling_well(files: Path) -> dict[str, Any]:
    levels = pd.read_parquet(files / "wells.parquet").sort_values("day").groupby("well")["level_m"]
    fall = levels.first() - levels.last()
    return {"well": one_of(fall.idxmax(), fall.index), "fall": fall.max()}


@answers(ALL, "signal-frequency")
def main_frequency(files: Path) -> dict[str, Any]:
    wave = np.load(files / "signal.npy")
    strength = np.abs(np.fft.rfft(wave))
    strongest = np.fft.rfftfreq(len(wave), 1 / 250)[1 + strength[1:].argmax()]
    return {"hertz": strongest, "rms": math.sqrt((wave**2).mean())}


@answers(ALL, "tiles-blue")
def blue_share(files: Path) -> dict[str, Any]:
    pixels = np.asarray(Image.open(files / "tiles.png").convert("RGB"))
    return {"percent": (pixels == (40, 90, 200)).all(axis=-1).mean() * 100}


@answers(ALL, "tiles-rotate-file")
def rotated(files: Path) -> dict[str, Any]:
    width, height = Image.open(files / "tiles.png").size
    return {"picture": [height, width], "width": height, "height": width}


def minutes_text(files: Path) -> str:
    pages = PdfReader(files / "minutes.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@answers(ALL, "minutes-library")
def library_budget(files: Path) -> dict[str, Any]:
    text = minutes_text(files)
    parts = figures(text, r"building EUR ([\d,]+), furniture EUR ([\d,]+), books EUR ([\d,]+)")
    cost, over = figures(text, r"Mill Lane cost EUR ([\d,]+), which is EUR ([\d,]+) more")
    return {"library": sum(parts), "planned": cost - over}


@answers(ALL, "math-annuity")
def annuity(_: Path) -> dict[str, Any]:
    monthly, months = 0.05 / 12, 18 * 12
    return {"final": 220 * ((1 + monthly) ** months - 1) / monthly}


@answers(ALL, "math-extrema")
def extrema(_: Path) -> dict[str, Any]:
    x = sympy.Symbol("x")
    f = x**3 - 5 * x**2 + 3 * x + 4
    values = sorted(float(f.subs(x, root)) for root in sympy.solve(sympy.diff(f, x), x))
    return {"low": values[0], "high": values[1]}


@answers(ALL, "math-regression")
def small_regression(_: Path) -> dict[str, Any]:
    x, y = [2, 4, 5, 7, 9, 12], [11.2, 17.9, 19.1, 27.4, 31.8, 43.5]
    slope, start = np.polyfit(x, y, 1)
    return {"slope": slope, "intercept": start, "at15": slope * 15 + start}


if __name__ == "__main__":
    write_json(HERE / "expected.json", expected(ALL, HERE / "files"))
