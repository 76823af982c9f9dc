"""async, processes, threads: what code may do at the same time."""

WARNING = "multi-threaded"


def test_top_level_await_works(container):
    assert container.cell("import asyncio; await asyncio.sleep(0, 'a')").result == "'a'"


def test_asyncio_run_works(container):
    code = "import asyncio\nasync def f(): return 7\nasyncio.run(f())"
    assert container.cell(code).result == "7"


def test_tasks_run_together(container):
    code = "import asyncio; sum(await asyncio.gather(*(asyncio.sleep(0.01, i) for i in range(5))))"
    assert container.cell(code).result == "10"


def test_threads_work_and_print(container):
    code = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool: print(sum(pool.map(lambda n: n * n, range(10))))
"""
    assert container.text(code) == "285\n"


def test_a_pool_of_processes_works(container):
    code = """
import multiprocessing
def square(n): return n * n
with multiprocessing.Pool(2) as pool: print(pool.map(square, range(5)))
"""
    outcome = container.cell(code)
    assert outcome.stdout == "[0, 1, 4, 9, 16]\n"
    assert outcome.stderr == ""


def test_joblib_works_with_processes(container):
    code = """
from joblib import Parallel, delayed
def square(n): return n * n
print(Parallel(n_jobs=2)(delayed(square)(i) for i in range(5)))
"""
    outcome = container.cell(code)
    assert outcome.stdout == "[0, 1, 4, 9, 16]\n"
    assert WARNING not in outcome.stderr


def test_a_childs_output_is_captured(container):
    code = """
import subprocess, sys, os
subprocess.run([sys.executable, '-c', 'print("from a child")'])
if os.fork() == 0:
    os.write(1, b'from a fork\\n'); os._exit(0)
os.wait(); None
"""
    assert container.text(code) == "from a child\nfrom a fork\n"


def test_a_fork_that_returns_from_the_cell_does_not_speak_for_the_kernel(container):
    assert (
        container.text("import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('x')")
        == "x\nx\n"
    )
    assert container.cell("1").result == "1"


def test_children_end_with_their_kernel(container):
    container.text(
        "import os, time\nif os.fork() == 0:\n  os.setsid(); time.sleep(100); os._exit(0)"
    )
    container.cell("os._exit(1)")
    pids = container.text("import os; print([p for p in os.listdir('/proc') if p.isdigit()])")
    assert len(eval(pids)) <= 3
