"""Tables as people export them: US dates, German decimals, spaces in headers, gaps, a workbook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kit import freeze_zip, seeded


def coffee(path: Path) -> None:
    """A café's sales of two years with US dates; what a sale earned is price times quantity."""
    rng = seeded("coffee_shop")
    rows = 900
    price = {"Latte": 4.2, "Espresso": 2.6, "Flat White": 4.0, "Iced Tea": 3.4, "Mocha": 4.8}
    product = rng.choice(list(price), rows, p=[0.3, 0.25, 0.2, 0.1, 0.15])
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 731, rows), unit="D")
    table = pd.DataFrame(
        {
            "Date": days,
            "Product Name": product,
            "Unit Price": [
                round(price[p] * (1.06 if day.year == 2025 else 1), 2)
                for p, day in zip(product, days, strict=True)
            ],
            "Qty": rng.choice([1, 2, 3, 4, 6], rows, p=[0.4, 0.3, 0.15, 0.1, 0.05]),
            "Payment Method": rng.choice(
                ["Card", "Cash", "App", None], rows, p=[0.5, 0.3, 0.14, 0.06]
            ),
        }
    ).sort_values("Date", kind="stable")
    table["Date"] = table["Date"].dt.strftime("%m/%d/%Y")
    table.to_csv(path, index=False)


def patients(path: Path) -> None:
    """A practice's patients; some were never tested for cholesterol."""
    rng = seeded("patients")
    rows = 320
    age = rng.normal(52, 16, rows).clip(18, 91).round().astype(int)
    smoker = rng.choice(["yes", "no"], rows, p=[0.27, 0.73])
    pressure = 98 + 0.52 * age + rng.normal(0, 11, rows)
    cholesterol = 172 + 0.5 * age + np.where(smoker == "yes", 17, 0) + rng.normal(0, 24, rows)
    cholesterol[rng.random(rows) < 0.13] = np.nan
    pd.DataFrame(
        {
            "Patient ID": [f"P-{number:04d}" for number in range(1, rows + 1)],
            "Age": age,
            "Sex": rng.choice(["F", "M"], rows),
            "Smoker": smoker,
            "Blood Pressure": pressure.round().astype(int),
            "Cholesterol": cholesterol.round(1),
        }
    ).to_csv(path, index=False)


def branches(path: Path) -> None:
    """Takings of a German chain's shops: semicolons, 1.234,56 and day.month.year."""
    rng = seeded("umsatz_filialen")
    lines = ["Datum;Filiale;Umsatz (EUR);Kunden"]
    for day in pd.date_range("2025-01-02", "2025-03-31", freq="2D"):
        for shop, mean in (("Bonn", 1890), ("Köln", 2140), ("Aachen", 1320), ("Düren", 870)):
            amount = f"{rng.normal(mean, mean * 0.18):,.2f}".translate(str.maketrans(",.", ".,"))
            lines.append(f"{day:%d.%m.%Y};{shop};{amount};{rng.integers(60, 240)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def inventory(path: Path) -> None:
    """A shop's products and, on a second sheet, how many lie in which warehouse."""
    rng = seeded("inventory")
    names = (
        "Desk Lamp,Office Chair,Notebook A5,Stapler,Monitor Arm,Whiteboard,Paper Shredder,"
        "Desk Mat,Cable Box,Footrest,Label Printer,Pen Set"
    ).split(",")
    sku = [f"SK{number}" for number in range(101, 101 + len(names))]
    products = pd.DataFrame(
        {
            "SKU": sku,
            "Product": names,
            "Category": rng.choice(["Furniture", "Supplies", "Devices"], len(names)),
            "Unit Cost": rng.uniform(2, 140, len(names)).round(2),
        }
    )
    stock = pd.DataFrame(
        [(s, w, int(rng.integers(5, 180))) for s in sku for w in ("Leeds", "York", "Hull")],
        columns=["SKU", "Warehouse", "Quantity"],
    )
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        products.to_excel(book, sheet_name="Products", index=False)
        stock.to_excel(book, sheet_name="Stock", index=False)
    freeze_zip(path)


def workouts(path: Path) -> None:
    """Somebody's training of a year."""
    rng = seeded("workouts")
    days = sorted(rng.choice(366, 170, replace=False))
    burn = {"running": 11.4, "cycling": 8.2, "swimming": 9.6, "yoga": 3.9}
    rows = []
    for day in days:
        activity = str(rng.choice(list(burn), p=[0.4, 0.3, 0.1, 0.2]))
        minutes = int(rng.integers(18, 90))
        rows.append(
            {
                "date": f"{pd.Timestamp('2024-01-01') + pd.Timedelta(days=int(day)):%d %b %Y}",
                "activity": activity,
                "duration (min)": minutes,
                "calories": int(minutes * burn[activity] * rng.normal(1, 0.06)),
                "avg heart rate": int(rng.normal(128, 14)) if rng.random() < 0.9 else None,
            }
        )
    table = pd.DataFrame(rows).astype({"avg heart rate": "Int64"})
    table.to_csv(path, index=False, sep="\t")


def contacts(path: Path) -> None:
    """A list of contacts kept by hand: stray spaces, entries made twice, missing phone numbers."""
    rng = seeded("contacts")
    first = "Alice Bruno Carla Derek Erin Fatima Goran Hanna Ivan Julia Karim Lena".split()
    last = "Baker Costa Dunn Evans Fischer Gallo Hughes Ivanova".split()
    lines = []
    for number in range(96):
        name = f"{first[number % 12]} {last[number // 12]}"
        mail = name.lower().replace(" ", ".") + "@example.org"
        phone = "" if rng.random() < 0.15 else f"+44 20 7946 0{rng.integers(100, 999)}"
        city = rng.choice(["London", "Bristol", "Leeds", "Cardiff"])
        lines.append(f"{name},{mail},{phone},{city},{2019 + int(rng.integers(0, 6))}")
    lines += [lines[index] for index in rng.choice(96, 17, replace=False)]
    rng.shuffle(lines)
    # Stray spaces hide that two lines are the same.
    lines = [f" {line}" if rng.random() < 0.2 else line for line in lines]
    lines = [
        line.replace(",London,", ", London ,") if rng.random() < 0.3 else line for line in lines
    ]
    path.write_text("\n".join(["Full Name,E-mail,Phone,City,Since", *lines]) + "\n")


def sales_es(path: Path) -> None:
    """Sales of a Spanish shop, day/month/year."""
    rng = seeded("ventas")
    rows = 380
    price = {"Camiseta": 18.9, "Pantalón": 39.5, "Zapatos": 64.0, "Gorra": 14.5}
    product = rng.choice(list(price), rows, p=[0.42, 0.28, 0.12, 0.18])
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 181, rows), unit="D")
    units = rng.integers(1, 6, rows)
    table = pd.DataFrame(
        {
            "Fecha": days,
            "Ciudad": rng.choice(["Sevilla", "Bilbao", "Málaga"], rows, p=[0.5, 0.2, 0.3]),
            "Producto": product,
            "Unidades": units,
            "Importe": [
                round(price[p] * u * f, 2)
                for p, u, f in zip(product, units, rng.uniform(0.85, 1.1, rows), strict=True)
            ],
        }
    ).sort_values("Fecha", kind="stable")
    table["Fecha"] = table["Fecha"].dt.strftime("%d/%m/%Y")
    table.to_csv(path, index=False)


def adverts(path: Path) -> None:
    """What weeks of advertising cost and sold, in thousands."""
    rng = seeded("ad_campaign")
    spend = rng.uniform(4, 42, 60).round(1)
    sales = (31 + 2.85 * spend + rng.normal(0, 8.5, 60)).round(1)
    pd.DataFrame({"Week": range(1, 61), "Ad Spend": spend, "Sales": sales}).to_csv(
        path, index=False
    )


def taxi(path: Path) -> None:
    """A city's taxi trips."""
    rng = seeded("taxi")
    rows = 1200
    distance = rng.gamma(2.2, 2.4, rows).round(2) + 0.4
    paid = rng.choice(["card", "cash", "voucher"], rows, p=[0.64, 0.3, 0.06])
    fare = 3.1 + 1.95 * distance + rng.normal(0, 1.3, rows) + np.where(paid == "voucher", 4, 0)
    start = pd.Timestamp("2025-05-01") + pd.to_timedelta(rng.integers(0, 31 * 1440, rows), unit="m")
    pd.DataFrame(
        {
            "pickup_time": start,
            "distance_km": distance,
            "fare": fare.clip(3.5).round(2),
            "payment_type": paid,
        }
    ).to_parquet(path, index=False)
