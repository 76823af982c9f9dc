def test_variables_functions_and_imports_persist_between_cells(container):
    container.text("import math\nx = 20\ndef double(n): return 2 * n")
    assert container.cell("double(x) + math.floor(2.5)").result == "42"


def test_two_containers_share_nothing(sandbox):
    first, second = sandbox.fork(), sandbox.fork()
    first.text("secret = 1; open('only-here.txt', 'w').write('x')")
    assert second.cell("secret").error["ename"] == "NameError"
    assert second.paths() == []
    assert second.text("import os; print(os.listdir('/tmp'))") == "[]\n"
    first.close()
    second.close()


def test_the_execution_count_grows_by_one_for_each_cell(container):
    counts = [container.cell("1").done["execution_count"] for _ in range(3)]
    assert counts == [1, 2, 3]


def test_the_last_result_is_underscore(container):
    container.cell("6 * 7")
    assert container.cell("_").result == "42"


def test_a_new_container_knows_no_names_but_ipythons(container):
    assert container.text("print([n for n in dir() if n[0] != '_'])") == (
        "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']\n"
    )


def test_random_numbers_differ_between_containers(sandbox):
    code = (
        "import random, uuid, multiprocessing, numpy as np, sympy.core.random as s\n"
        "print(random.random(), np.random.rand(), np.random.default_rng().random(), s.rng.random(),"
        " multiprocessing.current_process().authkey.hex(), uuid.uuid4())"
    )
    rows = []
    for _ in range(3):
        container = sandbox.fork()
        rows.append(container.text(code).split())
        container.close()
    for column in zip(*rows, strict=True):
        assert len(set(column)) == 3, column
