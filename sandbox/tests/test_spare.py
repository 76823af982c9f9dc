"""The zygote keeps one child ready for the next container: what holds while it does."""

import os
import signal
import time

import bundle


def _hello(sandbox):
    client = bundle.Client(sandbox.run / "zygote.sock")
    client.socket.close()
    return client.hello


def _children(sandbox):
    """Host pid → pid in the sandbox, of the zygote's children that begin a PID namespace."""
    return {host: int(inner[1]) for host, inner in sandbox.children().items() if inner[-1] == "1"}


def _spare(sandbox, after=0):
    """The host pid of the child that belongs to no container; another one than `after`."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        taken = {c["pid"] for c in _hello(sandbox)["containers"]}
        spares = [host for host, inner in _children(sandbox).items() if inner not in taken]
        if len(spares) == 1 and spares != [after]:
            return spares[0]
        time.sleep(0.02)
    raise TimeoutError("there is no spare")


def test_a_container_is_made_from_the_spare_and_another_takes_its_place(sandbox):
    spare = _spare(sandbox)
    container = sandbox.fork()
    assert container.text("print(6 * 7)") == "42\n"
    names = {c["pid"]: c["container"] for c in _hello(sandbox)["containers"]}
    assert names[_children(sandbox)[spare]] == container.hello["container"]
    assert _spare(sandbox, after=spare)
    container.close()


def test_a_spare_that_was_killed_is_replaced(sandbox):
    spare = _spare(sandbox)
    os.kill(spare, signal.SIGKILL)
    assert _spare(sandbox, after=spare)
    container = sandbox.fork()
    assert container.text("print(6 * 7)") == "42\n"
    container.close()
