"""A process that forks one which isn't its child: what becomes of both."""

import subprocess
import sys

import bundle

BEGIN = """
import os, signal, sys
from sandglass_sandbox import linux, orphan
linux.set_child_subreaper()
sys.stdout.reconfigure(line_buffering=True)
"""


def _run(code):
    command = [sys.executable, "-c", BEGIN + code]
    environment = {"PYTHONPATH": str(bundle.SOURCE), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_the_orphan_falls_to_who_reaps_orphans():
    code = "pid = orphan.fork(lambda: os._exit(7)); print(os.waitpid(pid, 0) == (pid, 7 << 8))"
    assert _run(code)[:2] == (0, "True\n")


def test_what_the_helper_cannot_do_is_an_error_of_the_callers():
    code = """
def fail(): raise {error}
try: orphan.fork(lambda: os._exit(0), fail)
except OSError as error: print(error.errno)
"""
    assert _run(code.format(error="OSError(11, 'later')"))[:2] == (0, "11\n")
    assert _run(code.format(error="MemoryError()"))[:2] == (0, "5\n")


def test_whose_helper_is_killed_ends_as_its_interpreter_cannot_be_trusted():
    code = "orphan.fork(lambda: os._exit(0), lambda: os.kill(os.getpid(), 9)); print('goes on')"
    assert _run(code) == (70, "", "the helper that forks was killed by signal 9\n")


DEEP = """
import resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (1 << 30, resource.RLIM_INFINITY))
sys.setrecursionlimit(10**6)
deep = iter([1])
for _ in range(150_000): deep = map(abs, deep)
print(next(deep))
"""


def test_a_kernels_stack_grows_as_far_as_its_limit_says(container):
    assert container.text(DEEP) == "1\n"


def test_a_revived_kernels_stack_grows_too(container):
    container.text("import os")
    for _ in range(2):
        assert container.cell("os._exit(1)").done["restored"]
    assert container.text(DEEP) == "1\n"
