"""Writes the fresh set's files; see ../README.md for what the set is for."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from fresh.makers import records, tables  # noqa: E402

MAKERS = {
    "coffee_shop.csv": tables.coffee,
    "patients.csv": tables.patients,
    "umsatz_filialen.csv": tables.branches,
    "inventory.xlsx": tables.inventory,
    "workouts.tsv": tables.workouts,
    "contacts.csv": tables.contacts,
    "ventas.csv": tables.sales_es,
    "ad_campaign.csv": tables.adverts,
    "taxi.parquet": tables.taxi,
    "movies.json": records.movies,
    "shop.db": records.shop,
    "server.log": records.server_log,
    "story.txt": records.story,
    "logo.png": records.logo,
    "garden.jpg": records.garden,
    "price_list.pdf": records.price_list,
    "budget.docx": records.budget,
}


def main() -> None:
    (HERE / "files").mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        make(HERE / "files" / name)


if __name__ == "__main__":
    main()
