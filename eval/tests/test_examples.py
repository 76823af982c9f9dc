"""The committed example files are what their generator writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_generator_repeats_the_committed_files(tmp_path: Path) -> None:
    for script in EXAMPLES.glob("*.py"):
        shutil.copy(script, tmp_path)
    subprocess.run([sys.executable, tmp_path / "generate.py"], check=True)
    for name in ("sales.csv", "staff.xlsx", "stations.json", "lake.png"):
        if (EXAMPLES / name).read_bytes() != (tmp_path / name).read_bytes():
            pytest.fail(f"{name} differs from what examples/generate.py writes")
