"""Where no file can be nameless, an unfinished one is hidden, and nothing of it stays behind."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

from sandglass_sandbox import uploads
from sandglass_sandbox.messages import Failure
from sandglass_sandbox.system import GVISOR, LINUX
from sandglass_sandbox.worker import Worker


@pytest.fixture(params=[LINUX, GVISOR], ids=lambda s: s.name)
def worker(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Worker:
    return Worker(str(tmp_path), request.param)


def put(worker: Worker, path: str, content: bytes, collision: str = "fail") -> str:
    handle = worker.answer({"type": "file.create", "size": None}, b"")[0]["handle"]
    worker.answer({"type": "file.append", "handle": handle}, content)
    fields = {"type": "file.commit", "handle": handle, "path": path, "collision": collision}
    return worker.answer(fields, b"")[0]["path"]


def listed(worker: Worker) -> list[str]:
    files = json.loads(worker.answer({"type": "file.list", "limit": 10}, b"")[1])
    return [file["path"] for file in files]


def test_a_file_appears_whole_and_alone(worker, tmp_path):
    assert put(worker, "a/b.txt", b"content") == "a/b.txt"
    assert (tmp_path / "a/b.txt").read_bytes() == b"content"
    assert os.listdir(tmp_path) == ["a"]


def test_collisions_are_refused_renamed_or_replaced(worker, tmp_path):
    put(worker, "x", b"1")
    with pytest.raises(Failure):
        put(worker, "x", b"2")
    assert put(worker, "x", b"3", "rename") == "x (2)"
    put(worker, "x", b"4", "replace")
    assert (tmp_path / "x").read_bytes() == b"4"
    assert listed(worker) == ["x", "x (2)"]


def test_an_unfinished_file_is_in_no_list(worker):
    worker.answer({"type": "file.create", "size": None}, b"")
    assert listed(worker) == []


def test_what_is_given_up_is_gone(worker, tmp_path):
    handle = worker.answer({"type": "file.create", "size": None}, b"")[0]["handle"]
    worker.answer({"type": "file.abort", "handle": handle}, b"")
    assert os.listdir(tmp_path) == []


def test_the_next_worker_removes_what_one_that_died_had_begun(tmp_path):
    Worker(str(tmp_path), GVISOR).answer({"type": "file.create", "size": None}, b"")
    assert os.listdir(tmp_path)[0].startswith(uploads.HIDDEN)
    Worker(str(tmp_path), GVISOR).sweep()
    assert os.listdir(tmp_path) == []
