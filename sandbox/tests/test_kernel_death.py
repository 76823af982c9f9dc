import pytest

DEATHS = {
    "os._exit": ("import os; os._exit(3)", "exit"),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "signal"),
    "abort": ("import os; os.abort()", "signal"),
    "SIGKILL": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "out-of-memory"),
    "closed descriptors": ("import os; os.closerange(3, 200)", "exit"),
}


@pytest.mark.parametrize(("code", "reason"), DEATHS.values(), ids=DEATHS.keys())
def test_a_death_is_told_and_the_next_cell_runs(container, code, reason):
    container.text("x = 1")
    outcome = container.cell("print('last words', flush=True)\n" + code)
    assert outcome.status == "died"
    assert outcome.stdout == "last words\n"
    assert outcome.done["reason"] in (reason, "signal", "killed")
    assert outcome.done["message"]
    assert outcome.done["state_lost"] is True
    after = container.cell("'x' in dir()")
    assert (after.result, after.done["state_lost"]) == ("False", False)


def test_a_death_costs_the_next_kernel_nothing(container):
    holds_the_channel = "import os, time\nif os.fork() == 0: time.sleep(100)\nos._exit(1)"
    assert container.cell(holds_the_channel).status == "died"
    assert container.cell("import time; time.sleep(0.7)").status == "ok"


def test_files_outlive_the_kernel(container):
    container.text("open('kept.txt', 'w').write('x')")
    container.cell("import os; os._exit(0)")
    assert container.get("kept.txt") == b"x"


def test_a_death_between_cells_is_told(container):
    container.text("import threading, os; threading.Timer(0.2, lambda: os._exit(4)).start()")
    event = container.receive().header
    assert (event["type"], event["reason"]) == ("kernel_died", "exit")
    assert container.cell("1").done["state_lost"] is True


def test_an_upload_in_progress_survives_the_kernel(container):
    handle = container.ok("file.create", size=3)["handle"]
    container.cell("import os; os._exit(0)")
    container.ok("file.append", b"abc", handle=handle)
    container.ok("file.commit", handle=handle, path="a", collision="fail")
    assert container.get("a") == b"abc"


def test_a_sandboxs_end_of_a_container_is_told_by_the_zygote(sandbox):
    container = sandbox.fork()
    container.close()
    event = sandbox.zygote.receive().header
    while event["container"] != container.hello["container"]:
        event = sandbox.zygote.receive().header
    assert event["type"] == "exited"
