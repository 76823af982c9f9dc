"""The little of the API that the bench needs, over one kept connection, with times of events."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Turn:
    """One streamed response: seconds from the request to each kind of event's first arrival."""

    events: dict[str, float] = field(default_factory=dict)
    logs: str = ""
    images: int = 0

    def between(self, first: str, last: str) -> float:
        return self.events[last] - self.events[first]

    @property
    def cell(self) -> float:
        """What a client sees of the cell itself: from its start to its end."""
        call = "response.code_interpreter_call"
        return self.between(f"{call}.interpreting", f"{call}.completed")

    @property
    def result(self) -> float:
        """From the request to the end of the cell."""
        return self.events["response.code_interpreter_call.completed"]

    @property
    def whole(self) -> float:
        return self.events["response.completed"]


class Api:
    def __init__(self, base: str, key: str) -> None:
        address = urlsplit(base)
        assert address.hostname is not None
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
        self.prefix = address.path.rstrip("/")
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def request(self, method: str, path: str, body: Any = None) -> http.client.HTTPResponse:
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, self.prefix + path, data, self.headers)
        response = self.connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {response.read(2000)!r}")
        return response

    def create(self) -> str:
        """A new container's id."""
        return json.loads(self.request("POST", "/containers", {"name": "bench"}).read())["id"]

    def delete(self, container: str) -> None:
        self.request("DELETE", f"/containers/{container}").read()

    def run(self, container: str, code: str) -> Turn:
        """Has the scripted model run the code in the container."""
        body = {
            "model": "bench",
            "input": f"```python\n{code}\n```",
            "stream": True,
            "store": False,
            "include": ["code_interpreter_call.outputs"],
            "tools": [{"type": "code_interpreter", "container": container}],
        }
        began = time.perf_counter()
        response = self.request("POST", "/responses", body)
        turn = Turn()
        for line in iter(response.readline, b""):
            if not line.startswith(b"data: "):
                continue
            event = json.loads(line[6:])
            turn.events.setdefault(event["type"], time.perf_counter() - began)
            if event["type"] == "response.output_item.done":
                for output in event["item"].get("outputs") or []:
                    turn.logs += output.get("logs", "")
                    turn.images += output["type"] == "image"
        if "response.completed" not in turn.events:
            raise RuntimeError(f"the turn did not complete: {list(turn.events)}")
        return turn
