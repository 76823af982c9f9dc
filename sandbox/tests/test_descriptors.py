"""What a cell does to descriptors 0 to 2 ends with the cell."""

import pytest

SPOILED = {
    "closed stdout": "import os; os.close(1)",
    "all three closed": "import os; os.closerange(0, 3)",
    "stdout on a file": "import os; os.dup2(os.open('f', os.O_CREAT | os.O_WRONLY), 1)",
    "a closed sys.stdout": "import sys; sys.stdout.close()",
    "a closed sys.stderr": "import sys; sys.stderr.close()",
    "no sys.stdout": "import sys; sys.stdout = None",
    "something else as sys.stderr": "import sys; sys.stderr = object()",
}


@pytest.mark.parametrize("code", SPOILED.values(), ids=SPOILED.keys())
def test_the_next_cell_prints_again(container, code):
    container.cell(code)
    outcome = container.cell("import os, sys; print('out'); print('err', file=sys.stderr)")
    assert (outcome.stdout, outcome.stderr) == ("out\n", "err\n")
    assert container.text("_ = os.write(1, b'raw'); sys.stdin.read()") == "raw"


def test_an_own_stdout_stays(container):
    container.text("import io, sys; sys.stdout = own = io.StringIO()")
    container.cell("print('kept'); sys.stdout = sys.__stdout__")
    assert container.text("print(own.getvalue())") == "kept\n\n"
