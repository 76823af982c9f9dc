import time


def test_a_line_arrives_while_the_cell_runs_on(container):
    arrivals = {}
    for frame in container.stream("import time\nprint('one')\ntime.sleep(0.6)\nprint('two')"):
        if frame.header["type"] == "stream":
            arrivals[frame.body.decode().strip()] = time.monotonic()
    assert arrivals["two"] - arrivals["one"] > 0.4


def test_a_part_of_a_line_arrives_when_it_is_flushed(container):
    code = "import time\nprint('…', end='', flush=True)\ntime.sleep(0.5)\nprint('done')"
    bodies = [f.body.decode() for f in container.stream(code) if f.header["type"] == "stream"]
    assert bodies == ["…", "done\n"]


def test_stdout_and_stderr_are_kept_apart(container):
    outcome = container.cell("import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert (outcome.stdout, outcome.stderr) == ("out\n", "err\n")


def test_events_are_numbered_without_gaps(container):
    frames = container.run("for i in range(5): print(i, flush=True)\ndisplay(1)\n1/0")
    assert [f.header["seq"] for f in frames] == list(range(1, len(frames) + 1))


def test_text_printed_before_a_display_comes_before_it(container):
    outcome = container.cell("print('a'); display('b'); print('c')")
    assert outcome.kinds == ["stream", "display", "stream", "done"]


def test_prints_and_displays_keep_their_order(container):
    outcome = container.cell("for i in range(100): print(i); display(i)")
    assert outcome.kinds == ["stream", "display"] * 100 + ["done"]


def test_a_character_split_between_two_writes_arrives_whole(container):
    code = "import os, time\nos.write(1, b'\\xe2\\x82')\ntime.sleep(0.3)\nos.write(1, b'\\xac\\n')"
    assert container.text(code) == "€\n"


def test_bytes_that_are_not_utf8_are_replaced(container):
    assert container.text("import os; os.write(1, b'a\\xff\\xfeb\\n'); None") == "a��b\n"


def test_many_lines_arrive_complete_and_in_order(container):
    outcome = container.cell("for i in range(20000): print(i)", output_bytes=1 << 20)
    assert outcome.stdout == "".join(f"{i}\n" for i in range(20000))
    assert outcome.done["stdout_bytes"] == len(outcome.stdout)
