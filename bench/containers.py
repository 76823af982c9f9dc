#!/usr/bin/env python3
"""Makes many containers over HTTP: one at a time, as many as it can for a while, many at once.

    bench/containers.py [--singles N] [--seconds S] [--clients N] [--idle N]

Starts servers of its own like run.py. Each container runs a cell, so it has really been made. The
rate is measured with `sandbox.ready-containers=0`: every container is made when it is asked for.
The cell prints random numbers, and none may come twice.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import run

import memory
import upstream
from api import Api

DRAW = "import random, numpy, os; print(random.random(), numpy.random.rand(), os.urandom(8).hex())"
DRAWN = 3
UIDS = 1_070_000_000
SETTINGS = (
    "container.max-per-project=100000",
    # Above those of all other servers on this host: so its processes are known from theirs.
    f"sandbox.uid-base={UIDS}",
)


class Numbers:
    """All numbers that were drawn; a second time is an error. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[str] = set()

    def add(self, line: str) -> None:
        numbers = set(line.split())
        with self._lock:
            if len(numbers) != DRAWN or numbers & self._seen:
                raise SystemExit(f"these numbers are not new: {line!r}")
            self._seen |= numbers

    def __len__(self) -> int:
        return len(self._seen)


def warm(api: Api) -> None:
    """The first container of all waits for its sandbox."""
    container = api.create()
    api.run(container, DRAW)
    api.delete(container)


def used(api: Api, numbers: Numbers) -> str:
    """A container that has run its cell."""
    container = api.create()
    numbers.add(api.run(container, DRAW).logs)
    return container


def one_at_a_time(api: Api, count: int, numbers: Numbers) -> tuple[list[float], list[float]]:
    """Seconds until a container has given its first result, and until a second cell has."""
    first, again = [], []
    for _ in range(count):
        time.sleep(0.5)
        began = time.perf_counter()
        container = api.create()
        made = time.perf_counter() - began
        turn = api.run(container, DRAW)
        numbers.add(turn.logs)
        first.append(made + turn.result)
        second = api.run(container, DRAW)
        numbers.add(second.logs)
        again.append(second.result)
        api.delete(container)
    return first, again


def rate(server: run.Server, clients: int, seconds: float, numbers: Numbers) -> float:
    """Containers a second: made, used and deleted by clients that do nothing else."""
    end = time.perf_counter() + seconds
    made = [0] * clients
    failures: list[BaseException] = []

    def client(index: int) -> None:
        api = Api(server.url, server.key)
        try:
            while time.perf_counter() < end:
                api.delete(used(api, numbers))
                made[index] += 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=client, args=(index,)) for index in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"a client failed: {failures[0]!r}")
    return sum(made) / (time.perf_counter() - began)


@contextmanager
def many(api: Api, count: int, numbers: Numbers) -> Iterator[list[str]]:
    made = [used(api, numbers) for _ in range(count)]
    try:
        yield made
    finally:
        for container in made:
            api.delete(container)


def main() -> None:
    options = argparse.ArgumentParser(description="Make many containers.")
    options.add_argument("--singles", type=int, default=30, help="one at a time (30)")
    options.add_argument("--seconds", type=float, default=60, help="of the rate (60)")
    options.add_argument("--clients", type=int, default=4, help="at once, for the rate (4)")
    options.add_argument("--idle", type=int, default=500, help="alive at once (500)")
    chosen = options.parse_args()
    # Told to stop, it still ends the server that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    if os.geteuid() != 0:
        sys.exit("bench: the sandboxes and the memory of other processes need root")
    numbers = Numbers()
    model, url = upstream.start()
    with run.scratch() as home, run.server(url, home, *SETTINGS) as running:
        api = Api(running.url, running.key)
        warm(api)
        if chosen.singles:
            first, again = one_at_a_time(api, chosen.singles, numbers)
            more = [a - b for a, b in zip(first, again, strict=True)]
            print(f"container created and first result: {run.span(first, 'ms')}")
            print(f"  of it creation (less the same turn once more): {run.span(more, 'ms')}")
        if chosen.idle:
            base = memory.pss_mb(memory.of_users_from(UIDS))
            api = Api(running.url, running.key)  # the server closes an idle connection
            began = time.perf_counter()
            with many(api, chosen.idle, numbers) as made:
                took = time.perf_counter() - began
                time.sleep(run.UNASKED_S)
                pids = memory.of_users_from(UIDS)
                added = memory.pss_mb(pids) - base
                tables = memory.page_tables_mb(pids)
                api.connection.close()
                again_at = time.perf_counter()
                numbers.add(api.run(made[0], DRAW).logs)
                oldest = time.perf_counter() - again_at
            print(
                f"{chosen.idle} idle containers: {added / 1024:.2f} GB (PSS) more and "
                f"{tables / 1024:.2f} GB of page tables, made in "
                f"{took:.0f} s; the oldest then answered in {oldest * 1000:.0f} ms"
            )
    if chosen.seconds:
        none = "sandbox.ready-containers=0"
        with run.scratch() as home, run.server(url, home, *SETTINGS, none) as running:
            warm(Api(running.url, running.key))
            per_second = rate(running, chosen.clients, chosen.seconds, numbers)
        print(f"made, used and deleted, none ready ahead: {per_second:.1f}/s")
    model.shutdown()
    print(f"{len(numbers):,} random numbers, each of them new")
    print(run.machine())


if __name__ == "__main__":
    main()
