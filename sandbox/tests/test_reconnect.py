"""A server that comes back finds its container and what a running cell gave out meanwhile."""

import time

from bundle import Container


def test_output_and_end_of_a_cell_outlive_the_connection(sandbox):
    first = sandbox.fork()
    name = first.hello["container"]
    first.text("x = 1")
    code = "import time; print('early', flush=True); time.sleep(0.8); print('late'); x += 1"
    stream = first.stream(code)
    assert next(stream).body == b"early\n"
    first.socket.close()
    time.sleep(0.2)
    second = Container(sandbox.run / f"{name}.sock")
    assert second.hello["state"] == "busy"
    frames = [second.receive()]
    while frames[-1].header["type"] != "done":
        frames.append(second.receive())
    assert b"".join(f.body for f in frames) == b"late\n"
    assert second.cell("x").result == "2"
    second.close()


def test_a_second_connection_replaces_the_first(sandbox):
    first = sandbox.fork()
    second = Container(sandbox.run / f"{first.hello['container']}.sock")
    assert second.cell("1").result == "1"
    assert first.socket.recv(10) == b""
    second.close()
