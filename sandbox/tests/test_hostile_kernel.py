"""The code owns the kernel's side of the channel: whatever it writes there must not hurt."""

import pytest

FIND = """
import os, socket, stat, struct, json
fd = next(f for f in range(3, 64) if os.path.exists(f'/proc/self/fd/{f}')
          and stat.S_ISSOCK(os.fstat(f).st_mode))
s = socket.socket(fileno=os.dup(fd))
def frame(header, body=b''):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack('>II', len(raw), len(body)) + raw + body
"""

MESSAGES = {
    "garbage": "s.sendall(b'\\xff' * 1000)",
    "a huge length": "s.sendall(struct.pack('>II', 2**31, 2**31))",
    "no JSON": "s.sendall(frame(b'nonsense'))",
    "deep JSON": "s.sendall(frame(b'[' * 100000))",
    "an end of another cell": "s.sendall(frame({'type': 'end', 'status': 'ok'}))",
    "an unknown type": "s.sendall(frame({'type': 'fork'}))",
    "types that are wrong": "s.sendall(frame({'type': 'display', 'kind': 3, 'parts': 'x'}))",
    "lengths that lie": "s.sendall(frame({'type': 'display', 'kind': 'display',"
    " 'parts': [{'mime': 'a/b', 'length': 10**9}]}, b'x'))",
    "a negative length": "s.sendall(frame({'type': 'display', 'kind': 'display',"
    " 'parts': [{'mime': 'a/b', 'length': -1}, {'mime': 'a/b', 'length': 2}]}, b'x'))",
    "an early end": "s.sendall(frame({'type': 'end', 'status': 'ok', 'run': 1,"
    " 'execution_count': 10**30}))",
    "a status of its own": "s.sendall(frame({'type': 'end', 'status': ['x'], 'run': 1,"
    " 'execution_count': True}))",
    "an error of the wrong types": "s.sendall(frame({'type': 'error', 'ename': 7, 'brief': {}}))",
    "half a frame and no more": "s.sendall(frame({'type': 'error'})[:9])",
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_of_the_codes_own_costs_its_kernel_at_most(container, message):
    outcome = container.cell(FIND + message, timeout_ms=3000, grace_ms=300)
    assert outcome.status in ("ok", "error", "died", "timeout")
    for _ in range(3):
        last = container.cell("40 + 2", timeout_ms=3000, grace_ms=300)
    assert last.result == "42"


def test_garbage_on_the_channel_is_told_as_what_it_is(container):
    outcome = container.cell(FIND + MESSAGES["garbage"] + "\nwhile True: pass", timeout_ms=20_000)
    assert (outcome.status, outcome.done["reason"]) == ("died", "killed")
    assert "something else than Python has spoken on its connection" in outcome.done["message"]


def test_a_kernel_that_does_not_read_does_not_stop_the_supervisor(container):
    code = FIND + "s.sendall(frame({'type': 'end', 'status': 'ok', 'run': 1}))\nwhile True: pass"
    container.cell(code)
    big = "x = '" + "y" * 900_000 + "'"
    frames = container.stream(big, timeout_ms=1000, grace_ms=300)
    container.ok("file.list", limit=10)
    assert list(frames)[-1].header["status"] in ("ok", "died", "timeout")
    for _ in range(3):
        last = container.cell("40 + 2", timeout_ms=1000, grace_ms=300)
    assert last.result == "42"


def test_a_flood_of_displays_is_bounded(container):
    outcome = container.cell("for i in range(5000): display(i)")
    assert outcome.status == "ok"
    assert len(outcome.displays()) <= 1000
