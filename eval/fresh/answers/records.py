"""Expected values of the questions about records, a log, prose, pictures and documents."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image
from pypdf import PdfReader

from kit import Answers, answers, one_of

RECORDS: Answers = {}


def films(files: Path) -> pd.DataFrame:
    return pd.read_json(files / "movies.json")


def shop(files: Path, table: str) -> pd.DataFrame:
    with sqlite3.connect(files / "shop.db") as connection:
        return pd.read_sql(f"SELECT * FROM {table}", connection)


def log(files: Path) -> pd.DataFrame:
    pattern = r"^(\S+) \S+ (\w+)\s+\[[^]]+\] (.*)$"
    found = re.findall(pattern, (files / "server.log").read_text(), re.MULTILINE)
    return pd.DataFrame(found, columns=["day", "level", "message"])


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


@answers(RECORDS, "movies-genre")
def genre(files: Path) -> dict[str, Any]:
    mean = films(files).groupby("genre")["rating"].mean()
    return {"genre": one_of(mean.idxmax(), mean.index), "rating": mean.max()}


@answers(RECORDS, "movies-filter")
def good(files: Path) -> dict[str, Any]:
    table = films(files)
    chosen = table[(table["year"] > 2010) & (table["rating"] > 7.5)]
    return {"films": len(chosen), "votes": list(chosen["votes"])}


@answers(RECORDS, "shop-average")
def spent(files: Path) -> dict[str, Any]:
    orders = shop(files, "orders")
    total = orders.groupby("customer_id")["total"].sum()
    names = shop(files, "customers").set_index("id")["name"]
    return {"mean": orders["total"].mean(), "who": one_of(names[total.idxmax()], names)}


@answers(RECORDS, "shop-never")
def never(files: Path) -> dict[str, Any]:
    customers = shop(files, "customers")
    idle = customers[~customers["id"].isin(shop(files, "orders")["customer_id"])]
    return {"count": len(idle), "names": list(idle["name"])}


@answers(RECORDS, "shop-months")
def months(files: Path) -> dict[str, Any]:
    count = shop(files, "orders")["ordered_at"].str[:7].value_counts()
    return {"month": one_of(count.idxmax(), count.index)}


@answers(RECORDS, "log-errors")
def errors(files: Path) -> dict[str, Any]:
    table = log(files)
    message = table.loc[table["level"] == "ERROR", "message"]
    count = message.value_counts()
    return {"errors": len(message), "message": one_of(count.idxmax(), count.index)}


@answers(RECORDS, "log-days")
def days(files: Path) -> dict[str, Any]:
    table = log(files)
    count = table.loc[table["level"] == "ERROR", "day"].value_counts()
    return {"day": one_of(count.idxmax(), count.index)}


@answers(RECORDS, "story-river")
def river(files: Path) -> dict[str, Any]:
    text = (files / "story.txt").read_text()
    return {"words": len(text.split()), "river": len(re.findall(r"\briver\b", text.lower()))}


@answers(RECORDS, "logo-resize")
def resized(_: Path) -> dict[str, Any]:
    return {"size": [100, 100]}


@answers(RECORDS, "logo-gray")
def gray(files: Path) -> dict[str, Any]:
    return {"size": size(files / "logo.png")}


@answers(RECORDS, "garden-crop")
def cropped(files: Path) -> dict[str, Any]:
    width, height = size(files / "garden.jpg")
    return {"size": [width // 2, height]}


@answers(RECORDS, "plants-prices")
def plants(files: Path) -> dict[str, Any]:
    text = "\n".join(page.extract_text() for page in PdfReader(files / "price_list.pdf").pages)
    rows = re.findall(r"([A-Z][A-Za-z ]+)\n?\s*(\d+)\n?\s*(\d+\.\d\d)", text)
    price = pd.Series({name.strip(): float(figure) for name, _, figure in rows})
    return {"mean": price.mean(), "plant": one_of(price.idxmax(), price.index)}


@answers(RECORDS, "budget-total")
def budget(files: Path) -> dict[str, Any]:
    with zipfile.ZipFile(files / "budget.docx") as archive:
        cells = re.findall(r"<w:t>([^<]*)</w:t>", archive.read("word/document.xml").decode())
    rows = [cells[at : at + 3] for at in range(2, len(cells) - 1, 3)][1:]
    after = pd.Series({name: int(new.replace(",", "")) for name, _, new in rows})
    before = pd.Series({name: int(old.replace(",", "")) for name, old, _ in rows})
    shrunk = list(after.index[after < before])
    return {"total": after.sum(), "less": one_of(shrunk[0], after.index)}
