"""Sensors, weather, education, health, logistics, web logs, sports, energy."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from kit import Answers, answers, one_of

RECORDS: Answers = {}


def read_sensors(files: Path) -> pd.DataFrame:
    table = pd.read_csv(files / "sensors.tsv", sep="\t", parse_dates=["timestamp"])
    return table[table["temperature_c"] != -999]


@answers(RECORDS, "sensors-device-means")
def device_means(files: Path) -> dict[str, Any]:
    return read_sensors(files).groupby("device")["temperature_c"].mean().to_dict()


@answers(RECORDS, "sensors-hottest")
def hottest(files: Path) -> dict[str, Any]:
    readings = read_sensors(files)
    top = readings.loc[readings["temperature_c"].idxmax()]
    return {
        "device": one_of(top["device"], readings["device"].unique()),
        "day": one_of(top["timestamp"].date(), readings["timestamp"].dt.date.unique()),
        "temperature": top["temperature_c"],
    }


@answers(RECORDS, "sensors-correlation")
def damp_and_warm(files: Path) -> dict[str, Any]:
    readings = read_sensors(files)
    return {"r": readings["temperature_c"].corr(readings["humidity_pct"])}


@answers(RECORDS, "climate-wettest-month")
def wettest_month(files: Path) -> dict[str, Any]:
    days = pd.read_csv(files / "climate.csv")
    rain = days.groupby(days["date"].str[:7])["rain_mm"].sum()
    return {
        "month": one_of(rain.idxmax(), rain.index),
        "rain": rain.max(),
        "missing": days["rain_mm"].isna().sum(),
    }


@answers(RECORDS, "exams-best-course")
def best_course(files: Path) -> dict[str, Any]:
    marks = pd.read_csv(files / "exams.csv").merge(pd.read_csv(files / "students.csv"))
    mean = marks.groupby("course")["points"].mean()
    return {"course": one_of(mean.idxmax(), mean.index), "points": mean.max()}


@answers(RECORDS, "exams-none-file")
def without_exam(files: Path) -> dict[str, Any]:
    students = pd.read_csv(files / "students.csv")["student_id"]
    none = students[~students.isin(pd.read_csv(files / "exams.csv")["student_id"])]
    return {"students": len(none), "ids": sorted(none)}


@answers(RECORDS, "clinic-pressure")
def pressure(files: Path) -> dict[str, Any]:
    mean = read_visits(files).groupby("sex")["systolic"].mean()
    return {"women": mean["female"], "men": mean["male"]}


@answers(RECORDS, "clinic-weight-loss")
def weight_loss(files: Path) -> dict[str, Any]:
    by_patient = read_visits(files).sort_values("date").groupby("id")["weight_kg"]
    loss = by_patient.first() - by_patient.last()
    return {"patient": one_of(loss.idxmax(), loss.index), "kg": loss.max()}


def read_visits(files: Path) -> pd.DataFrame:
    clinic = json.loads((files / "clinic.json").read_text(encoding="utf-8"))
    return pd.json_normalize(clinic["patients"], "visits", ["id", "sex"])


@answers(RECORDS, "shipments-late")
def late(files: Path) -> dict[str, Any]:
    sent = pd.read_csv(files / "shipments.csv", parse_dates=["promised", "arrived"])
    is_late = sent["arrived"] > sent["promised"]
    share = is_late.groupby(sent["warehouse"]).mean()
    worst = one_of(share.idxmax(), share.index)
    return {"percent": is_late.mean() * 100, "worst": worst, "worst_percent": share.max() * 100}


@answers(RECORDS, "shipments-cost")
def storage_cost(files: Path) -> dict[str, Any]:
    listed = json.loads((files / "warehouses.json").read_text(encoding="utf-8"))["warehouses"]
    rate = {site["code"]: site["rates"]["pallet_eur"] for site in listed}
    city = {site["code"]: site["site"]["city"] for site in listed}
    sent = pd.read_csv(files / "shipments.csv")
    cost = (
        (sent["pallets"] * sent["warehouse"].map(rate)).groupby(sent["warehouse"].map(city)).sum()
    )
    return {"total": cost.sum(), "city": one_of(cost.idxmax(), cost.index), "most": cost.max()}


@answers(RECORDS, "access-errors")
def server_errors(files: Path) -> dict[str, Any]:
    log = pd.read_json(files / "access.jsonl", lines=True)
    failed = log[log["status"] >= 500]
    count = failed["path"].value_counts()
    return {"percent": len(failed) / len(log) * 100, "path": one_of(count.idxmax(), [])}


@answers(RECORDS, "access-visitors")
def visitors(files: Path) -> dict[str, Any]:
    log = pd.read_json(files / "access.jsonl", lines=True)
    by_hour = pd.to_datetime(log["time"]).dt.hour.value_counts()
    return {"addresses": log["ip"].nunique(), "hour": by_hour.idxmax(), "requests": by_hour.max()}


@answers(RECORDS, "school-maths")
def maths(files: Path) -> dict[str, Any]:
    marks = read_marks(files)
    return marks[marks["subject"] == "Maths"].groupby("class")["points"].mean().to_dict()


@answers(RECORDS, "school-best-pupil")
def best_pupil(files: Path) -> dict[str, Any]:
    by_pupil = read_marks(files).groupby("pupil")["points"]
    mean = by_pupil.mean()[by_pupil.count() == 3]
    return {"pupil": one_of(mean.idxmax(), mean.index), "points": mean.max()}


def read_marks(files: Path) -> pd.DataFrame:
    rows = [
        (group.get("name"), pupil.get("name"), mark.get("subject"), int(str(mark.text)))
        for group in ElementTree.parse(files / "school.xml").getroot()
        for pupil in group
        for mark in pupil
    ]
    return pd.DataFrame(rows, columns=["class", "pupil", "subject", "points"])


@answers(RECORDS, "league-champion")
def champion(files: Path) -> dict[str, Any]:
    db = sqlite3.connect(files / "league.sqlite")
    table = db.execute(
        """
        WITH sides AS (
          SELECT home_id AS team, home_goals AS own, away_goals AS other FROM matches
          UNION ALL SELECT away_id, away_goals, home_goals FROM matches)
        SELECT name, SUM(2 * (own > other) + (own = other)) AS points, SUM(own) AS goals
        FROM sides JOIN teams ON teams.id = team GROUP BY team ORDER BY points DESC
        """
    ).fetchall()
    db.close()
    name, points, goals = table[0]
    return {"team": one_of(name, [row[0] for row in table]), "points": points, "goals": goals}


@answers(RECORDS, "meters-household")
def thirsty_household(files: Path) -> dict[str, Any]:
    total = pd.read_parquet(files / "meters.parquet").groupby("household")["kwh"].sum()
    return {"household": one_of(total.idxmax(), total.index), "kwh": total.max()}


@answers(RECORDS, "meters-day-chart")
def peak_day(files: Path) -> dict[str, Any]:
    used = pd.read_parquet(files / "meters.parquet")
    daily = used.groupby(used["time"].dt.date)["kwh"].sum()
    return {"day": one_of(daily.idxmax(), daily.index), "kwh": daily.max()}
