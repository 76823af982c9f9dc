import os
import signal

import bundle


def test_long_output_keeps_head_and_tail_and_names_the_file(container):
    outcome = container.cell("for i in range(10000): print(f'{i:09}')", output_bytes=10_000)
    assert outcome.stdout.startswith("000000000\n000000001\n")
    assert outcome.stdout.endswith("000009998\n000009999\n")
    assert "[90,000 bytes left out of 100,000; whole output: /mnt/data/output-cell-1.txt]" in (
        outcome.stdout
    )
    assert outcome.done["stdout_bytes"] == 100_000
    assert outcome.done["spilled"] == "/mnt/data/output-cell-1.txt"
    assert container.get("output-cell-1.txt") == b"".join(b"%09d\n" % i for i in range(10000))


def test_a_slow_disk_costs_nothing_of_the_saved_output(sandbox, container):
    container.put("a", b"")  # makes the file worker
    code = """
import fcntl, os, termios
for i in range(2000):
    os.write(1, b"%09d\\n" % i)
    while fcntl.ioctl(1, termios.FIONREAD, b"    ") != b"\\0\\0\\0\\0": pass
display("written")
"""
    worker = sandbox.worker(container)
    os.kill(worker, signal.SIGSTOP)
    stream, frames = container.stream(code, output_bytes=1000), []
    for frame in stream:
        frames.append(frame)
        if frame.header["type"] == "display":
            os.kill(worker, signal.SIGCONT)
    outcome = bundle.Outcome(frames)
    assert outcome.done["spilled"] == "/mnt/data/output-cell-1.txt", outcome
    assert container.get("output-cell-1.txt") == b"".join(b"%09d\n" % i for i in range(2000))


def test_output_at_the_limit_is_whole(container):
    outcome = container.cell("print('x' * 9999)", output_bytes=10_000)
    assert outcome.stdout == "x" * 9999 + "\n"
    assert outcome.done["spilled"] is None
    assert container.paths() == []


def test_output_one_past_the_limit_is_cut(container):
    outcome = container.cell("print('x' * 10000)", output_bytes=10_000)
    assert "[1 bytes left out of 10,001" in outcome.stdout or "left out" in outcome.stdout
    assert len(container.get("output-cell-1.txt")) == 10_001


def test_the_saved_file_has_a_limit_of_its_own(container):
    outcome = container.cell("print('x' * 99999)", output_bytes=1000, spill_bytes=5000)
    assert outcome.done["stdout_bytes"] == 100_000
    assert len(container.get("output-cell-1.txt")) == 5000


def test_a_file_of_that_name_is_not_overwritten(container):
    container.put("output-cell-1.txt", b"mine")
    outcome = container.cell("print('x' * 5000)", output_bytes=1000)
    assert outcome.done["spilled"] == "/mnt/data/output-cell-1 (2).txt"
    assert container.get("output-cell-1.txt") == b"mine"


def test_cutting_never_splits_a_character(container):
    outcome = container.cell("print('€' * 5000)", output_bytes=1000)
    assert set(outcome.stdout.split("\n")[0]) == {"€"}
    assert "\ufffd" not in outcome.stdout


def test_a_flood_of_100_megabytes_ends_well(container):
    outcome = container.cell("for _ in range(100): print('x' * 1_000_000)", spill_bytes=1 << 20)
    assert outcome.done["stdout_bytes"] == 100_000_100
    assert len(outcome.stdout) < 70_000
