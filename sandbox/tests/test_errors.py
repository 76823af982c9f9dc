"""What a client and a model learn about an error."""

import pytest

FRAME = (
    "import pandas as pd\n"
    "df = pd.DataFrame({'Product': ['a'], 'Revenue': [1.5], 'Date': ['2024-13-45']})\n"
)


def test_the_traceback_is_plain_and_begins_in_the_users_code(container):
    outcome = container.cell("def f(n):\n    return 1 / n\nf(0)")
    assert outcome.error["ename"] == "ZeroDivisionError"
    assert outcome.traceback.startswith("Traceback (most recent call last):")
    assert "\x1b" not in outcome.traceback
    assert "return 1 / n" in outcome.traceback
    assert "sandglass" not in outcome.traceback and "interactiveshell" not in outcome.traceback


def test_a_syntax_error_shows_its_line(container):
    outcome = container.cell("x = 1\ny = (2")
    assert outcome.error["ename"] == "SyntaxError"
    assert "line 2" in outcome.brief and "y = (2" in outcome.brief
    assert "y = (2" in outcome.traceback


CASES = {
    "a missing file": (
        "open('/mnt/data/sale.csv')",
        ["line 1", "FileNotFoundError", "/mnt/data/sales.csv"],
    ),
    "a missing file in a library": (
        "import pandas as pd\npd.read_csv('sale.csv')",
        ["line 2", "sales.csv"],
    ),
    "a missing column": (FRAME + "df['revenue']", ["line 3", "KeyError", "'Revenue'", "'Product'"]),
    "a missing column in groupby": (FRAME + "df.groupby('product').sum()", ["line 3", "'Product'"]),
    "a missing name": ("value = 1\nprint(valu)", ["line 2", "NameError", "value"]),
    "a missing attribute": ("'a'.uper()", ["AttributeError", "upper"]),
    "a missing attribute of a frame": (FRAME + "df.revenue.sum()", ["Revenue"]),
    "a missing library": ("import tensorflow", ["tensorflow", "not available", "sklearn"]),
    "a bad date": (FRAME + "pd.to_datetime(df['Date'])", ["line 3", "2024-13-45"]),
    "a bad number": (FRAME + "df['Product'].astype(float)", ["line 3", "could not convert", "'a'"]),
    "an assertion": ("assert 1 == 2, 'no'", ["AssertionError: no"]),
    "a missing dictionary key": ("d = {'alpha': 1}\nd['alpa']", ["line 2", "alpha"]),
    "an error in a function": (
        "def f():\n  return [][1]\n\nf()",
        ["line 2", "return [][1]", "IndexError"],
    ),
    "a full file system": (
        "with open('/tmp/x', 'wb', buffering=0) as f:\n  while True: f.write(bytes(1 << 16))",
        ["line 2", "No space left on device", "/tmp is full", "MiB (sandbox.tmp)", "delete files"],
    ),
    "more than there is room for": (
        "import os\nos.posix_fallocate(os.open('/dev/shm/x', os.O_RDWR | os.O_CREAT), 0, 1 << 40)",
        ["line 2", "There was no room for it", "/dev/shm has", "(sandbox.shm)"],
    ),
}


@pytest.mark.parametrize(("code", "expected"), CASES.values(), ids=CASES.keys())
def test_the_brief_names_line_error_and_what_is_near(container, code, expected):
    container.put("sales.csv", b"a,b\n")
    outcome = container.cell(code)
    assert outcome.status == "error"
    for words in expected:
        assert words in outcome.brief
    assert "site-packages" not in outcome.brief and "dist-packages" not in outcome.brief
    assert len(outcome.brief) <= 700


@pytest.mark.parametrize("raised", ["ValueError", "SystemExit", "KeyboardInterrupt"])
def test_an_exception_whose_text_raises_is_told_all_the_same(container, raised):
    outcome = container.cell(f"class E(Exception):\n  def __str__(self): raise {raised}\nraise E")
    assert (outcome.status, outcome.error["ename"]) == ("error", "E")
    assert container.cell("1").result == "1"


def test_an_endless_message_is_cut(container):
    outcome = container.cell("raise ValueError('x' * 10_000_000)")
    assert len(outcome.error["evalue"]) < 10_000
    assert len(outcome.traceback) < 200_000
    assert len(outcome.brief) <= 700


def test_deep_recursion_is_an_error(container):
    outcome = container.cell("def f(): return f()\nf()")
    assert outcome.error["ename"] == "RecursionError"
    assert len(outcome.traceback) < 100_000
    assert container.cell("1").result == "1"


def test_a_chain_of_exceptions_is_told_whole(container):
    outcome = container.cell(
        "try:\n  1/0\nexcept ZeroDivisionError as e:\n  raise ValueError('why') from e"
    )
    assert "direct cause" in outcome.traceback and "ZeroDivisionError" in outcome.traceback
