"""Arrays, images, documents."""

from __future__ import annotations

import math
import re
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from PIL import Image
from pypdf import PdfReader

from kit import Answers, answers, figures, one_of

SCIENCE: Answers = {}


@answers(SCIENCE, "buoy-waves")
def waves(files: Path) -> dict[str, Any]:
    with h5py.File(files / "buoy.h5") as data:
        wave, wind = data["buoy/wave_height"][:], data["buoy/wind_speed"][:]
    return {"mean": wave.mean(), "max": wave.max(), "r": np.corrcoef(wave, wind)[0, 1]}


@answers(SCIENCE, "survey-satisfaction")
def satisfaction(files: Path) -> dict[str, Any]:
    return (
        pd.read_pickle(files / "survey.pkl").groupby("age_group")["satisfaction"].mean().to_dict()
    )


@answers(SCIENCE, "elevation-summit")
def summit(files: Path) -> dict[str, Any]:
    height = np.load(files / "elevation.npy").astype(float)
    return {"max": height.max(), "mean": height.mean(), "percent": (height > 500).mean() * 100}


@answers(SCIENCE, "flag-colour")
def flag_colour(files: Path) -> dict[str, Any]:
    pixels = np.asarray(Image.open(files / "flag.png").convert("RGB"), dtype=float)
    height, width, _ = pixels.shape
    red, green, blue = pixels.mean(axis=(0, 1))
    return {"width": width, "height": height, "red": red, "green": green, "blue": blue}


@answers(SCIENCE, "flag-half-file")
def half_flag(files: Path) -> dict[str, Any]:
    width, height = Image.open(files / "flag.png").size
    return {"picture": [width // 2, height // 2], "width": width // 2, "height": height // 2}


@answers(SCIENCE, "meadow-brightness")
def brightness(files: Path) -> dict[str, Any]:
    return {"mean": np.asarray(Image.open(files / "meadow.jpg").convert("L"), dtype=float).mean()}


def report_text(files: Path) -> str:
    pages = PdfReader(files / "report.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@answers(SCIENCE, "report-growth")
def growth(files: Path) -> dict[str, Any]:
    text = report_text(files)
    now, before = figures(text, r"had ([\d,]+) members, after ([\d,]+) a year")
    old, new = figures(text, r"Revenue rose from EUR ([\d,]+) to EUR ([\d,]+)")
    return {"members": (now / before - 1) * 100, "revenue": (new / old - 1) * 100}


@answers(SCIENCE, "report-solar-cost")
def solar_cost(files: Path) -> dict[str, Any]:
    text = report_text(files)
    power = sum(float(kwp) for kwp in re.findall(r"\((\d+) kWp\)", text))
    (cost,) = figures(text, r"Together they cost EUR ([\d,]+)")
    return {"kwp": power, "per_kwp": cost / power}


@answers(SCIENCE, "diary-fish")
def fish(files: Path) -> dict[str, Any]:
    text = (files / "diary.txt").read_text(encoding="utf-8")
    caught = [int(number) for number in re.findall(r"caught (\d+) fish", text)]
    return {"fish": sum(caught), "days": len(caught)}


@answers(SCIENCE, "tasks-hours")
def hours(files: Path) -> dict[str, Any]:
    text = (files / "tasks.md").read_text(encoding="utf-8")
    listed = re.findall(r"- \[(.)\] .* \((\d+) h\)", text)
    done = sum(int(number) for mark, number in listed if mark == "x")
    return {"done": done, "open": sum(int(number) for _, number in listed) - done}


@answers(SCIENCE, "districts-density")
def density(files: Path) -> dict[str, Any]:
    table = pd.read_html(StringIO((files / "districts.html").read_text(encoding="utf-8")))[0]
    dense = (table["Population"] / table["Area (km²)"]).set_axis(table["District"])
    return {
        "district": one_of(dense.idxmax(), dense.index),
        "density": dense.max(),
        "people": table["Population"].sum(),
    }


@answers(SCIENCE, "branches-takings")
def takings(files: Path) -> dict[str, Any]:
    with zipfile.ZipFile(files / "branches.zip") as archive:
        total = {
            Path(name).stem: pd.read_csv(archive.open(name))["takings"].sum()
            for name in archive.namelist()
        }
    best = max(total, key=lambda branch: total[branch])
    return {"all": sum(total.values()), "branch": one_of(best, total), "best": total[best]}


@answers(SCIENCE, "wells-fall")
def falling_well(files: Path) -> dict[str, Any]:
    levels = pd.read_parquet(files / "wells.parquet").sort_values("day").groupby("well")["level_m"]
    fall = levels.first() - levels.last()
    return {"well": one_of(fall.idxmax(), fall.index), "fall": fall.max()}


@answers(SCIENCE, "signal-frequency")
def main_frequency(files: Path) -> dict[str, Any]:
    wave = np.load(files / "signal.npy")
    strength = np.abs(np.fft.rfft(wave))
    strongest = np.fft.rfftfreq(len(wave), 1 / 250)[1 + strength[1:].argmax()]
    return {"hertz": strongest, "rms": math.sqrt((wave**2).mean())}


@answers(SCIENCE, "tiles-blue")
def blue_share(files: Path) -> dict[str, Any]:
    pixels = np.asarray(Image.open(files / "tiles.png").convert("RGB"))
    return {"percent": (pixels == (40, 90, 200)).all(axis=-1).mean() * 100}


@answers(SCIENCE, "tiles-rotate-file")
def rotated(files: Path) -> dict[str, Any]:
    width, height = Image.open(files / "tiles.png").size
    return {"picture": [height, width], "width": height, "height": width}


def minutes_text(files: Path) -> str:
    pages = PdfReader(files / "minutes.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@answers(SCIENCE, "minutes-library")
def library_budget(files: Path) -> dict[str, Any]:
    text = minutes_text(files)
    parts = figures(text, r"building EUR ([\d,]+), furniture EUR ([\d,]+), books EUR ([\d,]+)")
    cost, over = figures(text, r"Mill Lane cost EUR ([\d,]+), which is EUR ([\d,]+) more")
    return {"library": sum(parts), "planned": cost - over}
