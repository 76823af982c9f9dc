#!/usr/bin/env python3
"""Measures a Sandglass server over HTTP, and ipykernel beside it; prints a Markdown table.

    bench/run.py [--rounds N] [--no-peer] [--write docs/benchmarks.md]

Starts a server of its own on a free port with a home of its own and a scripted model that takes no
time (upstream.py), and ends it. Needs root, as the sandboxes do, and Python 3.11 or newer; the
peer gets a virtual environment in the cache, from peer-requirements.txt.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cells
import memory
import upstream
from api import Api

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ENDPOINT = "models.upstreams.endpoint"
PAUSE_S = 0.1
"""Shorter than any model takes to write its next cell."""
IDLE_S = 15.0
"""By then the JVM has given back what its compiler took: it does so every 10 s."""
UNASKED_S = 32.0
"""By then a container that idles has let go of its file worker."""
Figures = dict[str, list[float]]

# key of a figure, what it is, its unit, the aim
ROWS = [
    ("first", "container created and first result (`print(1 + 1)`)", "ms", "30 ms"),
    ("analysis", "container created, first pandas result and first chart", "ms", ""),
    ("cell", "one cell (`1 + 1`), 100 ms after another, as its client sees it", "ms", "3 ms"),
    ("next", "one cell right after another, which waits for the kernel's backup", "ms", "10 ms"),
    ("turn", "a whole turn with such a cell, request to answer", "ms", ""),
    ("chart", "first chart in a new container", "ms", "150 ms"),
    ("idle_mb", "memory of an idle container that has been used (PSS)", "MB", "15 MB"),
    ("listen", "server start to listening (files and models are served)", "ms", "1 s"),
    ("start", "server start to ready (the first sandbox has imported its libraries)", "ms", "1 s"),
    ("server_mb", "server's resident memory, idle after all of the above", "MB", "150 MB"),
]


@dataclass
class Server:
    pid: int
    url: str
    key: str
    seconds_to_listen: float
    seconds_to_ready: float


@contextmanager
def server(model_url: str, home: Path, *settings: str) -> Iterator[Server]:
    """A server of our own, told to stop at the end and waited for."""
    command = [str(ROOT / "sandglass"), "serve", "--port", "0", "--home", str(home)]
    for setting in settings:
        command += ["--set", setting]
    log = (home / "bench.log").open("wb")
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            *command,
            "--model-url",
            model_url,
            "--model",
            "bench",
            "--set",
            f"{ENDPOINT}.dialect=tools",
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield ready(process, home, began)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
        log.close()


def ready(process: subprocess.Popen[bytes], home: Path, began: float) -> Server:
    record = home / "run" / "server.json"
    listening = 0.0
    while time.perf_counter() - began < 120:
        if process.poll() is not None:
            raise SystemExit(f"the server ended:\n{(home / 'bench.log').read_text()[-3000:]}")
        if record.exists():
            found = json.loads(record.read_text())
            if not listening and answers(found["url"], "/healthz"):
                listening = time.perf_counter() - began
            if listening and answers(found["url"], "/readyz"):
                took = time.perf_counter() - began
                return Server(found["pid"], found["url"], found["key"], listening, took)
        time.sleep(0.002)
    raise SystemExit("the server did not get ready in 120 s")


def answers(url: str, path: str) -> bool:
    try:
        with urllib.request.urlopen(url.rsplit("/v1", 1)[0] + path, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def measure(rounds: int, cell_rounds: int, idle: int) -> Figures:
    figures: Figures = {key: [] for key, *_ in ROWS}
    model, model_url = upstream.start()
    for attempt in range(3):
        with scratch() as home, server(model_url, home) as running:
            figures["listen"].append(running.seconds_to_listen)
            figures["start"].append(running.seconds_to_ready)
            if attempt == 2:
                measure_containers(Api(running.url, running.key), figures, rounds, cell_rounds)
                measure_memory(Api(running.url, running.key), figures, idle)
                time.sleep(IDLE_S)
                figures["server_mb"].append(memory.rss_mb(running.pid))
    model.shutdown()
    return figures


@contextmanager
def scratch() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="sandglass-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure_containers(api: Api, figures: Figures, rounds: int, cell_rounds: int) -> None:
    # The first container of all waits for its sandbox, the price of a server's start.
    api.delete(warmed(api))
    for _ in range(rounds):
        began = time.perf_counter()
        container = api.create()
        created = time.perf_counter() - began
        first = api.run(container, cells.FIRST)
        if first.logs.strip() != "2":
            raise SystemExit(f"print(1 + 1) gave {first.logs!r}")
        figures["first"].append(created + first.result)
        chart = api.run(container, cells.CHART)
        if chart.images != 1:
            raise SystemExit("the chart's cell gave no image")
        figures["chart"].append(chart.cell)
        for _ in range(cell_rounds):
            time.sleep(PAUSE_S)
            figures["cell"].append(api.run(container, cells.CELL).cell)
        turns = [api.run(container, cells.CELL) for _ in range(cell_rounds)]
        figures["next"] += [turn.cell for turn in turns]
        figures["turn"] += [turn.whole for turn in turns]
        api.delete(container)
    for _ in range(rounds):
        began = time.perf_counter()
        container = api.create()
        api.run(container, cells.ANALYSIS)
        chart = api.run(container, cells.CHART)
        figures["analysis"].append(time.perf_counter() - began - chart.whole + chart.result)
        api.delete(container)


def warmed(api: Api) -> str:
    container = api.create()
    api.run(container, cells.FIRST)
    return container


def measure_memory(api: Api, figures: Figures, idle: int) -> None:
    """What idle containers add, all of them together, divided by their number."""
    kept = warmed(api)
    time.sleep(UNASKED_S)  # by then those that are kept ready have been made anew, too
    before = memory.sandboxed()
    base = memory.pss_mb(before)
    more = [warmed(api) for _ in range(idle)]
    time.sleep(UNASKED_S)
    added = memory.sandboxed() - before
    figures["idle_mb"].append((memory.pss_mb(added | before) - base) / idle)
    for container in [kept, *more]:
        api.delete(container)


def peer(rounds: int, cell_rounds: int) -> Figures:
    """ipykernel's figures, from its own environment."""
    python = peer_environment() / "bin" / "python"
    done = subprocess.run(
        [python, HERE / "peer.py", str(rounds), str(cell_rounds)],
        check=True,
        stdout=subprocess.PIPE,
        env=os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
    )
    return json.loads(done.stdout)


def peer_environment() -> Path:
    """The virtual environment of the lock file; made once for each content of it."""
    lock = HERE / "peer-requirements.txt"
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sandglass"
    cache = Path(os.environ.get("SANDGLASS_CACHE", default)) / "bench"
    place = cache / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        install = [place / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes"]
        subprocess.run([*install, "-r", lock], check=True)
        (place / "complete").touch()
    return place


def span(values: list[float], unit: str) -> str:
    if not values:
        return "-"
    scale = 1000 if unit == "ms" else 1
    low, middle, high = (
        f"{value * scale:.3g}" if value * scale < 1000 else f"{value * scale:.0f}"
        for value in (min(values), statistics.median(values), max(values))
    )
    return f"**{middle}** {unit}" if low == high else f"{low} / **{middle}** / {high} {unit}"


def table(ours: Figures, theirs: Figures) -> str:
    lines = [
        "| smallest / **median** / largest | Sandglass | ipykernel | aim |",
        "| --- | ---: | ---: | ---: |",
    ]
    for key, what, unit, aim in ROWS:
        lines.append(
            f"| {what} | {span(ours[key], unit)} | {span(theirs.get(key, []), unit)} | {aim} |"
        )
    return "\n".join(lines)


def machine() -> str:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_kib = int(Path("/proc/meminfo").read_text().split()[1])
    return (
        f"{os.cpu_count()} cores ({model}), {memory_kib / 1024**2:.0f} GB, Linux "
        f"{platform.release()}, load {os.getloadavg()[0]:.1f} at the end, {datetime.date.today()}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description="Measure Sandglass and ipykernel.")
    options.add_argument("--rounds", type=int, default=15, help="containers (15)")
    options.add_argument("--cells", type=int, default=40, help="cells in each container (40)")
    options.add_argument("--idle", type=int, default=20, help="idle containers for memory (20)")
    options.add_argument("--no-peer", action="store_true", help="leave ipykernel out")
    options.add_argument(
        "--write", type=Path, help="put the table into this file, between its marks"
    )
    chosen = options.parse_args()
    # Told to stop, it still ends the server that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    if os.geteuid() != 0:
        raise SystemExit("bench: the sandboxes and the memory of other processes need root")
    ours = measure(chosen.rounds, chosen.cells, chosen.idle)
    theirs = {} if chosen.no_peer else peer(max(3, chosen.rounds // 3), chosen.cells)
    text = f"{table(ours, theirs)}\n\n{machine()}\n"
    print(text)
    if chosen.write:
        begin, end = "<!-- figures -->\n", "<!-- /figures -->"
        before, _, rest = chosen.write.read_text().partition(begin)
        _, _, after = rest.partition(end)
        chosen.write.write_text(f"{before}{begin}{text}{end}{after}")


if __name__ == "__main__":
    main()
