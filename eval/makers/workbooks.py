"""Excel workbooks: .xlsx of several sheets and the old .xls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xlwt

from kit import freeze_zip, seeded

SURNAMES = (
    "Adler Brandt Conti Duarte Egan Farkas Greco Holm Ibrahim Jansen Kovac Lopez Moreau Nagy "
    "Okafor Pavlov"
).split()
FORENAMES = "Ana Boris Clara David Elif Franz Gita Henrik Irene Jamal".split()


def company(path: Path) -> None:
    """A company's staff: employees, departments with budgets, and days of absence."""
    rng = seeded("company")
    departments = pd.DataFrame(
        {
            "dept_id": [10, 20, 30, 40, 50],
            "department": ["Research", "Logistics", "Marketing", "Finance", "Support"],
            "city": ["Delft", "Antwerp", "Delft", "Ghent", "Antwerp"],
            "salary_budget": [1_650_000, 1_010_000, 820_000, 760_000, 1_000_000],
        }
    )
    pay = {10: 67000, 20: 41000, 30: 52000, 40: 61500, 50: 38500}
    dept = rng.choice(list(pay), 96, p=[0.25, 0.24, 0.15, 0.13, 0.23])
    hired = pd.Timestamp("2010-01-01") + pd.to_timedelta(rng.integers(0, 365 * 15, 96), unit="D")
    employees = pd.DataFrame(
        {
            "emp_id": np.arange(1001, 1097),
            "name": [f"{rng.choice(FORENAMES)} {rng.choice(SURNAMES)}" for _ in range(96)],
            "dept_id": dept,
            "hired": hired,
            "salary": [
                int(round(pay[d] * f, -2))
                for d, f in zip(dept, rng.normal(1, 0.13, 96), strict=True)
            ],
        }
    )
    absent = pd.DataFrame(
        {
            "emp_id": rng.integers(1001, 1097, 210),
            "reason": rng.choice(["illness", "training", "parental"], 210, p=[0.6, 0.3, 0.1]),
            "days": rng.integers(1, 12, 210),
        }
    )
    with pd.ExcelWriter(path, engine="openpyxl", date_format="YYYY-MM-DD") as book:
        employees.assign(hired=hired.date).to_excel(book, sheet_name="Employees", index=False)
        departments.to_excel(book, sheet_name="Departments", index=False)
        absent.to_excel(book, sheet_name="Absences", index=False)
    freeze_zip(path)


def quarters(path: Path) -> None:
    """A theatre's budget as people lay it out: a title above, one column for each quarter."""
    rng = seeded("quarters")
    book = pd.DataFrame(
        {"Item": ["Tickets", "Bar", "Grants", "Rent", "Wages", "Stage", "Advertising"]}
    )
    means = np.array([88000, 21000, 40000, -31000, -76000, -18000, -9000])
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        book[quarter] = (means * rng.normal(1, 0.12, 7)).round(-1).astype(int)
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        book.to_excel(writer, sheet_name="Budget", index=False, startrow=3)
        writer.sheets["Budget"]["A1"] = "Riverside Theatre"
        writer.sheets["Budget"]["A2"] = "Income and spending 2024 in EUR"
    freeze_zip(path)


def trips(path: Path) -> None:
    """A haulier's trips in the old Excel format."""
    rng = seeded("trips")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Trips")
    for column, title in enumerate(["date", "truck", "km", "litres", "toll_eur"]):
        sheet.write(0, column, title)
    as_date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    thirst = {"TR-11": 27.4, "TR-12": 31.9, "TR-14": 29.2, "TR-17": 34.6}
    days = sorted(int(day) for day in rng.integers(0, 181, 150))
    for row, day in enumerate(days, start=1):
        truck = str(rng.choice(list(thirst)))
        km = int(rng.integers(60, 780))
        sheet.write(
            row, 0, (pd.Timestamp("2024-07-01") + pd.Timedelta(days=day)).to_pydatetime(), as_date
        )
        sheet.write(row, 1, truck)
        sheet.write(row, 2, km)
        sheet.write(row, 3, round(float(km / 100 * thirst[truck] * rng.normal(1, 0.05)), 1))
        sheet.write(row, 4, round(float(km * rng.uniform(0.05, 0.22)), 2))
    book.save(path)
