"""The server that is killed, with a scripted model: it runs what the user says."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import pathlib
import signal
import socket
import subprocess
import sys
import time
from typing import Any


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
            *("--no-setup", "--home", str(home), "--port", str(self.port)),
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
