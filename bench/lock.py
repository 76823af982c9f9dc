"""Writes peer-requirements.txt from peer-requirements.in, with hashes for Python 3.11 and 3.13."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def resolved(python: str, constraints: list[str]) -> dict[str, tuple[str, str]]:
    """name → (version, SHA-256 of the wheel) as pip would install for this Python on Linux."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as fixed:
        fixed.write("\n".join(constraints))
        fixed.flush()
        command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--report", "-"]
        command += ["--ignore-installed", "--only-binary=:all:", "--python-version", python]
        command += ["--target", "unused", "-c", fixed.name]
        command += ["-r", str(HERE / "peer-requirements.in")]
        report = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return {
        entry["metadata"]["name"].lower(): (
            entry["metadata"]["version"],
            entry["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for entry in json.loads(report)["install"]
    }


def main() -> None:
    older = resolved("3.11", [])
    pins = [f"{name}=={version}" for name, (version, _) in older.items()]
    newer = resolved("3.13", pins)
    lines = ["# Written by lock.py from peer-requirements.in: CPython 3.11 and 3.13, x86-64."]
    for name in sorted(older | newer):
        found = [by[name] for by in (older, newer) if name in by]
        hashes = sorted({sha for _, sha in found})
        marks = "".join(f" \\\n    --hash=sha256:{sha}" for sha in hashes)
        lines.append(f"{name}=={found[0][0]}{marks}")
    (HERE / "peer-requirements.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
