"""Bicycle hire, customers, consulting, hotels, games, flights."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd

from kit import Answers, answers, one_of

SERVICES: Answers = {}


@answers(SERVICES, "bikes-members")
def bike_members(files: Path) -> dict[str, Any]:
    rides = pd.read_csv(files / "bikes.csv")
    median = rides.groupby("member")["minutes"].median()
    return {"members": median["yes"], "others": median["no"]}


@answers(SERVICES, "bikes-weekday-chart")
def bike_weekdays(files: Path) -> dict[str, Any]:
    started = pd.read_csv(files / "bikes.csv", parse_dates=["started"])["started"]
    count = started.dt.day_name().value_counts()
    return {"weekday": one_of(count.idxmax(), count.index), "rides": count.max()}


@answers(SERVICES, "customers-city")
def customers_by_city(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "kunden.csv", sep=";", decimal=",", encoding="latin-1")
    total = table.groupby("Ort")["Umsatz"].sum()
    return {"city": one_of(total.idxmax(), total.index), "total": total.max()}


@answers(SERVICES, "projects-client-file")
def client_bills(files: Path) -> dict[str, Any]:
    book = pd.read_excel(files / "projects.xlsx", sheet_name=None)
    worked = book["Hours"].merge(book["Projects"], left_on="project", right_on="code")
    bill = (worked["hours"] * worked["rate"]).groupby(worked["client"]).sum()
    return {"bills": sorted(bill), "client": one_of(bill.idxmax(), bill.index), "most": bill.max()}


@answers(SERVICES, "hotels-revenue")
def hotel_revenue(files: Path) -> dict[str, Any]:
    chain = json.loads((files / "hotels.json").read_text(encoding="utf-8"))["hotels"]
    total = {
        hotel["hotel"]: sum(r["price"] * b["nights"] for r in hotel["rooms"] for b in r["bookings"])
        for hotel in chain
    }
    best = max(total, key=lambda name: total[name])
    return {"hotel": one_of(best, total), "best": total[best], "all": sum(total.values())}


@answers(SERVICES, "events-spender")
def big_spender(files: Path) -> dict[str, Any]:
    table = pd.read_json(files / "events.jsonl", lines=True)
    spent = table.groupby("player")["amount"].sum()
    return {"player": one_of(spent.idxmax(), spent.index), "spent": spent.max(), "all": spent.sum()}


@answers(SERVICES, "flights-delay")
def flight_delay(files: Path) -> dict[str, Any]:
    db = sqlite3.connect(files / "flights.sqlite")
    rows = db.execute(
        "SELECT city, AVG(delay_min) FROM flights JOIN airports ON code = origin GROUP BY city"
    ).fetchall()
    (cancelled,) = db.execute("SELECT COUNT(*) FROM flights WHERE delay_min IS NULL").fetchone()
    db.close()
    city, delay = max(rows, key=lambda row: row[1])
    return {"city": one_of(city, [row[0] for row in rows]), "delay": delay, "cancelled": cancelled}
