"""What people ask first of a table: totals, counts, the most, a chart; and small sums."""

from __future__ import annotations

import json
import math
import sqlite3
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from kit import Answers, answers, one_of

EVERYDAY: Answers = {}


def sales(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "sales.csv")


def sheet(files: Path, name: str) -> pd.DataFrame:
    return pd.read_excel(files / "staff.xlsx", sheet_name=name)


def loans(files: Path) -> pd.DataFrame:
    query = (
        "SELECT genre, name FROM loans JOIN books ON books.id = book_id "
        "JOIN members ON members.id = member_id"
    )
    with sqlite3.connect(files / "library.sqlite") as connection:
        return pd.read_sql(query, connection)


def observations(files: Path) -> pd.DataFrame:
    stations = json.loads((files / "stations.json").read_text())["stations"]
    rows = [{"station": each["name"], **one} for each in stations for one in each["observations"]]
    return pd.DataFrame(rows)


def rides(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "bikes.csv")


def houses(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "houses.csv")


def climate(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "climate.csv")


def exams(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "exams.csv")


@answers(EVERYDAY, "sales-region")
def region(files: Path) -> dict[str, Any]:
    total = sales(files).groupby("region")["revenue"].sum()
    return {"region": one_of(total.idxmax(), total.index), "revenue": total.max()}


@answers(EVERYDAY, "sales-average")
def average_sale(files: Path) -> dict[str, Any]:
    revenue = sales(files)["revenue"]
    return {"mean": revenue.mean(), "largest": revenue.max()}


@answers(EVERYDAY, "sales-units")
def units(files: Path) -> dict[str, Any]:
    return {"units": list(sales(files).groupby("product")["units"].sum())}


@answers(EVERYDAY, "sales-north")
def north(files: Path) -> dict[str, Any]:
    table = sales(files)
    return {"revenue": table.loc[table["region"] == "North", "revenue"].sum()}


@answers(EVERYDAY, "sales-pivot")
def pivot(files: Path) -> dict[str, Any]:
    return {"revenue": sales(files).groupby(["product", "region"])["revenue"].sum().max()}


@answers(EVERYDAY, "staff-average")
def salaries(files: Path) -> dict[str, Any]:
    return {"salaries": list(sheet(files, "People").groupby("department")["salary"].mean())}


@answers(EVERYDAY, "staff-longest")
def longest(files: Path) -> dict[str, Any]:
    people = sheet(files, "People")
    first = people.loc[people["hired"].idxmin()]
    day = str(first["hired"].date())
    return {"who": one_of(first["name"], people["name"]), "day": {"is": day, "not": []}}


@answers(EVERYDAY, "staff-courses")
def courses(files: Path) -> dict[str, Any]:
    return {"hours": list(sheet(files, "Courses").groupby("course")["hours"].sum())}


@answers(EVERYDAY, "library-genre")
def genre(files: Path) -> dict[str, Any]:
    count = loans(files)["genre"].value_counts()
    return {"genre": one_of(count.idxmax(), count.index), "loans": count.max()}


@answers(EVERYDAY, "library-member")
def member(files: Path) -> dict[str, Any]:
    count = loans(files)["name"].value_counts()
    return {"who": one_of(count.idxmax(), count.index), "books": count.max()}


@answers(EVERYDAY, "stations-rain")
def rain(files: Path) -> dict[str, Any]:
    total = observations(files).groupby("station")["rain_mm"].sum()
    return {"station": one_of(total.idxmax(), total.index), "rain": total.max()}


@answers(EVERYDAY, "stations-plot")
def warmest(files: Path) -> dict[str, Any]:
    return {"highest": observations(files)["temperature_c"].max()}


@answers(EVERYDAY, "bikes-start")
def start(files: Path) -> dict[str, Any]:
    count = rides(files)["from"].value_counts()
    return {"station": one_of(count.idxmax(), count.index), "rides": count.max()}


@answers(EVERYDAY, "bikes-long")
def long_rides(files: Path) -> dict[str, Any]:
    is_long = rides(files)["minutes"] > 30
    return {"rides": is_long.sum(), "percent": is_long.mean() * 100}


@answers(EVERYDAY, "bikes-hist")
def spread(files: Path) -> dict[str, Any]:
    minutes = rides(files)["minutes"]
    return {"mean": minutes.mean(), "deviation": minutes.std()}


@answers(EVERYDAY, "houses-town")
def towns(files: Path) -> dict[str, Any]:
    mean = houses(files).groupby("town")["price"].mean()
    return {"town": one_of(mean.idxmax(), mean.index), "prices": list(mean)}


@answers(EVERYDAY, "houses-scatter")
def related(files: Path) -> dict[str, Any]:
    table = houses(files)
    return {"correlation": table["price"].corr(table["area_m2"])}


@answers(EVERYDAY, "houses-big")
def big(files: Path) -> dict[str, Any]:
    table = houses(files)
    return {"houses": ((table["rooms"] > 4) & (table["price"] < 400_000)).sum()}


@answers(EVERYDAY, "orders-status")
def status(files: Path) -> dict[str, Any]:
    return {"orders": list(pd.read_csv(files / "orders.csv")["status"].value_counts())}


@answers(EVERYDAY, "orders-customer")
def customers(files: Path) -> dict[str, Any]:
    return {"orders": pd.read_csv(files / "orders.csv")["customer"].value_counts().max()}


@answers(EVERYDAY, "climate-hot")
def hottest(files: Path) -> dict[str, Any]:
    row = climate(files).sort_values("t_max").iloc[-1]
    return {"day": {"is": row["date"], "not": []}, "degrees": row["t_max"]}


@answers(EVERYDAY, "climate-frost")
def frost(files: Path) -> dict[str, Any]:
    return {"days": (climate(files)["t_min"] < 0).sum()}


@answers(EVERYDAY, "meters-hour")
def hour(files: Path) -> dict[str, Any]:
    table = pd.read_parquet(files / "meters.parquet")
    return {"hour": table.groupby(table["time"].dt.hour)["kwh"].mean().idxmax()}


@answers(EVERYDAY, "exams-subject")
def subjects(files: Path) -> dict[str, Any]:
    return {"means": list(exams(files).groupby("subject")["points"].mean())}


@answers(EVERYDAY, "exams-fail")
def failed(files: Path) -> dict[str, Any]:
    return {"exams": (exams(files)["points"] < 50).sum()}


@answers(EVERYDAY, "diary-words")
def words(files: Path) -> dict[str, Any]:
    return {"words": len((files / "diary.txt").read_text().split())}


@answers(EVERYDAY, "lake-half")
def half(files: Path) -> dict[str, Any]:
    with Image.open(files / "lake.png") as image:
        return {"width": image.width // 2, "height": image.height // 2}


@answers(EVERYDAY, "math-deviation")
def deviation(_: Path) -> dict[str, Any]:
    values = (4, 8, 15, 16, 23, 42)
    return {"mean": statistics.mean(values), "deviation": statistics.stdev(values)}


@answers(EVERYDAY, "math-factorial")
def factorial(_: Path) -> dict[str, Any]:
    return {"value": float(math.factorial(25))}


@answers(EVERYDAY, "math-fibonacci")
def fibonacci(_: Path) -> dict[str, Any]:
    before, last = 1, 1
    for _number in range(48):
        before, last = last, before + last
    return {"value": last}


@answers(EVERYDAY, "math-sine")
def crossing(_: Path) -> dict[str, Any]:
    return {"x": [math.pi / 4, 5 * math.pi / 4]}


@answers(EVERYDAY, "math-quadratic")
def quadratic(_: Path) -> dict[str, Any]:
    return {"x": sorted(abs(root) for root in np.roots([3, -7, -2]))}
