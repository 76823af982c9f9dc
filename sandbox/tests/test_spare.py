"""The zygote keeps one child ready for the next container: what holds while it does."""

import os
import pathlib
import signal
import time

import bundle


def _hello(sandbox):
    client = bundle.Client(sandbox.run / "zygote.sock")
    client.socket.close()
    return client.hello


def _children(pid):
    """Host pid → pid in the sandbox, of the zygote's children."""
    found = {}
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        status = pathlib.Path(f"/proc/{child}/status").read_text().splitlines()
        numbers = next(line for line in status if line.startswith("NSpid:")).split()
        if numbers[-1] == "1":  # the first of a PID namespace of its own
            found[int(child)] = int(numbers[2])
    return found


def _spare(sandbox):
    """The host pid of the child that belongs to no container."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        taken = {c["pid"] for c in _hello(sandbox)["containers"]}
        spares = [host for host, inner in _children(sandbox.pid).items() if inner not in taken]
        if len(spares) == 1:
            return spares[0]
        time.sleep(0.02)
    raise TimeoutError("there is no spare")


def test_a_container_is_made_from_the_spare_and_another_takes_its_place(sandbox):
    spare = _spare(sandbox)
    container = sandbox.fork()
    assert container.text("print(6 * 7)") == "42\n"
    names = {c["pid"]: c["container"] for c in _hello(sandbox)["containers"]}
    assert names[_children(sandbox.pid)[spare]] == container.hello["container"]
    assert _spare(sandbox) != spare
    container.close()


def test_a_spare_that_was_killed_is_replaced(sandbox):
    spare = _spare(sandbox)
    os.kill(spare, signal.SIGKILL)
    assert _spare(sandbox) != spare
    container = sandbox.fork()
    assert container.text("print(6 * 7)") == "42\n"
    container.close()
