"""Runs the probes (sandbox/probes) in containers of the tests' sandbox."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import bundle

PROBES = bundle.SOURCE.parent / "probes"
_IMPORT = "from probes import run as _run\n"

Report = dict[str, Any]


def equip(container: bundle.Container) -> None:
    for path in sorted(pathlib.Path(PROBES).glob("*.py")):
        container.put(f"probes/{path.name}", path.read_bytes())


def _reports(container: bundle.Container, code: str) -> dict[str, Report]:
    outcome = container.cell(_IMPORT + code, output_bytes=1 << 20)
    lines = [json.loads(line) for line in outcome.stdout.splitlines() if line.startswith("{")]
    assert lines and "plan" in lines[0], outcome
    reports = {line["name"]: line for line in lines[1:]}
    for name in lines[0]["plan"]:
        # A probe that ended them all has run, and was not told of.
        reports.setdefault(name, {"name": name, "verdict": "not-run", "happened": str(outcome)})
    return reports


def quick(sandbox: bundle.Sandbox) -> dict[str, Report]:
    """Name → report, of all probes that exhaust nothing."""
    neighbour, container = sandbox.fork(), sandbox.fork()
    try:
        container.put("a", b"")  # so that there is a file worker
        for each in (neighbour, container):
            equip(each)
        uid = int(neighbour.text(_IMPORT + "_run.plant()"))
        return _reports(container, f"_run.quick({uid})")
    finally:
        neighbour.close()
        container.close()


def one(container: bundle.Container, name: str) -> Report:
    return _reports(container, f"_run.one({name!r})")[name]
