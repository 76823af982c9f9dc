"""A crash costs a cell: the next one sees the variables as before it, whatever the crash."""

import pytest

DEATHS = {
    "os._exit": ("import os; os._exit(3)", "exit"),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "signal"),
    "abort": ("import os; os.abort()", "signal"),
    "SIGKILL": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal"),
    "SIGKILL of its process group": ("import os; os.killpg(0, 9)", "signal"),
    "SIGSTOP of all that it sees": (
        "import os, signal\n"
        "for name in os.listdir('/proc'):\n"
        "    if name.isdigit() and int(name) not in (1, os.getpid()):\n"
        "        os.kill(int(name), signal.SIGSTOP)\n"
        "os._exit(3)",
        "exit",
    ),
    "closed descriptors": ("import os; os.closerange(3, 200)", "exit"),
    "a closed channel": ("import os, time; os.close(3); time.sleep(60)", "killed"),
    "garbage on its channel": ("import os, time; os.write(3, b'x' * 99); time.sleep(60)", "killed"),
    "deleted builtins": (
        "import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)",
        "exit",
    ),
    "a C loop that ignores SIGINT": (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "killed",
    ),
    "stack overflow": (
        "import ctypes, sys; sys.setrecursionlimit(10**9)\n"
        "buffer = (ctypes.c_int * 2)(2, 1)\n"
        "call = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_void_p] * 2)\n"
        "def deeper(a, b): ctypes.CDLL(None).qsort(buffer, 2, 4, back); return 0\n"
        "back = call(deeper); deeper(0, 0)",
        "signal",
    ),
}


@pytest.mark.parametrize(("code", "reason"), DEATHS.values(), ids=DEATHS.keys())
def test_after_a_death_variables_are_as_before_the_fatal_cell(container, code, reason):
    container.text("x = [1]\ndef double(n): return 2 * n")
    fatal = "print('last words', flush=True)\nx.append(2); y = 1\n" + code
    timeout = 500 if "SIG_IGN" in code else 30_000
    outcome = container.cell(fatal, timeout_ms=timeout, grace_ms=300)
    assert outcome.status == "died", outcome
    assert outcome.stdout == "last words\n"
    assert outcome.done["reason"] == reason
    assert (outcome.done["state_lost"], outcome.done["restored"]) == (False, True)
    assert "ariables are as before this cell." in outcome.done["note"]
    after = container.cell("print('heard'); x, 'y' in dir(), double(21)")
    assert after.result == "([1], False, 42)"
    assert after.stdout == "heard\n"
    assert (after.done["restored"], after.done["note"]) == (False, None)


def test_what_broke_python_itself_is_named(container):
    outcome = container.cell("import builtins; vars(builtins).clear()")
    assert "when its builtins are deleted" in outcome.done["message"]


def test_a_display_that_is_broken_costs_no_variable(container):
    container.text("ip = get_ipython(); ip.display_formatter = None; x = 1")
    container.text("x = 2")
    assert container.cell("print(x)").stdout == "2\n"


def test_the_codes_own_format_hears_nothing_of_a_backup(container):
    """Between two cells nothing of the code's may run; it would show as output of the next."""
    container.text(
        "text = get_ipython().display_formatter.formatters['text/plain']\n"
        "shown = []\n"
        "text.for_type(int, lambda n, printer, _: (shown.append(n), printer.text('number')))"
    )
    container.text("pass")
    assert container.cell("7").result == "number"
    assert container.cell("print(shown)").stdout == "[7]\n"


def test_a_container_survives_death_after_death(container):
    container.text("import os; n = 0")
    for round_ in range(1, 8):
        container.text("n += 1")
        outcome = container.cell("n = -1; os._exit(1)")
        assert outcome.done["restored"], outcome
        assert container.cell("n").result == str(round_)


def test_the_second_of_two_deaths_in_a_row_costs_nothing_either(container):
    container.text("import os; kept = 'kept'")
    for _ in range(3):
        assert container.cell("os._exit(1)").done["restored"] is True
    assert container.cell("kept").result == "'kept'"


def test_a_death_in_the_first_cell_loses_nothing(container):
    outcome = container.cell("import os; os._exit(1)")
    assert (outcome.done["state_lost"], outcome.done["restored"]) == (False, True)
    assert container.cell("1 + 1").result == "2"


def test_random_numbers_do_not_repeat_in_a_revived_kernel(container):
    container.text("import os, random, numpy as np; random.seed(1); np.random.seed(1)")
    draw = "print(random.random(), np.random.rand())\nos._exit(1)"
    first, second = (container.cell(draw).stdout for _ in range(2))
    assert first.split()[0] != second.split()[0]
    assert first.split()[1] != second.split()[1]


def test_threads_and_processes_that_are_gone_are_told(container):
    container.text(
        "import os, threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "if os.fork() == 0: time.sleep(60); os._exit(0)"
    )
    outcome = container.cell("os._exit(1)")
    assert "1 thread and 1 process that the code had started" in outcome.done["note"]


def test_code_that_waits_for_all_its_children_does_not_wait_for_the_backup(container):
    container.text("import os")
    code = """
if os.fork() == 0: os._exit(0)
ended = 0
try:
    while True: os.wait(); ended += 1
except ChildProcessError: print(ended)
"""
    assert container.text(code, timeout_ms=5000) == "1\n"


def test_code_hears_no_signal_of_the_backups(container):
    container.text(
        "import signal; heard = []; signal.signal(signal.SIGCHLD, lambda *a: heard.append(a))"
    )
    for _ in range(3):
        container.text("pass")
    assert container.cell("heard").result == "[]"


def test_without_a_backup_the_loss_and_its_reason_are_told_once(container):
    container.text("x = 1")
    outcome = container.cell("import os; os.kill(-1, 9); os._exit(1)")
    assert outcome.status == "died"
    assert (outcome.done["state_lost"], outcome.done["restored"]) == (True, False)
    assert "All variables are lost, for" in outcome.done["note"]
    after = container.cell("'x' in dir()")
    assert (after.result, after.done["state_lost"], after.done["note"]) == ("False", False, None)


def test_with_backups_switched_off_there_is_none(sandbox):
    container = sandbox.fork(limits={"backups": False})
    container.text("x = 1")
    outcome = container.cell("import os; os._exit(1)")
    assert (outcome.done["state_lost"], outcome.done["restored"]) == (True, False)
    container.close()


def test_open_files_and_the_working_directory_are_kept(container):
    container.text("import os; os.mkdir('sub'); os.chdir('sub'); f = open('a.txt', 'w+')")
    container.cell("os._exit(1)")
    container.text("_ = f.write('later'); f.close()")
    assert container.get("sub/a.txt") == b"later"


def test_libraries_work_in_a_revived_kernel(container):
    container.text("import os, numpy as np, pandas as pd, matplotlib.pyplot as plt")
    container.text("df = pd.DataFrame({'a': np.arange(1000)}); df.to_parquet('a.parquet')")
    container.cell("os._exit(1)")
    code = """
import asyncio, multiprocessing, threading, subprocess, sys
from joblib import Parallel, delayed
print(pd.read_parquet('a.parquet').a.sum(), (np.ones((200, 200)) @ np.ones((200, 200))).sum())
print(await asyncio.sleep(0, 'awaited'))
print(sum(Parallel(n_jobs=2)(delayed(abs)(-i) for i in range(5))))
with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, -2]))
t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()
plt.plot([1, 2])
"""
    outcome = container.cell(code)
    assert outcome.stdout == "499500 8000000.0\nawaited\n10\n[1, 2]\nthread\n", outcome
    assert outcome.kinds[-2:] == ["figure", "done"]


def test_a_revived_kernel_can_be_interrupted(container):
    container.text("x = 1")
    container.cell("import os; os._exit(1)")
    assert container.cell("while True: pass", timeout_ms=300).status == "timeout"
    assert container.cell("x").result == "1"


def test_a_death_costs_the_next_kernel_nothing(container):
    holds_the_channel = "import os, time\nif os.fork() == 0: time.sleep(100)\nos._exit(1)"
    assert container.cell(holds_the_channel).status == "died"
    assert container.cell("import time; time.sleep(0.7)").status == "ok"


def test_files_outlive_the_kernel(container):
    container.text("open('kept.txt', 'w').write('x')")
    container.cell("import os; os._exit(0)")
    assert container.get("kept.txt") == b"x"


def test_a_death_between_cells_is_told(container):
    container.text("import threading, os; x = 1; threading.Timer(0.5, lambda: os._exit(4)).start()")
    event = container.receive().header
    assert (event["type"], event["reason"]) == ("kernel_died", "exit")
    after = container.cell("x")
    assert (after.result, after.done["restored"]) == ("1", True)
    assert "exit status 4" in after.done["note"]
    assert "as the last cell left them" in after.done["note"]


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
