"""The committed example files are what their generator writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_generator_repeats_the_committed_files(tmp_path: Path) -> None:
    for script in EXAMPLES.glob("*.py"):
        shutil.copy(script, tmp_path)
    subprocess.run([sys.executable, tmp_path / "generate.py"], check=True)
    for name in ("sales.csv", "staff.xlsx", "stations.json", "lake.png"):
        if (EXAMPLES / name).read_bytes() != (tmp_path / name).read_bytes():
            pytest.fail(f"{name} differs from what examples/generate.py writes")


def test_pandas_reads_the_workbook_without_a_word() -> None:
    with warnings.catch_warnings(action="error"):
        sheets = pd.read_excel(EXAMPLES / "staff.xlsx", sheet_name=None)
    assert [len(sheet) > 0 for sheet in sheets.values()] == [True] * 3
