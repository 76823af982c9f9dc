"""Writes the held-out set's files; see ../README.md for what holding out means."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from holdout.makers import media, records, tables  # noqa: E402

MAKERS = {
    "biblioteca.csv": tables.library,
    "poolside.csv": tables.pool,
    "halfmarathon.tsv": tables.race,
    "filmhouse.xlsx": tables.cinema,
    "vereinskasse.xlsx": tables.club_dues,
    "carwash.zip": tables.car_wash,
    "orchard.csv": tables.orchard,
    "cookbook.json": records.cookbook,
    "helpdesk.jsonl": records.helpdesk,
    "birdcount.xml": records.birds,
    "garage.sqlite": records.garage,
    "airquality.parquet": records.air,
    "ringroad.h5": records.traffic,
    "invoice.pdf": media.invoice,
    "tale.txt": media.tale,
    "colony.png": media.colony,
}


def main() -> None:
    (HERE / "files").mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        make(HERE / "files" / name)


if __name__ == "__main__":
    main()
