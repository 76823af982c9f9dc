"""While the host is short of memory kernels have no backup, and the results of cells say so."""

LINE = (
    "[There is no way back from this cell: no backup is kept while the host is short of memory"
    " (sandbox.memory-free)]\n"
)


def test_a_cell_without_a_way_back_says_so(container):
    assert container.cell("x = 1").stderr == ""
    container.ok("backups", keep=False)
    outcome = container.cell("print(x)")
    assert (outcome.status, outcome.stdout, outcome.stderr) == ("ok", "1\n", LINE)
    assert outcome.kinds == ["stream", "stream", "done"]


def test_the_first_cell_has_nothing_to_go_back_to(container):
    container.ok("backups", keep=False)
    assert container.cell("x = 1").stderr == ""


def test_variables_that_a_death_costs_meanwhile_are_told_with_the_reason(container):
    container.text("import os; x = 1")
    container.ok("backups", keep=False)
    outcome = container.cell("os._exit(1)")
    assert (outcome.done["state_lost"], outcome.stderr) == (True, "")
    assert "while the host is short of memory (sandbox.memory-free)" in outcome.done["note"]


def test_a_cell_that_runs_already_loses_its_way_back(container):
    container.text("import os, pathlib; x = 1")
    code = """
print('begun', flush=True)
while not pathlib.Path('go').exists(): pass
"""
    frames = []
    for frame in container.stream(code):
        frames.append(frame)
        if frame.body == b"begun\n":
            container.ok("backups", keep=False)
            container.put("go", b"")
    assert LINE.encode() in [frame.body for frame in frames]


def test_once_there_is_memory_again_the_next_death_costs_nothing(container):
    container.text("import os; x = 1")
    container.ok("backups", keep=False)
    container.ok("backups", keep=True)
    assert container.cell("os._exit(1)").done["restored"] is True
    assert container.cell("x").result == "1"


def test_what_is_neither_true_nor_false_is_refused(container):
    assert container.failure("backups", keep="no") == "invalid"
