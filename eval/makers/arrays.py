"""Binary data of the numerical world: Parquet, HDF5, pickle, npy, images."""

from __future__ import annotations

import pickle
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from PIL import Image

from kit import seeded


def meters(path: Path) -> None:
    """Hourly electricity of five households through June 2024."""
    rng = seeded("meters")
    hours = pd.date_range("2024-06-01", "2024-06-30 23:00", freq="h")
    parts = []
    for home, scale in [
        ("H-201", 0.31),
        ("H-202", 0.44),
        ("H-203", 0.27),
        ("H-204", 0.58),
        ("H-205", 0.36),
    ]:
        clock = hours.hour.to_numpy()
        shape = (
            0.55
            + 1.3 * np.exp(-((clock - 19.3) ** 2) / 9)
            + 0.6 * np.exp(-((clock - 7.4) ** 2) / 5)
        )
        weekend = np.where(hours.dayofweek >= 5, 1.22, 1.0)
        used = scale * shape * weekend * rng.lognormal(0, 0.25, len(hours))
        parts.append(pd.DataFrame({"time": hours, "household": home, "kwh": used.round(3)}))
    pd.concat(parts, ignore_index=True).to_parquet(path, index=False)


def buoy(path: Path) -> None:
    """A buoy's hourly measurements: datasets in a group, units as attributes."""
    rng = seeded("buoy")
    count = 600
    wave = 1.4 + np.cumsum(rng.normal(0, 0.06, count))
    wave = np.abs(wave - wave.mean()) + 0.5 + rng.gamma(1.5, 0.12, count)
    wind = 4 + 3.1 * wave + rng.normal(0, 1.5, count)
    with h5py.File(path, "w") as out:
        group = out.create_group("buoy")
        group.attrs["position"] = "54.2 N, 7.9 E"
        for name, values, unit in [
            ("hours", np.arange(count), "h since 2024-11-01"),
            ("wave_height", wave.round(2), "m"),
            ("wind_speed", wind.clip(0).round(1), "m/s"),
            (
                "water_temperature",
                (9.5 - np.arange(count) * 0.004 + rng.normal(0, 0.2, count)).round(2),
                "°C",
            ),
        ]:
            group.create_dataset(name, data=values).attrs["unit"] = unit


def survey(path: Path) -> None:
    """A pickled DataFrame: answers to a survey about working from home."""
    rng = seeded("survey")
    rows = 240
    group = rng.choice(["18-29", "30-44", "45-59", "60+"], rows, p=[0.25, 0.35, 0.28, 0.12])
    middle = pd.Series(group).map({"18-29": 7.4, "30-44": 7.0, "45-59": 6.1, "60+": 5.0}).to_numpy()
    columns = {
        "age_group": group.astype(object),
        "home_days": rng.integers(0, 6, rows),
        "satisfaction": rng.normal(middle, 1.4).clip(1, 10).round(1),
        "commute_min": np.where(rng.random(rows) < 0.08, np.nan, rng.gamma(4, 8, rows).round(0)),
    }
    path.write_bytes(pickle.dumps(pd.DataFrame(columns), protocol=5))


def elevation(path: Path) -> None:
    """Heights in metres on a grid of 100 m."""
    rng = seeded("elevation")
    y, x = np.mgrid[0:80, 0:120]
    hills = sum(
        h * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * s**2))
        for cx, cy, h, s in [(30, 22, 640, 14), (88, 51, 910, 17), (60, 70, 380, 9)]
    )
    np.save(path, (212 + hills + rng.normal(0, 4, x.shape)).astype(np.float32).round(1))


def flag(path: Path) -> None:
    """A PNG of plain colours: a red disc on cream beside a blue stripe."""
    pixels = np.zeros((260, 420, 3), dtype=np.uint8)
    pixels[:] = (244, 236, 210)
    pixels[:, :90] = (28, 62, 140)
    y, x = np.mgrid[0:260, 0:420]
    pixels[(x - 255) ** 2 + (y - 130) ** 2 <= 78**2] = (196, 30, 42)
    Image.fromarray(pixels).save(path, optimize=True)


def meadow(path: Path) -> None:
    """A JPEG of a meadow under a sky, with noise as of a camera."""
    rng = seeded("meadow")
    height, width = 240, 360
    pixels = np.zeros((height, width, 3))
    down = np.linspace(0, 1, height)[:, None]
    pixels[:, :] = np.stack([90 + 90 * down, 150 + 50 * down, 225 - 5 * down], axis=-1)
    grass = np.stack([70 - 30 * down, 150 - 40 * down, 50 - 15 * down], axis=-1)
    edge = 130 + 10 * np.sin(np.arange(width) / 40)
    pixels = np.where((np.arange(height)[:, None] > edge)[..., None], grass, pixels)
    noise = rng.normal(0, 4, (height // 4, width // 4, 3)).repeat(4, axis=0).repeat(4, axis=1)
    image = Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))
    image.save(path, quality=88)


def wells(path: Path) -> None:
    """Water levels of four wells, every day of a year."""
    rng = seeded("wells")
    days = pd.date_range("2024-01-01", "2024-12-31")
    parts = []
    for well, base in [("W1", 12.4), ("W2", 9.8), ("W3", 15.1), ("W4", 11.0)]:
        level = base + np.cumsum(rng.normal(-0.002, 0.05, len(days)))
        parts.append(pd.DataFrame({"day": days, "well": well, "level_m": level.round(3)}))
    pd.concat(parts, ignore_index=True).to_parquet(path, index=False)


def signal(path: Path) -> None:
    """Four seconds of a sum of two sines with noise, 250 samples a second."""
    rng = seeded("signal")
    time = np.arange(1000) / 250
    wave = 2.3 * np.sin(2 * np.pi * 17 * time) + 0.8 * np.sin(2 * np.pi * 41 * time)
    np.save(path, (wave + rng.normal(0, 0.4, 1000)).round(4))


def tiles(path: Path) -> None:
    """A mosaic of four colours in a 10 by 16 grid of tiles."""
    rng = seeded("tiles")
    palette = np.array(
        [(220, 40, 40), (40, 90, 200), (240, 200, 60), (245, 245, 245)], dtype=np.uint8
    )
    grid = palette[rng.choice(4, (10, 16), p=[0.2, 0.35, 0.15, 0.3])]
    Image.fromarray(grid.repeat(20, axis=0).repeat(20, axis=1)).save(path, optimize=True)
