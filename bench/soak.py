#!/usr/bin/env python3
"""Containers made, crashed and deleted while the server is killed with SIGKILL: what is lost?

    bench/soak.py [--containers 2000] [--kills 20] [--seed N] [--server COMMAND]

Talks to a real server over HTTP and runs on real runc; needs root. The model is scripted: it runs
what the user says. After each crash and each kill the variables and files of the containers in
play are checked by value from outside. Moments are seeded. Fails if anything promised was lost, if
something is left behind at the end, or if a kind of event never happened.
"""

from __future__ import annotations

import argparse
import collections
import http.server
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

from soak_server import Model, Server, logs
from traces import leaks, supervisors, zygote

LOST = re.compile(
    "(All variables|Variables of earlier cells) are lost|were ended right after this cell"
)
SHOW = "print(globals().get('v', 'gone'))"


@dataclass(frozen=True)
class Crash:
    """A cell that ends its kernel.

    :param says: what its output must say of it
    :param weight: how often, beside the others
    """

    code: str
    says: str
    weight: int = 20


CRASHES = {
    "segfault": Crash("import ctypes; ctypes.string_at(0)", "segmentation fault"),
    "exit": Crash("import os; os._exit(3)", "status 3"),
    "out of memory": Crash(
        "import ctypes\nb = []\nwhile True: b.append(ctypes.create_string_buffer(8 << 20))",
        "MemoryError",
    ),
    "killed for memory": Crash(
        "import mmap\nb = mmap.mmap(-1, 2 << 30)\nfor at in range(0, 2 << 30, 4096): b[at] = 1",
        "needed more than the container's memory",
    ),
    "abort": Crash("import os; os.abort()", "abort"),
    "stack overflow": Crash(
        "import sys\nsys.setrecursionlimit(10**9)\n"
        "class A:\n  def __getattr__(self, n): return getattr(self, n + 'x')\nA().a",
        "",
    ),
    "builtins deleted": Crash("import builtins; vars(builtins).clear()", "builtins"),
    "C loop that ignores SIGINT": Crash(
        "import itertools; sum(itertools.repeat(0))", "did not stop", weight=2
    ),
}
OUTSIDE = {"supervisor killed": 20, "sandbox killed": 1}
WEIGHTS = {kind: crash.weight for kind, crash in CRASHES.items()} | OUTSIDE
KINDS = [*WEIGHTS, "deleted", "killed during a cell", "killed between cells"]


def kill(first: int) -> None:
    """Ends a sandbox by its first process, which ends last: until then a cell might still run."""
    os.kill(first, signal.SIGKILL)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if pathlib.Path(f"/proc/{first}/stat").read_text().rsplit(") ", 1)[1][0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.005)


class Soak:
    """The run: containers in play with the values that they must have."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.random = random.Random(seed)
        self.values: dict[str, int] = {}
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []

    def check(self, container: str, gone: bool = False) -> None:
        """Variable and file, by value; `gone`: the variable may be lost, if that is told."""
        value = self.values[container]
        said = self.server.run(container, SHOW)
        while gone and LOST.search(said):
            self.counts["variables lost with their supervisor, and told"] += 1
            said = self.server.run(container, f"v = {value}\n{SHOW}")
        if said == f"{value}\n":
            self.counts["variables kept"] += not gone
        else:
            self.failures.append(f"{container}: v is {said!r}, not {value}")
            self.server.run(container, f"v = {value}")
        if (content := self.server.file(container, "v.txt")) == str(value):
            self.counts["files kept"] += 1
        else:
            self.failures.append(f"{container}: v.txt is {content!r}, not {value}")

    def make(self) -> str:
        container = self.server.json("POST", "/containers", {"name": "soak"})["id"]
        value = self.random.randrange(10**9)
        self.values[container] = value
        self.server.run(container, f"v = {value}; _ = open('v.txt', 'w').write('{value}')")
        return container

    def crash(self, container: str) -> None:
        [kind] = self.random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.counts[kind] += 1
        if kind == "supervisor killed":
            for pid in supervisors(self.server, container):
                os.kill(pid, signal.SIGKILL)
            self.check(container, gone=True)
        elif kind == "sandbox killed":
            kill(zygote(self.server, container))
            for one in list(self.values):
                self.check(one, gone=True)
        else:
            crash = CRASHES[kind]
            said = self.server.run(container, crash.code)
            if crash.says not in said:
                self.failures.append(f"{container}: {kind}, and the cell said {said!r}")
            self.check(container)

    def delete(self, container: str) -> None:
        self.server.json("DELETE", f"/containers/{container}")
        del self.values[container]
        self.counts["deleted"] += 1

    def kill_between(self) -> None:
        self.server.kill()
        self.server.start()
        self.counts["killed between cells"] += 1

    def kill_during(self, container: str) -> None:
        value = self.random.randrange(10**9)
        code = (
            "import os, time\n"
            f"_ = open('v.txt', 'w').write('{value}')\n"
            "n = globals().get('n', 0) + 1\n"
            "print('one', flush=True)\n"
            "while not os.path.exists('go'): time.sleep(0.01)\n"
            f"os.remove('go'); v = {value}; print('two', n)"
        )
        body = json.dumps(self.server.turn(container, code, stream=True)).encode()
        answer = self.server.open("POST", "/responses", body)
        response = ""
        for line in answer:
            if not response and line.startswith(b"data: "):
                response = json.loads(line[6:])["response"]["id"]
            if b"sandglass.cell_output.delta" in line and b"one" in line:
                break
        time.sleep(self.random.random() * 0.2)
        self.server.kill()
        self.server.start()
        self.server.upload(container, "go", "x")
        path = f"/responses/{response}?include[]=code_interpreter_call.outputs"
        while (found := self.server.json("GET", path))["status"] == "in_progress":
            time.sleep(0.05)
        said = logs(found)
        if found["status"] != "failed" or not said.startswith("one\ntwo "):
            self.failures.append(f"{response}: {found['status']}, {said!r}")
        runs = self.server.run(container, "print(n); del n")
        if runs != "1\n":
            self.failures.append(f"{container}: its cell ran {runs!r} times")
        self.values[container] = value
        self.counts["killed during a cell"] += 1

    def run(self, containers: int, kills: int, in_play: int) -> None:
        moments = sorted(self.random.sample(range(in_play, containers), kills))
        during = set(self.random.sample(moments, (kills + 1) // 2))
        for made in range(containers):
            container = self.make()
            if made in moments:
                if made in during:
                    self.kill_during(self.random.choice(list(self.values)))
                else:
                    self.kill_between()
                for one in list(self.values):
                    self.check(one)
                print(f"{made + 1} containers, {dict(self.counts)}", flush=True)
            self.crash(container)
            if len(self.values) > in_play:
                self.delete(self.random.choice(list(self.values)))
        for container in list(self.values):
            self.check(container)
            self.delete(container)


def main() -> None:
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--containers", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--in-play", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--server", default=str(root / "sandglass"), help="the command")
    parser.add_argument("--cell-timeout", default="15s", help="sandbox.cell-timeout")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    home = pathlib.Path(tempfile.mkdtemp(prefix="sandglass-soak-"))
    began = time.monotonic()
    limits = ["--set", f"sandbox.cell-timeout={options.cell_timeout}"]
    limits += ["--set", "sandbox.cell-grace=1s"]
    endpoint = f"http://127.0.0.1:{model.server_port}/v1"
    server = Server([*shlex.split(options.server), "serve", *limits], home, endpoint)
    soak = Soak(server, options.seed)
    try:
        soak.run(options.containers, options.kills, options.in_play)
    finally:
        server.stop()
    left = leaks(server)
    never = [kind for kind in KINDS if not soak.counts[kind]]
    print(f"seed {options.seed}: {options.containers} containers, {time.monotonic() - began:.0f} s")
    for kind, count in sorted(soak.counts.items()):
        print(f"  {count:6} {kind}")
    for what, found in (("lost", soak.failures), ("left behind", left), ("never happened", never)):
        print(f"  {len(found):6} {what}" + "".join(f"\n         {f}" for f in found[:20]))
    if soak.failures or left or never:
        sys.exit(f"failed; the server's log is {home}/server.log")
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
