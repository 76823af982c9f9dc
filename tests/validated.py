"""Holds target/validated.json against what the official Java SDK must have accepted in a run.

Every type of the API, and every event of a stream, was seen and accepted at least once.
"""

from __future__ import annotations

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[1]
SEEN = ROOT / "server" / "target" / "validated.json"

OBJECTS = (
    "response",
    "response deleted",
    "input item",
    "list",
    "container",
    "container.deleted",
    "container.file",
    "container.file.deleted",
    "file",
    "file deleted",
    "model",
    "usage",
    "costs",
    "error",
)
EVENTS = (
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.delta",
    "response.output_text.done",
    "response.output_text.annotation.added",
    "response.code_interpreter_call.in_progress",
    "response.code_interpreter_call.interpreting",
    "response.code_interpreter_call.completed",
    "response.code_interpreter_call_code.delta",
    "response.code_interpreter_call_code.done",
    "response.completed",
    "response.incomplete",
    "response.failed",
    "error",
)


def main() -> int:
    seen: dict[str, int] = json.loads(SEEN.read_text())
    missing = [n for n in (*OBJECTS, *(f"event {e}" for e in EVENTS)) if not seen.get(n)]
    for name in missing:
        print(f"never seen and accepted by the Java SDK: {name}")
    print(f"the Java SDK accepted {sum(seen.values())} objects and events of {len(seen)} kinds")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
