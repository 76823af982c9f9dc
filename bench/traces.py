"""What a server's sandboxes have on the host: processes, groups, mounts, loop devices, files."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import time

from soak_server import Server


def groups(server: Server) -> list[pathlib.Path]:
    """The control groups of this server's containers and sandboxes."""
    found = []
    for root, names, _ in os.walk("/sys/fs/cgroup"):
        found += [pathlib.Path(root, n) for n in names if instance(server) in n]
    return found


def instance(server: Server) -> str:
    return f"sandglass-{java_hash(str(run_directory(server))):x}"


def run_directory(server: Server) -> pathlib.Path:
    return pathlib.Path("/run/sandglass", f"{java_hash(str(server.home)):x}")


def java_hash(text: str) -> int:
    value = 0
    for character in text:
        value = (value * 31 + ord(character)) & 0xFFFFFFFF
    return value


def supervisors(server: Server, container: str) -> list[int]:
    """Of a container, by the name that the driver's ledger has it under."""
    found = []
    for fork in run_directory(server).glob("box-*/forks/*.json"):
        if json.loads(fork.read_text())["spec"]["id"] == container:
            found += first_processes(server, fork.stem)
    return found


def first_processes(server: Server, name: str) -> list[int]:
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(entry.name)
            if f"{instance(server)}/{name}" not in (entry / "cgroup").read_text():
                continue
            lines = (entry / "status").read_text().splitlines()
            inner = next(line.split()[1:] for line in lines if line.startswith("NSpid:"))
            if inner[-1] == "1":
                found.append(pid)
    return found


def leaks(server: Server) -> list[str]:
    found = [f"group {g}" for g in groups(server)]
    run, data = run_directory(server), server.home / "containers"
    found += [
        f"mount {m}" for m in pathlib.Path("/proc/mounts").read_text().splitlines() if str(run) in m
    ]
    found += [f"file {p}" for d in (run, data) if d.exists() for p in d.rglob("*")]
    found += loop_devices(data)
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if instance(server) in (entry / "cgroup").read_text():
                found.append(f"process {(entry / 'comm').read_text().strip()}")
    return found


def loop_devices(data: pathlib.Path) -> list[str]:
    """Of containers' disks. Linux frees them a moment after the container's last process."""
    deadline = time.monotonic() + 10
    while True:
        found = []
        for device in pathlib.Path("/sys/block").glob("loop*"):
            with contextlib.suppress(OSError):
                image = (device / "loop" / "backing_file").read_text().strip()
                if image.startswith(f"{data}/"):
                    found.append(f"loop device {device.name} of {image}")
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def zygote(server: Server, container: str) -> int:
    """The first process of the sandbox that a container is in: its supervisor's parent."""
    supervisor = supervisors(server, container)[0]
    status = pathlib.Path(f"/proc/{supervisor}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])
