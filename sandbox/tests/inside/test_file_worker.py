"""The life of a file worker: forked when it is asked, let go when it isn't."""

import os
import selectors
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.files import IDLE_S, Files, Spill
from sandglass_sandbox.framing import Header
from sandglass_sandbox.system import UNWALLED

LIST: Header = {"type": "file.list", "limit": 10}
CREATE: Header = {"type": "file.create", "size": None}


class Asked:
    """Files of a directory, and the loop that they need."""

    def __init__(self, data: Path) -> None:
        self._selector = selectors.DefaultSelector()
        spec = ContainerSpec(
            container="c",
            uid=os.getuid(),
            supervisor_uid=os.getuid(),
            hostname="h",
            data=str(data),
            data_bytes=0,
            data_inodes=0,
            file_bytes=0,
            socket="/none",
            tmp_bytes=4096,
            shm_bytes=4096,
            processes=8,
            open_files=64,
            system=UNWALLED.name,
        )
        self.files = Files(self._selector, spec)

    def ask(self, header: Header) -> Header:
        answers: list[Header] = []
        self.files.ask(header, b"", lambda answer, _: answers.append(answer))
        deadline = time.monotonic() + 20
        while not answers and time.monotonic() < deadline:
            for key, _ in self._selector.select(1):
                key.data()
        [answer] = answers
        assert answer["type"] == "ok", answer
        return answer

    def later(self, seconds: float) -> None:
        self.files.check_clock(time.monotonic() + seconds)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(tmp_path)
    yield asked
    if asked.files.pid:
        os.kill(asked.files.pid, 9)


def ends(pid: int) -> bool:
    return os.waitpid(pid, 0)[0] == pid


def test_one_that_is_not_asked_for_a_while_ends(asked: Asked):
    asked.ask(LIST)
    worker = asked.files.pid
    asked.later(IDLE_S - 1)
    assert asked.files.pid == worker
    asked.later(IDLE_S + 1)
    assert asked.files.pid == 0
    assert ends(worker)


def test_the_next_question_finds_another(asked: Asked, tmp_path: Path):
    asked.ask(LIST)
    asked.later(IDLE_S + 1)
    (tmp_path / "a").touch()
    assert asked.ask(LIST)["count"] == 1
    assert asked.files.pid


def test_an_upload_in_progress_keeps_it(asked: Asked):
    handle = asked.ask(CREATE)["handle"]
    asked.later(100 * IDLE_S)
    asked.ask({"type": "file.abort", "handle": handle})
    worker = asked.files.pid
    asked.later(IDLE_S + 1)
    assert ends(worker)


def test_a_clock_is_needed_only_while_it_idles(asked: Asked):
    assert asked.files.idle_until() is None
    asked.ask(CREATE)
    assert asked.files.idle_until() is None


def test_a_handle_of_one_that_has_ended_means_nothing_to_the_next(asked: Asked):
    first = asked.ask(CREATE)["handle"]
    os.kill(asked.files.pid, 9)
    assert asked.ask(LIST)["count"] == 0
    assert asked.ask(CREATE)["handle"] != first


def test_output_that_can_have_no_name_is_let_go(asked: Asked, tmp_path: Path):
    spill = Spill(asked.files, 100)
    spill.write(b"output")
    saved: list[str | None] = []
    spill.commit("no/../way", saved.append)
    for _ in range(10):  # one step of the spill at each
        asked.ask(LIST)
    assert saved == [None]
    asked.later(IDLE_S + 1)
    assert asked.files.pid == 0
