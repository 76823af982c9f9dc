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
import contextlib
import http.client
import http.server
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

LOST = "Variables of earlier cells are lost"
CRASHES = {
    "segfault": "import ctypes; ctypes.string_at(0)",
    "exit": "import os; os._exit(3)",
    "out of memory": "b = []\nwhile True: b.append(bytearray(64 << 20))",
    "abort": "import os; os.abort()",
    "stack overflow": "import sys\nsys.setrecursionlimit(10**9)\n"
    "class A:\n  def __getattr__(self, n): return getattr(self, n + 'x')\nA().a",
}
KINDS = [*CRASHES, "supervisor killed", "deleted", "killed during a cell", "killed between cells"]


class Model(http.server.BaseHTTPRequestHandler):
    """Chat Completions: the user's words as a call of `python`, then an end."""

    def log_message(self, *_: Any) -> None: ...

    def do_GET(self) -> None:
        self._answer("application/json", json.dumps({"data": [{"id": "scripted"}]}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        last = body["messages"][-1]
        if last["role"] == "tool":
            delta: dict[str, Any] = {"content": "Done."}
        else:
            text = last["content"]
            if not isinstance(text, str):
                text = "".join(part.get("text", "") for part in text)
            call = {"name": "python", "arguments": json.dumps({"code": text})}
            delta = {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": call}]}
        reason = "stop" if "content" in delta else "tool_calls"
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        chunk = {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": choices}
        self._answer("text/event-stream", f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n")

    def _answer(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class Server:
    """The server's process and its API."""

    def __init__(self, command: list[str], home: pathlib.Path, model: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home = home
        self._command = [
            *command,
            *("serve", "--no-setup", "--home", str(home), "--port", str(self.port)),
            *("--model-url", model, "--model", "scripted"),
        ]
        self._log = (home / "server.log").open("ab")
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL
        )
        record = self.home / "run" / "server.json"
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError):
                said = json.loads(record.read_text())
                if said["pid"] == self._process.pid:
                    self.key = said["key"]
                    return
            if self._process.poll() is not None:
                sys.exit(f"the server ended: {(self.home / 'server.log').read_text()[-2000:]}")
            time.sleep(0.05)
        sys.exit("the server did not start")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()

    def open(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        connection.request(method, "/v1" + path, body, headers)
        return connection.getresponse()

    def json(self, method: str, path: str, body: Any = None) -> Any:
        raw = None if body is None else json.dumps(body).encode()
        answer = self.open(method, path, raw)
        found = json.loads(answer.read())
        if answer.status >= 400:
            raise AssertionError(f"{method} {path}: {answer.status} {found}")
        return found

    def upload(self, container: str, name: str, content: str) -> None:
        form = (
            f'--B\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            f"{content}\r\n--B--\r\n"
        )
        path = f"/containers/{container}/files"
        answer = self.open("POST", path, form.encode(), "multipart/form-data; boundary=B")
        assert answer.status == 200, answer.read()

    @staticmethod
    def turn(container: str, code: str, **more: Any) -> dict[str, Any]:
        return {
            "model": "m",
            "input": code,
            "tools": [{"type": "code_interpreter", "container": container}],
            "include": ["code_interpreter_call.outputs", "sandglass.cell_output"],
            **more,
        }

    def run(self, container: str, code: str) -> str:
        return logs(self.json("POST", "/responses", self.turn(container, code)))

    def file(self, container: str, name: str) -> str | None:
        listing = self.json("GET", f"/containers/{container}/files?limit=100")
        for file in listing["data"]:
            if file["path"] == f"/mnt/data/{name}":
                path = f"/containers/{container}/files/{file['id']}/content"
                return self.open("GET", path).read().decode()
        return None


def logs(response: Any) -> str:
    outputs = [o for item in response["output"] for o in item.get("outputs") or []]
    return "".join(o.get("logs", "") for o in outputs)


class Soak:
    """The run: containers in play with the values that they must have."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.random = random.Random(seed)
        self.values: dict[str, int] = {}
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []

    def check(self, container: str, crash: str | None = None) -> None:
        """Variable and file, by value; after a crash, `crash` is what the crashed cell said."""
        said = self.server.run(container, "print(globals().get('v', 'gone'))")
        value = self.values[container]
        if crash is not None and LOST in crash + said and said.startswith("gone\n"):
            self.counts["variables lost, and told"] += 1
            self.server.run(container, f"v = {value}")
        elif not said.startswith(f"{value}\n"):
            self.failures.append(f"{container}: v is {said!r}, not {value}")
            self.server.run(container, f"v = {value}")
        else:
            self.counts["variables kept"] += 1
        content = self.server.file(container, "v.txt")
        if content != str(value):
            self.failures.append(f"{container}: v.txt is {content!r}, not {value}")
        else:
            self.counts["files kept"] += 1

    def make(self) -> str:
        container = self.server.json("POST", "/containers", {"name": "soak"})["id"]
        value = self.random.randrange(10**9)
        self.values[container] = value
        self.server.run(container, f"v = {value}; _ = open('v.txt', 'w').write('{value}')")
        return container

    def crash(self, container: str) -> None:
        kind = self.random.choice([*CRASHES, "supervisor killed"])
        said = ""
        if kind == "supervisor killed":
            for pid in supervisors(self.server, container):
                os.kill(pid, signal.SIGKILL)
        else:
            said = self.server.run(container, CRASHES[kind])
        self.counts[kind] += 1
        self.check(container, said)

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


def main() -> None:
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--containers", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--in-play", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--server", default=str(root / "sandglass"), help="the command")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    home = pathlib.Path(tempfile.mkdtemp(prefix="sandglass-soak-"))
    began = time.monotonic()
    server = Server(shlex.split(options.server), home, f"http://127.0.0.1:{model.server_port}/v1")
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
