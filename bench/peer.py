"""The same cells in ipykernel, driven by jupyter_client as notebooks do; prints JSON.

Run with the Python of the virtual environment that peer-requirements.txt describes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

import cells
import memory


def start() -> tuple[KernelManager, BlockingKernelClient]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(stderr=subprocess.DEVNULL)  # it warns of TCP on loopback
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return manager, client


def run(client: BlockingKernelClient, code: str) -> None:
    reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(reply["content"]["evalue"])


def timed(client: BlockingKernelClient, code: str) -> float:
    began = time.perf_counter()
    run(client, code)
    return time.perf_counter() - began


def main(rounds: int, cell_rounds: int) -> None:
    figures: dict[str, list[float]] = {
        "first": [],
        "analysis": [],
        "chart": [],
        "cell": [],
        "idle_mb": [],
    }
    for _ in range(rounds):
        began = time.perf_counter()
        manager, client = start()
        run(client, cells.FIRST)
        figures["first"].append(time.perf_counter() - began)
        run(client, cells.ANALYSIS)
        run(client, cells.CHART)
        figures["analysis"].append(time.perf_counter() - began)
        figures["cell"] += [timed(client, cells.CELL) for _ in range(cell_rounds)]
        pid = manager.provisioner.pid
        figures["idle_mb"].append(memory.pss_mb(memory.descendants([pid])))
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager, client = start()
        figures["chart"].append(timed(client, cells.CHART))
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
