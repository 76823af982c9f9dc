"""Writes the evaluation's files; the same bytes on every run with requirements.txt."""

from __future__ import annotations

from pathlib import Path

from makers import arrays, documents, services, structured, text_tables, workbooks

MAKERS = {
    "orders.csv": text_tables.orders,
    "ausgaben.csv": text_tables.expenses,
    "sensors.tsv": text_tables.sensors,
    "shares.csv": text_tables.shares,
    "houses.csv": text_tables.houses,
    "climate.csv": text_tables.climate,
    "students.csv": text_tables.students,
    "exams.csv": text_tables.exams,
    "company.xlsx": workbooks.company,
    "theatre.xlsx": workbooks.quarters,
    "trips.xls": workbooks.trips,
    "clinic.json": structured.clinic,
    "warehouses.json": structured.warehouses,
    "shipments.csv": structured.shipments,
    "access.jsonl": structured.access_log,
    "school.xml": structured.school,
    "league.sqlite": structured.league,
    "meters.parquet": arrays.meters,
    "buoy.h5": arrays.buoy,
    "survey.pkl": arrays.survey,
    "elevation.npy": arrays.elevation,
    "flag.png": arrays.flag,
    "meadow.jpg": arrays.meadow,
    "report.pdf": documents.report,
    "diary.txt": documents.diary,
    "tasks.md": documents.tasks,
    "districts.html": documents.districts,
    "branches.zip": documents.branches,
    "bikes.csv": services.bikes,
    "kunden.csv": services.customers,
    "projects.xlsx": services.projects,
    "hotels.json": services.hotels,
    "events.jsonl": services.events,
    "flights.sqlite": services.flights,
    "wells.parquet": arrays.wells,
    "signal.npy": arrays.signal,
    "tiles.png": arrays.tiles,
    "minutes.pdf": documents.minutes,
}


def main() -> None:
    folder = Path(__file__).resolve().parent / "files"
    folder.mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        make(folder / name)


if __name__ == "__main__":
    main()
