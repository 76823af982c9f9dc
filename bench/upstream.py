"""A model that takes no time: an OpenAI-compatible endpoint that runs the code in the question.

It answers a question that holds a ```python block by a call of the tool with that code, and the
call's result by "done". What is measured with it is Sandglass alone.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def text_of(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


def reply_to(messages: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The delta and the reason to stop."""
    last = messages[-1]
    found = BLOCK.findall(text_of(last))
    if last.get("role") != "user" or not found:
        return {"role": "assistant", "content": "done"}, "stop"
    function = {"name": "python", "arguments": json.dumps({"code": found[-1]})}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"


def chunks(messages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    delta, reason = reply_to(messages)
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "bench"}
    yield head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield head | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    yield head | {"choices": [], "usage": usage}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else the body waits 40 ms for the client's word on the headers.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        listed = {"object": "list", "data": [{"id": "bench", "object": "model", "created": 0}]}
        self.send("application/json", json.dumps(listed).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks(body["messages"])]
        self.send("text/event-stream", "".join([*lines, "data: [DONE]\n\n"]).encode())

    def send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the bench prints figures only."""


class Server(ThreadingHTTPServer):
    daemon_threads = True


def start() -> tuple[ThreadingHTTPServer, str]:
    """Serves on a free loopback port in a thread; gives the server and its base URL."""
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/v1"
