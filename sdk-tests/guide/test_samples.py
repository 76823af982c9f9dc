"""Every script of examples/python/guide/ runs, and tells what the data says."""

import csv
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "examples" / "python" / "guide"

with (ROOT / "examples" / "sales.csv").open() as f:
    SALES = list(csv.DictReader(f))
REVENUE = f"{sum(float(row['revenue']) for row in SALES):.2f}"
MEAN_UNITS = str(sum(int(row["units"]) for row in SALES) / len(SALES))[:10]

SAID = {
    "basic_usage": ["2 3 5 7 11 13 17 19 23 29 31 37 41 43 47"],
    "file_upload": ["12 months", "sandbox:/mnt/data/months.png"],
    "iteration": ["error: FileNotFoundError: ", "error: None", MEAN_UNITS],
    "auto_container": ["sales.csv", "3 stations, 2 files", "same container: True"],
    "manual_container": [f"{len(SALES)} orders", "units"],
    "container_lifecycle": ["Status: active"],
    "upload_files": ["stations.json", "3 branches, 24 weeks"],
    "access_files": ["['sales.csv']"],
    "download_files": ["Generated file: cfile_"],
    "csv_analysis": [REVENUE, "far out of line"],
    "statistical_analysis": ["median", "B is longer"],
    "image_processing": ["(240, 160)"],
    "charts": ["4 charts"],
    "interactive": ["sandbox:/mnt/data/waves.html"],
    "numerical": ["3166.93", "[-2, 1, 3]", "68", "{x: 3, y: 2}"],
    "scientific": ["The mean of all is 3."],
    "preprocessing": ["gaps filled; 180 to learn, 60 to test"],
    "simple_models": ["fits well - most of all size_m2"],
    "clear_instructions": ["3.875 3.5", "What shall I find out"],
    "reuse_containers": ["300.0", "drawn from 300"],
    "large_files": ["5000 of 200000 rows; the median temperature is 20"],
    "error_handling": ["Code execution error: FileNotFoundError: "],
    "workarounds": ["there is no network in this sandbox: upload the data as a file", "215.0"],
    "cost_optimization": ["one container: True"],
}
ARGUMENTS = {"large_files": ["200000"], "download_files": ["."]}


def run(name: str, folder: pathlib.Path) -> str:
    done = subprocess.run(
        [sys.executable, SAMPLES / f"{name}.py", *ARGUMENTS.get(name, [])],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SAMPLES.parent), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SAID)
def test_sample(name, tmp_path):
    said = run(name, tmp_path)
    for words in SAID[name]:
        assert words in said


def test_the_downloaded_chart_is_one(tmp_path):
    run("download_files", tmp_path)
    assert (tmp_path / "downloaded_units.png").read_bytes().startswith(b"\x89PNG")


def test_every_sample_is_run():
    assert {path.stem for path in SAMPLES.glob("*.py")} - {"data"} == set(SAID)
