"""What the code is told about things that aren't there: warnings, input, magics, commands."""

import pytest


def test_a_warning_goes_to_stderr(container):
    outcome = container.cell("import warnings; warnings.warn('careful')")
    assert "UserWarning: careful" in outcome.stderr
    assert outcome.status == "ok"


def test_input_says_that_nobody_can_type(container):
    outcome = container.cell("name = input('Name? ')")
    assert outcome.status == "error"
    assert "input() is not available" in outcome.error["evalue"]


@pytest.mark.parametrize(
    "code",
    [
        "!ls",
        "x = !ls",
        "%pip install numpy",
        "%%bash\nls",
        "%sx ls",
        "%system ls",
        "%%script perl\n1",
        "%conda list",
    ],
)
def test_a_system_command_says_that_there_are_none(container, code):
    outcome = container.cell(code)
    assert outcome.status == "error"
    assert "not available" in outcome.error["evalue"]
    assert "not available" in outcome.brief


@pytest.mark.parametrize(
    "code", ["import os; os.system('ls')", "import subprocess; subprocess.run('ls', shell=True)"]
)
def test_a_command_by_other_ways_is_explained_too(container, code):
    outcome = container.cell(code)
    assert "not available" in outcome.stderr + outcome.brief


def test_magics_work(container):
    assert "Wall time" in container.text("%time x = 1")
    assert container.cell("%%timeit -n1 -r1\n1").status == "ok"
    container.text("%%writefile a.txt\nhello")
    assert container.get("a.txt") == b"hello\n"
    assert "x" in container.text("%who")
    assert container.cell("%lsmagic").status == "ok"


def test_an_error_below_a_magic_is_an_error_of_the_cell(container):
    outcome = container.cell("%%time\n1/0")
    assert (outcome.status, outcome.error["ename"]) == ("error", "ZeroDivisionError")


def test_help_is_printed(container):
    outcome = container.cell("len?")
    text = outcome.stdout + "".join(d["text/plain"].decode() for d in outcome.displays())
    assert "number of items" in text


def test_output_of_c_code_is_captured(container):
    code = "import ctypes; c = ctypes.CDLL(None); c.puts(b'from C'); c.fflush(None); None"
    assert container.text(code) == "from C\n"


def test_exit_ends_the_cell_not_the_kernel(container):
    container.text("x = 1")
    assert container.cell("import sys; sys.exit()\nx = 2").status == "ok"
    assert container.cell("exit()").status == "ok"
    assert container.cell("sys.exit('bad')").status == "error"
    assert container.cell("x").result == "1"
