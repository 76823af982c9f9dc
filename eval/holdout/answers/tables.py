"""Library, pool, race, cinema, club, car wash, orchard."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit import Answers, answers, one_of

TABLES: Answers = {}


@answers(TABLES, "biblioteca-secciones")
def loans(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "biblioteca.csv", sep=";", decimal=",", encoding="cp1252")
    year = pd.to_datetime(table["Fecha"], format="%d/%m/%Y").dt.year
    count = table.loc[year == 2024, "Sección"].value_counts()
    before = (year == 2023).sum()
    return {
        "section": one_of(count.idxmax(), count.index),
        "loans": count.max(),
        "change": (count.sum() / before - 1) * 100,
    }


@answers(TABLES, "pool-double-entries")
def typed_twice(files: Path) -> dict[str, Any]:
    typed = pd.read_csv(files / "poolside.csv", sep="|")
    kept = typed.drop_duplicates()
    return {"extra": len(typed) - len(kept), "mean": kept["Visitors"].mean()}


@answers(TABLES, "pool-weekend")
def weekend_visitors(files: Path) -> dict[str, Any]:
    kept = pd.read_csv(files / "poolside.csv", sep="|").drop_duplicates()
    weekend = pd.to_datetime(kept["Date"], format="%m/%d/%Y").dt.dayofweek >= 5
    quiet = weekend & (kept["Sky"] == "sunny") & (kept["Visitors"] < 700)
    mean = kept["Visitors"].groupby(weekend).mean()
    return {"weekend": mean[True], "weekdays": mean[False], "quiet": quiet.sum()}


@answers(TABLES, "race-medians")
def race_medians(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "halfmarathon.tsv", sep="\t")
    minutes = pd.to_timedelta(table["time"]).dt.total_seconds() / 60
    median = minutes.groupby(table["sex"]).median()
    gone = minutes.isna().mean() * 100
    return {"women": median["female"], "men": median["male"], "gone": gone}


@answers(TABLES, "cinema-pivot-file")
def genre_by_hall(files: Path) -> dict[str, Any]:
    book = pd.read_excel(files / "filmhouse.xlsx", sheet_name=None)
    shows = book["Shows"].merge(book["Films"], on="film")
    cells = shows.pivot_table(index="genre", columns="hall", values="sold", aggfunc="sum")
    total = cells.sum(axis=1)
    return {
        "cells": sorted(cells.to_numpy().ravel()),
        "genre": one_of(total.idxmax(), total.index),
        "sold": total.max(),
    }


@answers(TABLES, "verein-beitraege")
def open_dues(files: Path) -> dict[str, Any]:
    table = pd.read_excel(files / "vereinskasse.xlsx", skiprows=3)
    unpaid = table[table["Eingang"].isna()]
    missing = unpaid.groupby("Sparte")["Beitrag"].sum()
    return {
        "members": len(unpaid),
        "missing": missing.sum(),
        "section": one_of(missing.idxmax(), missing.index),
    }


@answers(TABLES, "carwash-year-file")
def car_wash_year(files: Path) -> dict[str, Any]:
    with zipfile.ZipFile(files / "carwash.zip") as archive:
        year = pd.concat([pd.read_csv(archive.open(name)) for name in archive.namelist()])
    by_month = year.groupby(year["day"].str[:7])["takings"]
    total = by_month.sum()
    return {
        "best_days": list(by_month.max()),
        "year": total.sum(),
        "month": one_of(total.idxmin(), total.index),
        "least": total.min(),
    }


def read_trees(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "orchard.csv").dropna(subset=["girth_cm", "yield_kg"])


@answers(TABLES, "orchard-outliers")
def outliers(files: Path) -> dict[str, Any]:
    kilos = read_trees(files)["yield_kg"]
    low, high = kilos.quantile([0.25, 0.75])
    reach = 1.5 * (high - low)
    usual = kilos.between(low - reach, high + reach)
    return {"trees": (~usual).sum(), "mean": kilos[usual].mean()}


@answers(TABLES, "orchard-trend-chart")
def trend(files: Path) -> dict[str, Any]:
    trees = read_trees(files)
    line = np.polyfit(trees["girth_cm"], trees["yield_kg"], 1)
    return {"r": trees["girth_cm"].corr(trees["yield_kg"]), "at70": np.polyval(line, 70)}
