"""Expected values of the questions about tables in text, workbooks and parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit import Answers, answers, one_of

TABLES: Answers = {}


def coffee(files: Path) -> pd.DataFrame:
    table = pd.read_csv(files / "coffee_shop.csv")
    day = pd.to_datetime(table["Date"], format="%m/%d/%Y")
    return table.assign(day=day, revenue=table["Unit Price"] * table["Qty"])


def patients(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "patients.csv")


def branches(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "umsatz_filialen.csv", sep=";", decimal=",", thousands=".")


def stock(files: Path) -> pd.DataFrame:
    sheets = pd.read_excel(files / "inventory.xlsx", sheet_name=None)
    return sheets["Stock"].merge(sheets["Products"], on="SKU")


def workouts(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "workouts.tsv", sep="\t")


def sales(files: Path) -> pd.DataFrame:
    return pd.read_csv(files / "ventas.csv")


@answers(TABLES, "coffee-product")
def product(files: Path) -> dict[str, Any]:
    total = coffee(files).groupby("Product Name")["revenue"].sum()
    return {"product": one_of(total.idxmax(), total.index)}


@answers(TABLES, "coffee-years")
def years(files: Path) -> dict[str, Any]:
    table = coffee(files)
    total = table.groupby(table["day"].dt.year)["revenue"].sum()
    return {"revenue": list(total), "change": (total[2025] / total[2024] - 1) * 100}


@answers(TABLES, "coffee-payment")
def payment(files: Path) -> dict[str, Any]:
    return {"percent": (coffee(files)["Payment Method"] == "Cash").mean() * 100}


@answers(TABLES, "patients-ages")
def ages(files: Path) -> dict[str, Any]:
    return {"mean": patients(files)["Age"].mean()}


@answers(TABLES, "patients-correlation")
def correlation(files: Path) -> dict[str, Any]:
    table = patients(files)
    return {"r": table["Age"].corr(table["Blood Pressure"])}


@answers(TABLES, "patients-smokers")
def smokers(files: Path) -> dict[str, Any]:
    return {"medians": list(patients(files).groupby("Smoker")["Cholesterol"].median())}


@answers(TABLES, "patients-missing")
def missing(files: Path) -> dict[str, Any]:
    gone = patients(files)["Cholesterol"].isna()
    return {"rows": gone.sum(), "percent": gone.mean() * 100}


@answers(TABLES, "filialen-umsatz")
def branch(files: Path) -> dict[str, Any]:
    total = branches(files).groupby("Filiale")["Umsatz (EUR)"].sum()
    return {"branch": one_of(total.idxmax(), total.index), "total": total.max()}


@answers(TABLES, "filialen-csv")
def converted(files: Path) -> dict[str, Any]:
    return {"amounts": list(branches(files)["Umsatz (EUR)"].iloc[[0, 5, -1]])}


@answers(TABLES, "inventory-value")
def value(files: Path) -> dict[str, Any]:
    table = stock(files)
    return {"value": (table["Quantity"] * table["Unit Cost"]).sum()}


@answers(TABLES, "inventory-top")
def top(files: Path) -> dict[str, Any]:
    total = stock(files).groupby("Product")["Quantity"].sum().nlargest(5)
    return {"units": list(total), "products": list(total.index)}


@answers(TABLES, "workouts-calories")
def calories(files: Path) -> dict[str, Any]:
    return {"calories": list(workouts(files).groupby("activity")["calories"].sum())}


@answers(TABLES, "workouts-long")
def long(files: Path) -> dict[str, Any]:
    return {"percent": (workouts(files)["duration (min)"] > 45).mean() * 100}


@answers(TABLES, "workouts-json")
def as_json(files: Path) -> dict[str, Any]:
    return {"calories": list(workouts(files)["calories"].nlargest(3))}


@answers(TABLES, "contacts-clean")
def clean(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "contacts.csv")
    text = table.select_dtypes("object").columns
    table[text] = table[text].apply(lambda column: column.str.strip())
    return {"rows": len(table.drop_duplicates())}


@answers(TABLES, "ventas-producto")
def best(files: Path) -> dict[str, Any]:
    total = sales(files).groupby("Producto")["Importe"].sum()
    return {"product": one_of(total.idxmax(), total.index), "total": total.sum()}


@answers(TABLES, "ventas-ciudad")
def cities(files: Path) -> dict[str, Any]:
    return {"means": list(sales(files).groupby("Ciudad")["Importe"].mean())}


@answers(TABLES, "adverts-predict")
def prediction(files: Path) -> dict[str, Any]:
    table = pd.read_csv(files / "ad_campaign.csv")
    slope, intercept = np.polyfit(table["Ad Spend"], table["Sales"], 1)
    return {"slope": slope, "sales": intercept + slope * 50}


@answers(TABLES, "taxi-payment")
def fares(files: Path) -> dict[str, Any]:
    table = pd.read_parquet(files / "taxi.parquet")
    return {"fares": list(table.groupby("payment_type")["fare"].mean())}


@answers(TABLES, "taxi-long")
def longest(files: Path) -> dict[str, Any]:
    row = pd.read_parquet(files / "taxi.parquet").nlargest(1, "distance_km").iloc[0]
    return {"km": row["distance_km"], "fare": row["fare"]}
