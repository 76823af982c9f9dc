"""The kernel meets its own memory limit; its backup is given up only for what it costs itself."""

from collections.abc import Iterator

import bundle
import pytest

from sandglass_sandbox.memory import (
    MARGIN,
    Birth,
    GiveUp,
    Kill,
    Limits,
    Weigh,
    decide,
    decide_by_all,
    near,
)

MIB = 1 << 20
LIMITS = {"memory_bytes": 256 * MIB, "reserve_bytes": 128 * MIB, "backup_cost_ms": 300}


@pytest.fixture
def small(sandbox: bundle.Sandbox) -> Iterator[bundle.Container]:
    container = sandbox.fork(limits=LIMITS)
    yield container
    container.close()


def test_an_allocation_that_cannot_fit_is_a_memory_error(small):
    small.text("x = 1")
    outcome = small.cell("import numpy as np; a = np.ones(400 << 17)")
    assert (outcome.status, outcome.error["ename"][-11:]) == ("error", "MemoryError")
    assert small.cell("x").result == "1"


def test_a_kernel_that_grows_past_its_limit_is_killed_alone(small):
    small.text("x = 1; kept = []")
    outcome = small.cell("while True: kept.append(bytes(1 << 16))")
    if outcome.status == "error":
        assert outcome.error["ename"] == "MemoryError"
        return
    assert (outcome.status, outcome.done["reason"]) == ("died", "killed")
    assert "of 0.25 GiB of memory" in outcome.done["message"]
    assert outcome.done["note"] == "Variables are as before this cell."
    assert small.cell("x, len(kept)").result == "(1, 0)"


def test_many_threads_and_libraries_fit_beside_the_limit(small):
    code = """
import threading, numpy as np, pandas as pd, matplotlib.pyplot as plt
import pyarrow as pa, pyarrow.parquet as pq
wait = threading.Event()
threads = [threading.Thread(target=wait.wait) for _ in range(20)]
for t in threads: t.start()
wait.set()
for t in threads: t.join()
df = pd.DataFrame({'a': np.arange(1_000_000), 'b': np.random.rand(1_000_000)})
df.to_parquet('a.parquet')
print(pd.read_parquet('a.parquet').a.sum(), pa.table({'a': [1, 2]}).num_rows)
plt.plot(df.b[:100]); plt.savefig('a.png')
"""
    assert small.text(code, processes=64) == "499999500000 2\n"


def test_a_cell_that_rewrites_much_in_place_goes_on_without_a_backup(sandbox):
    limits = {"memory_bytes": 2048 * MIB, "reserve_bytes": 256 * MIB, "backup_cost_ms": 50}
    container = sandbox.fork(limits=limits)
    container.text("import os, time, numpy as np; a = np.ones(400 << 17)")
    outcome = container.cell("a += 1; time.sleep(0.5); a += 1; os._exit(1)")
    assert (outcome.status, outcome.done["state_lost"]) == ("died", True)
    assert "(sandbox.backup-cost)" in outcome.done["note"]
    container.text("import os; x = 1")
    assert container.cell("os._exit(1)").done["restored"] is True
    container.close()


def test_what_a_backup_keeps_counts_and_what_a_cell_takes_does_not(sandbox):
    limits = {"memory_bytes": 256 * MIB, "reserve_bytes": 128 * MIB, "backup_cost_ms": 60_000}
    container = sandbox.fork(limits=limits)
    container.text("import os, time, numpy as np; a = np.ones(180 << 17)")
    grown = container.cell("b = np.ones(50 << 17); time.sleep(0.4); os._exit(1)")
    assert grown.done["restored"] is True, grown
    replaced = container.cell("del a; a = np.ones(180 << 17); time.sleep(0.4); os._exit(1)")
    assert "(sandbox.memory-reserve)" in replaced.done["note"]
    container.close()


def test_a_cell_that_went_on_without_a_backup_says_that_there_was_no_way_back(sandbox):
    limits = {"memory_bytes": 256 * MIB, "reserve_bytes": 128 * MIB, "backup_cost_ms": 60_000}
    container = sandbox.fork(limits=limits)
    container.text("import time, numpy as np; a = np.ones(180 << 17)")
    outcome = container.cell("del a; a = np.ones(180 << 17); time.sleep(0.4)")
    assert outcome.status == "ok"
    assert outcome.stderr.startswith("[There is no way back from this cell: its backup had been")
    assert outcome.stderr.endswith("(sandbox.memory-reserve)]\n")
    assert container.cell("a[0]").stderr == ""
    container.close()


def test_a_kernel_that_kills_itself_is_not_said_to_have_used_too_much(small):
    outcome = small.cell("import os; os.kill(os.getpid(), 9)")
    assert (outcome.status, outcome.done["reason"]) == ("died", "signal")
    assert outcome.done["message"] == (
        "The Python process was killed (SIGKILL), perhaps by its own code; it was far from its"
        " limit of memory."
    )


def test_memory_is_named_only_if_its_limit_was_near():
    limits, birth = Limits(memory=1000 * MIB), Birth(kernel=200 * MIB)
    assert near(limits, birth, 1100 * MIB) is True
    assert near(limits, birth, 1100 * MIB - 1) is False
    assert near(Limits(), birth, 1 << 40) is None


def test_a_kernel_that_is_killed_near_its_limit_is_said_to_have_used_too_much(small):
    code = "import os, numpy as np; a = np.ones(235 << 17); os.kill(os.getpid(), 9)"
    outcome = small.cell(code)
    assert (outcome.status, outcome.done["reason"]) == ("died", "out-of-memory")


def test_the_decision_at_its_edges():
    limits = Limits(memory=1000 * MIB, reserve=100 * MIB + MARGIN, cost_s=0.3)
    assert decide(limits, 1000 * MIB, 0, 0, 9.0) is None
    assert isinstance(decide(limits, 1000 * MIB + 1, 0, 0, 9.0), Kill)
    assert decide(limits, 1000 * MIB, 0, 100 * MIB, 0.3) is None
    assert isinstance(decide(limits, 1000 * MIB, 0, 100 * MIB + 1, 0.0), Weigh)
    assert isinstance(decide(limits, 1000 * MIB, 100 * MIB + 1, 900 * MIB, 0.0), GiveUp)
    assert isinstance(decide(limits, 0, 0, 900 * MIB, 0.31), Weigh)
    assert isinstance(decide(limits, 0, 80 * MIB, 900 * MIB, 0.31), Weigh)
    assert isinstance(decide(limits, 0, 100 * MIB, 900 * MIB, 0.31), GiveUp)
    assert decide(limits, 0, 900 * MIB, 900 * MIB, 0.3) is None


@pytest.mark.parametrize(
    ("own", "everything", "others", "backup", "expected"),
    [
        (100, 100, False, True, type(None)),
        (257, 257, False, True, Kill),
        (200, 320, True, True, type(None)),
        (200, 321, False, True, GiveUp),
        (200, 321, False, False, Kill),
        (200, 321, True, True, Kill),
    ],
)
def test_where_only_the_sum_is_known_what_the_code_has_started_pays_first(
    own, everything, others, backup, expected
):
    limits = Limits(256 * MIB, 128 * MIB)
    found = decide_by_all(limits, own * MIB, everything * MIB, others, backup)
    assert isinstance(found, expected)
