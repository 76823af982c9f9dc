"""Retail, expenses, shares, houses, staff, theatre, haulage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kit import Answers, answers, one_of

BUSINESS: Answers = {}


@answers(BUSINESS, "orders-delivered-value")
def delivered_value(files: Path) -> dict[str, Any]:
    orders = pd.read_csv(files / "orders.csv")
    kept = orders[orders["status"] == "delivered"]
    value = kept["quantity"] * kept["unit_price"] * (1 - kept["discount"].fillna(0))
    return {"total": value.sum()}


@answers(BUSINESS, "orders-return-rate")
def return_rate(files: Path) -> dict[str, Any]:
    orders = pd.read_csv(files / "orders.csv")
    share = (orders["status"] == "returned").groupby(orders["country"]).mean() * 100
    return {"country": one_of(share.idxmax(), share.index), "percent": share.max()}


@answers(BUSINESS, "orders-month-chart")
def orders_by_month(files: Path) -> dict[str, Any]:
    orders = pd.read_csv(files / "orders.csv")
    count = orders["order_date"].str[:7].value_counts()
    return {"month": one_of(count.idxmax(), count.index), "orders": count.max()}


@answers(BUSINESS, "expenses-travel")
def travel(files: Path) -> dict[str, Any]:
    spent = read_expenses(files)
    return {"total": spent.loc[spent["Kategorie"] == "Reisekosten", "Betrag"].sum()}


@answers(BUSINESS, "expenses-month")
def expensive_month(files: Path) -> dict[str, Any]:
    spent = read_expenses(files)
    total = spent.groupby(spent["Datum"].dt.strftime("%Y-%m"))["Betrag"].sum()
    return {"month": one_of(total.idxmax(), total.index), "total": total.max()}


def read_expenses(files: Path) -> pd.DataFrame:
    table = pd.read_csv(files / "ausgaben.csv", sep=";", decimal=",")
    return table.assign(Datum=pd.to_datetime(table["Datum"], format="%d.%m.%Y"))


@answers(BUSINESS, "shares-change")
def share_changes(files: Path) -> dict[str, Any]:
    close = read_shares(files)
    change = (close.iloc[-1] / close.iloc[0] - 1) * 100
    return {ticker: change[ticker] for ticker in close.columns}


@answers(BUSINESS, "shares-index-chart")
def share_index(files: Path) -> dict[str, Any]:
    close = read_shares(files)
    index = close.iloc[-1] / close.iloc[0] * 100
    return {"best": one_of(index.idxmax(), index.index), "index": index.max()}


def read_shares(files: Path) -> pd.DataFrame:
    table = pd.read_csv(files / "shares.csv")
    return table.pivot(index="date", columns="ticker", values="close").sort_index()


@answers(BUSINESS, "houses-regression")
def price_by_area(files: Path) -> dict[str, Any]:
    houses = pd.read_csv(files / "houses.csv")
    slope = np.polyfit(houses["area_m2"], houses["price"], 1)[0]
    return {"slope": slope, "r2": houses["area_m2"].corr(houses["price"]) ** 2}


@answers(BUSINESS, "houses-missing-age")
def filled_age(files: Path) -> dict[str, Any]:
    age = pd.read_csv(files / "houses.csv")["age_years"]
    return {"missing": age.isna().sum(), "mean": age.fillna(age.median()).mean()}


@answers(BUSINESS, "company-best-paid")
def best_paid(files: Path) -> dict[str, Any]:
    mean = read_staff(files).groupby("department")["salary"].mean()
    return {"department": one_of(mean.idxmax(), mean.index), "salary": mean.max()}


@answers(BUSINESS, "company-recent-hires")
def recent_hires(files: Path) -> dict[str, Any]:
    staff = read_staff(files)
    recent = staff[staff["hired"] >= "2020-01-01"]
    return {"people": len(recent), "salary": recent["salary"].mean()}


@answers(BUSINESS, "company-budget-file")
def over_budget(files: Path) -> dict[str, Any]:
    staff = (
        read_staff(files)
        .groupby("department")
        .agg(paid=("salary", "sum"), budget=("salary_budget", "first"))
    )
    over = staff[staff["paid"] > staff["budget"]]
    return {
        "over": sorted(over.index),
        "paid": sorted(staff["paid"]),
        "excess": sorted(over["paid"] - over["budget"]),
    }


def read_staff(files: Path) -> pd.DataFrame:
    book = pd.read_excel(files / "company.xlsx", sheet_name=None)
    return book["Employees"].merge(book["Departments"], on="dept_id")


@answers(BUSINESS, "theatre-quarters")
def theatre_quarters(files: Path) -> dict[str, Any]:
    book = pd.read_excel(files / "theatre.xlsx", skiprows=3)
    return {quarter: book[quarter].sum() for quarter in ("Q1", "Q2", "Q3", "Q4")}


@answers(BUSINESS, "trips-consumption")
def consumption(files: Path) -> dict[str, Any]:
    trips = pd.read_excel(files / "trips.xls")
    total = trips.groupby("truck")[["litres", "km"]].sum()
    rate = total["litres"] / total["km"] * 100
    return {"worst": one_of(rate.idxmax(), rate.index), **rate.to_dict()}
