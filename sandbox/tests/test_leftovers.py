"""Processes that a cell leaves running starve neither the supervisor nor the next cell."""

SLEEPERS = """
import os, time
n = 0
try:
    while n < {count}:
        if os.fork() == 0: time.sleep(100); os._exit(0)
        n += 1
except OSError: pass
"""


def test_a_fork_bomb_of_sleepers_is_ended_with_its_cell_and_told(container):
    outcome = container.cell(SLEEPERS.format(count=1000) + "print('over')")
    assert outcome.stdout == "over\n"
    assert "processes that were left running have been ended: at most 32" in outcome.stderr
    assert container.paths() == []
    assert (
        container.text(
            "import subprocess, sys; pid = os.fork()\nif pid == 0: os._exit(0)\n"
            "print(os.waitpid(pid, 0)[1])"
        )
        == "0\n"
    )
    assert container.cell("os._exit(1)").done["restored"] is True


def test_a_multiplying_bomb_ends_with_its_kernel(container):
    container.text("import os; x = 1")
    outcome = container.cell(
        "while True:\n  try: os.fork()\n  except OSError: pass", timeout_ms=500, grace_ms=300
    )
    assert outcome.status in ("timeout", "died"), outcome
    assert container.cell("x").result == "1"


def test_a_few_processes_may_go_on_after_their_cell(container):
    outcome = container.cell(SLEEPERS.format(count=10))
    assert outcome.stderr == ""
    code = "print(sum(p.isdigit() for p in os.listdir('/proc')) >= 11)"
    assert container.text(code) == "True\n"
