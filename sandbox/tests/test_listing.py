"""The files that a cell's end tells."""

import json
import os
import signal

import pytest


def listed(outcome) -> list[str] | None:
    frame = outcome.frames[-1]
    return [f["path"] for f in json.loads(frame.body)] if frame.header["listed"] else None


def test_the_end_tells_the_files_as_a_list_does(container):
    outcome = container.cell("open('b', 'w').write('xy'); open('a', 'w').write('z')", files=10)
    assert outcome.frames[-1].body == container.request("file.list", limit=10).body
    assert listed(outcome) == ["a", "b"]


def test_nobody_is_told_who_has_not_asked(container):
    outcome = container.cell("open('a', 'w')")
    assert listed(outcome) is None
    assert outcome.frames[-1].body == b""


def test_the_saved_output_is_among_them(container):
    outcome = container.cell("print('x' * 10_001)", output_bytes=10_000, files=10)
    assert listed(outcome) == ["output-cell-1.txt"]


def test_no_more_are_told_than_were_asked_for(container):
    assert listed(container.cell("for n in 'cba': open(n, 'w')", files=2)) == ["a", "b"]


def test_they_are_told_after_a_crash(container):
    container.cell("x = 1")
    outcome = container.cell("open('a', 'w').close(); import os; os._exit(3)", files=10)
    assert outcome.status == "died"
    assert listed(outcome) == ["a"]


def test_they_are_told_if_the_code_has_ended_the_file_worker(sandbox, container):
    container.put("a", b"")
    os.kill(sandbox.worker(container), signal.SIGKILL)
    assert listed(container.cell("1", files=10)) == ["a"]


def test_a_stopped_file_worker_holds_no_cell_up_for_long(sandbox, container):
    container.put("a", b"")
    worker = sandbox.worker(container)
    os.kill(worker, signal.SIGSTOP)
    assert listed(container.cell("x = 1", files=10)) is None
    os.kill(worker, signal.SIGCONT)
    assert listed(container.cell("print(x)", files=10)) == ["a"]


@pytest.mark.parametrize("seconds", [2**33, 15032385535, -(2**31)])
def test_a_file_of_any_date_is_told(container, seconds):
    code = f"import os; open('a', 'w').close(); os.utime('a', ({seconds}, {seconds}))"
    outcome = container.cell(code, files=10)
    assert listed(outcome) == ["a"]
    assert -(2**63) <= json.loads(outcome.frames[-1].body)[0]["mtime_ns"] < 2**63


def test_a_kernel_that_dies_while_they_are_listed_is_the_next_cells_news(sandbox, container):
    container.put("a", b"")
    container.cell("x = 2")
    os.kill(worker := sandbox.worker(container), signal.SIGSTOP)
    code = """
import os, threading
x = 10
def die():
    threading.Event().wait(0.2)
    os.kill(os.getpid(), 9)
threading.Thread(target=die).start()
"""
    frames = []
    for frame in container.stream(code, files=10):
        frames.append(frame)
        if frame.header["type"] == "kernel_died":
            os.kill(worker, signal.SIGCONT)
    assert [f.header["type"] for f in frames] == ["kernel_died", "done"]
    assert frames[-1].header["status"] == "ok"
    assert frames[-1].header["note"] is None
    after = container.cell("print(x)", files=10)
    assert after.stdout == "2\n"
    assert after.done["restored"] is True
    assert "killed" in after.done["note"]


@pytest.mark.parametrize("files", [-1, 100_001, "3", True, None])
def test_a_number_that_makes_no_sense_is_refused(container, files):
    fields = {"timeout_ms": 1000, "grace_ms": 1000, "output_bytes": 1000, "spill_bytes": 0}
    code = container.failure("execute", b"1", cell="c", files=files, **fields)
    assert code == "invalid"
    assert container.text("print(1)") == "1\n"
