"""A container's processes where no namespace tells which they are (unwalled.py)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sandglass_sandbox import unwalled

CHILD = "import os, time; os.fork(); time.sleep(60)"


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", CHILD])
    deadline = time.monotonic() + 20
    while not unwalled.descendants(process.pid) and time.monotonic() < deadline:
        time.sleep(0.005)
    yield process
    for pid in unwalled.descendants(process.pid) | {process.pid}:
        os.kill(pid, signal.SIGKILL)
    process.wait()


def test_children_of_children_are_found(parent: subprocess.Popen[bytes]):
    assert parent.pid in unwalled.descendants(os.getpid())
    assert unwalled.descendants(parent.pid) < unwalled.descendants(os.getpid())


def test_all_that_is_found_is_ended_and_told(parent: subprocess.Popen[bytes]):
    (child,) = unwalled.descendants(parent.pid)
    assert unwalled.end(lambda: unwalled.descendants(parent.pid)) == {child}
    deadline = time.monotonic() + 20
    while unwalled.lives(child) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not unwalled.lives(child)
    assert unwalled.lives(parent.pid)


def test_what_is_gone_has_no_children_and_does_not_live():
    assert unwalled.descendants(2**22 + 1) == set()
    assert not unwalled.lives(2**22 + 1)
