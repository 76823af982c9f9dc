"""Runs the Python blocks of a Markdown document as they stand.

What the blocks presuppose is supplied: files by the names that they open, and ids of uploads and
of a container. The import of the client is the only line that is changed. Code that is meant for
the container (it has no client) is run there, as a cell.
"""

from __future__ import annotations

import csv
import json
import os
import pathlib
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from sandglass_client import OpenAI

CELL = "[run this as it stands]"
"""Tells the scripted model to run the rest of the question as a cell."""

_IMPORT = re.compile(r"^from openai import OpenAI$", re.MULTILINE)


class Block(NamedTuple):
    section: str
    line: int
    code: str

    @property
    def name(self) -> str:
        return f"{self.line}: {self.section}"


def blocks(markdown: str) -> Iterator[Block]:
    section, code, begin = "", None, 0
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("```"):
            if code is not None:
                yield Block(section, begin, "\n".join(code) + "\n")
                code = None
            elif line.strip() == "```python":
                code, begin = [], number
        elif code is not None:
            code.append(line)
        elif line.startswith("#"):
            section = line.strip("# ")


def parts(block: Block) -> Iterator[tuple[bool, str]]:
    """The block's parts: whether a part is for the container, and its code."""
    for part in re.split(r"^# Model generates:$", block.code, flags=re.MULTILINE):
        yield "client" not in part, part


def run(block: Block, client: OpenAI) -> dict[str, Any]:
    """In the current directory, where the supplied files are. Gives the block's variables."""
    names = supplied(client)
    for inside, code in parts(block):
        if inside:
            response = client.responses.create(
                model="gpt-5",
                messages=[{"role": "user", "content": f"{CELL}\n{code}"}],
                tools=[
                    {
                        "type": "code_interpreter",
                        "container": {
                            "type": "auto",
                            "file_ids": [names["file"].id, names["sales"].id],
                        },
                    }
                ],
            )
            assert [o.error for o in response.tool_outputs] == [None], response.tool_outputs
        else:
            changed = _IMPORT.sub("from sandglass_client import OpenAI", code)
            exec(compile(changed, block.name, "exec"), names)
    return names


def supplied(client: OpenAI) -> dict[str, Any]:
    def upload(name: str) -> Any:
        with open(name, "rb") as f:
            return client.files.create(file=f, purpose="assistants")

    data = upload("data.csv")
    return {
        "client": client,
        "file": data,
        "file1": data,
        "file2": upload("data2.csv"),
        "large_file": data,
        "sales": upload("sales_data.csv"),
        "image_file": upload("photo.jpg"),
        "container": client.containers.create(),
    }


def make_files(folder: pathlib.Path) -> None:
    """The files that the guide's blocks open."""
    for name in ("data.csv", "data1.csv", "data2.csv", "data3.csv", "user_metrics.csv"):
        _table(folder / name, ["day", "sales"], [[n, 10 * n] for n in range(1, 20)])
    _table(
        folder / "sales_data.csv",
        ["date", "product", "revenue"],
        [[f"2024-{1 + n % 12:02d}-{1 + n % 27:02d}", "abcdefg"[n % 7], n] for n in range(1, 90)],
    )
    (folder / "api_data.json").write_text(json.dumps({"rows": [1, 2, 3]}))
    (folder / "photo.jpg").write_bytes(_picture(40, 30))


def _table(path: pathlib.Path, header: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", newline="") as f:
        csv.writer(f).writerows([header, *rows])


def _picture(width: int, height: int) -> bytes:
    """A PNG: what a program makes of a name that says JPEG is no business of the API."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = (b"\0" + os.urandom(3 * width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    image = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", image) + chunk(b"IEND", b"")
