"""A server that comes back finds its container and what a running cell gave out meanwhile."""

import contextlib

from bundle import Container

LIMITS = {"timeout_ms": 60_000, "grace_ms": 1000, "output_bytes": 65536, "spill_bytes": 1 << 20}


def _begin(container, cell, code):
    """Sends a cell and waits for nothing."""
    container.send({"type": "execute", "id": 1 << 30, "cell": cell, **LIMITS}, code.encode())


def _cells(container, *cells):
    """The events of these cells, each to its end, in the order in which they come."""
    frames = []
    for cell in cells:
        while not frames or frames[-1].header != {
            **frames[-1].header,
            "type": "done",
            "cell": cell,
        }:
            frames.append(container.receive())
    return frames


def _text(frames, cell):
    return b"".join(
        f.body for f in frames if f.header["cell"] == cell and f.header["type"] == "stream"
    )


def _again(sandbox, container):
    return Container(sandbox.run / f"{container.hello['container']}.sock")


def test_a_cell_goes_on_without_a_server_and_is_told_whole_to_the_next(sandbox):
    first = sandbox.fork()
    first.text("x = 1")
    code = "import time; print('early', flush=True); time.sleep(0.8); print('late'); x += 1"
    stream = first.stream(code)
    assert next(stream).body == b"early\n"
    first.socket.close()
    second = _again(sandbox, first)
    assert second.hello["state"] == "busy"
    cell = second.hello["cell"]
    assert second.hello["kept"] == [cell]
    frames = _cells(second, cell)
    assert _text(frames, cell) == b"early\nlate\n"
    assert [f.header["seq"] for f in frames] == list(range(1, len(frames) + 1))
    second.ok("acknowledge", cell=cell)
    assert second.cell("x").result == "2"
    second.close()


def test_what_a_dying_server_never_read_is_not_lost(sandbox):
    first = sandbox.fork()
    _begin(first, "c1", "print('told'); y = 5")
    first.receive()  # the cell has begun; its end may lie in the socket, unread
    first.socket.close()
    second = _again(sandbox, first)
    assert _text(_cells(second, "c1"), "c1") == b"told\n"
    # Read, but not acknowledged: told again to whoever comes next.
    second.socket.close()
    third = _again(sandbox, first)
    assert third.hello["kept"] == ["c1"]
    assert _text(_cells(third, "c1"), "c1") == b"told\n"
    third.ok("acknowledge", cell="c1")
    third.socket.close()
    fourth = _again(sandbox, first)
    assert fourth.hello["kept"] == []
    assert fourth.cell("y").result == "5"
    fourth.close()


def test_cells_that_were_not_acknowledged_come_in_their_order(sandbox):
    first = sandbox.fork()
    for cell in ("c1", "c2"):
        _begin(first, cell, f"print('{cell}')")
        while first.receive().header["type"] != "done":
            pass
    first.socket.close()
    second = _again(sandbox, first)
    assert second.hello["kept"] == ["c1", "c2"]
    frames = _cells(second, "c1", "c2")
    assert _text(frames, "c1") == b"c1\n" and _text(frames, "c2") == b"c2\n"
    second.close()


def test_a_cell_is_acknowledged_once_and_not_before_its_end(container):
    _begin(container, "c1", "import time; time.sleep(0.3)")
    assert container.failure("acknowledge", cell="c1") == "busy"
    _cells(container, "c1")
    container.ok("acknowledge", cell="c1")
    assert container.failure("acknowledge", cell="c1") == "not-found"


def test_more_than_a_socket_takes_outlives_the_connection(sandbox):
    first = sandbox.fork()
    code = (
        "from IPython.display import display\n"
        "for i in range(40): display({'text/plain': chr(97 + i % 26) * 500_000}, raw=True)"
    )
    _begin(first, "c1", code)
    first.receive()
    first.socket.close()
    second = _again(sandbox, first)
    frames = _cells(second, "c1")
    assert [len(f.body) for f in frames if f.header["type"] == "display"] == [500_000] * 40
    second.ok("acknowledge", cell="c1")
    second.close()


def test_a_second_connection_replaces_the_first(sandbox):
    first = sandbox.fork()
    second = _again(sandbox, first)
    assert second.cell("1").result == "1"
    with contextlib.suppress(ConnectionResetError):
        assert first.socket.recv(10) == b""
    second.close()
