"""Both sockets refuse what isn't in docs/protocol.md, and say what was wrong."""

import socket

import pytest
from bundle import Client

from sandglass_sandbox import PROTOCOL
from sandglass_sandbox.framing import Parser, encode


def _talk(path, *messages):
    with socket.socket(socket.AF_UNIX) as raw:
        raw.settimeout(5)
        raw.connect(str(path))
        for message in messages:
            raw.sendall(message)
        frames, parser = [], Parser()
        try:
            while data := raw.recv(1 << 16):
                frames += parser.feed(data)
        except TimeoutError:
            frames.append("open")
        return [f if f == "open" else f.header for f in frames]


HELLO = encode({"type": "hello", "protocol": PROTOCOL})


@pytest.mark.parametrize(
    "message",
    [
        encode({"type": "hello", "protocol": PROTOCOL - 1}),
        encode({"type": "ping", "id": 1}),
        b"\xff" * 20,
    ],
)
def test_another_beginning_is_refused_and_ends_the_connection(sandbox, message):
    (answer,) = _talk(sandbox.run / "zygote.sock", message)
    assert (answer["type"], answer["code"]) == ("failed", "invalid")


def test_a_malformed_frame_is_answered_and_ends_the_connection(sandbox):
    hello, answer = _talk(sandbox.run / "zygote.sock", HELLO, b"\0\0\0\1\0\0\0\0[")
    assert hello["type"] == "hello"
    assert answer["code"] == "invalid" and "JSON" in answer["message"]


def test_an_unknown_type_ends_the_connection(sandbox):
    answers = _talk(sandbox.run / "zygote.sock", HELLO, encode({"type": "dance", "id": 1}))
    assert answers[1]["code"] == "invalid" and "dance" in answers[1]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"uid": 0},
        {"uid": "1000"},
        {"supervisor_uid": 2**33},
        {"container": "../x"},
        {"container": 7},
        {"hostname": "a b"},
        {"data": "relative"},
        {"socket": "/run/" + "x" * 200},
        {"tmp_bytes": -1},
        {"processes": True},
        {"data": "/run/data/does-not-exist"},
        {"data_bytes": 1 << 20, "data_inodes": 64},
        {"socket": "/no/such/directory/s.sock"},
    ],
)
def test_a_fork_that_cannot_be_is_refused_and_leaves_nothing(sandbox, change):
    with pytest.raises(AssertionError, match="failed"):
        sandbox.fork(**change)
    assert sandbox.fork().cell("1").result == "1"


def test_the_supervisor_is_the_zygotes_child_when_the_fork_is_answered(sandbox):
    for _ in range(10):
        reply = sandbox.fork_only()
        inner = {int(pids[1]) for pids in sandbox.children().values()}
        assert reply["pid"] in inner


def test_a_container_of_the_same_name_is_refused(sandbox):
    first = sandbox.fork()
    with pytest.raises(AssertionError, match="exists"):
        sandbox.fork(container=first.hello["container"])
    first.close()


def test_the_zygote_answers_a_second_connection(sandbox):
    client = Client(sandbox.run / "zygote.sock")
    assert client.hello["role"] == "zygote"
    assert client.request("ping").header["type"] == "ok"


def test_a_second_cell_is_refused_while_one_runs(container):
    stream = container.stream("print('go', flush=True)\nimport time; time.sleep(0.5)")
    next(stream)
    fields = {"timeout_ms": 1000, "grace_ms": 100, "output_bytes": 100, "spill_bytes": 0}
    assert container.failure("execute", b"1", cell="other", **fields) == "busy"
    assert list(stream)[-1].header["status"] == "ok"


@pytest.mark.parametrize("verb", ["file.dance", "spill", "executes"])
def test_unknown_verbs_are_refused(container, verb):
    assert container.failure(verb, path="x") == "invalid"


def test_code_over_the_limit_is_refused(container):
    fields = {"timeout_ms": 1000, "grace_ms": 100, "output_bytes": 100, "spill_bytes": 0}
    assert container.failure("execute", b"#" * (1 << 20) + b"#", cell="c", **fields) == "too-large"
    assert container.cell("1").result == "1"


def test_twenty_containers_are_made_used_and_ended_at_once(sandbox):
    containers = [sandbox.fork() for _ in range(20)]
    for number, container in enumerate(containers):
        container.text(f"x = {number}")
    for number, container in enumerate(containers):
        assert container.cell("x").result == str(number)
        container.close()
