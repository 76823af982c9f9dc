#!/usr/bin/env python3
"""What the kernel's backups cost: `sudo bench/backups.py [--rounds N]`.

In a sandbox of the sandbox's own tests, over the protocol, so that nothing of the server's is in
the figures. Containers with and without backups take turns, so that a load meets both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY / "sandbox" / p) for p in ("tests", "src")]

import bundle  # noqa: E402

CELL = "n = n + 1"
LIMITS = {"memory_bytes": 4 << 30, "reserve_bytes": 256 << 20, "backup_cost_ms": 300}
REWRITE = "import time; began = time.perf_counter(); a += 1; print(time.perf_counter() - began)"
CRASH = "import os; os._exit(1)"


def milliseconds(container: bundle.Container, code: str) -> float:
    began = time.perf_counter()
    container.text(code)
    return (time.perf_counter() - began) * 1000


def row(name: str, without: list[float], with_: list[float]) -> None:
    a, b = statistics.median(without), statistics.median(with_)
    print(f"| {name} | {a:.2f} | {b:.2f} | {b - a:+.2f} |", flush=True)


def cells(containers: list[bundle.Container], rounds: int, pause: float) -> list[list[float]]:
    """Milliseconds of each cell, for each container."""
    times: list[list[float]] = [[] for _ in containers]
    for _ in range(rounds):
        for container, mine in zip(containers, times, strict=True):
            for _ in range(5):
                time.sleep(pause)
                mine.append(milliseconds(container, CELL))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    sandbox = bundle.Sandbox(bundle.image_directory())
    try:
        containers = [sandbox.fork(limits={**LIMITS, "backups": on}) for on in (False, True)]
        for container in containers:
            container.text("n = 0")
        print("| p50, ms | without backups | with | costs |\n| --- | ---: | ---: | ---: |")
        row("a cell 50 ms after another", *cells(containers, rounds, 0.05))
        row("a cell right after another", *cells(containers, rounds, 0.0))
        for container in containers:
            container.text("import numpy as np; a = np.ones(500 << 17)")
        time.sleep(1)
        rewrites = [[float(c.text(REWRITE)) * 1000 for _ in range(3)] for c in containers]
        row("a cell that rewrites 500 MB in place", *rewrites)
        revivals = []
        for _ in range(rounds):
            began = time.perf_counter()
            outcome = containers[1].cell(CRASH)
            revivals.append((time.perf_counter() - began) * 1000)
            assert outcome.done["restored"], outcome
        crash = statistics.median(revivals)
        print(f"a crash, from its cell's start to the revived kernel: {crash:.1f} ms")
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
