def test_a_cell_past_its_time_is_interrupted(container):
    outcome = container.cell("x = 1\nwhile True: pass", timeout_ms=300)
    assert outcome.status == "timeout"
    assert outcome.error["ename"] == "KeyboardInterrupt"
    assert 250 <= outcome.done["elapsed_ms"] < 2000
    assert container.cell("x").result == "1"


def test_c_code_that_hangs_is_killed_after_the_grace_time(container):
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    outcome = container.cell(code, timeout_ms=200, grace_ms=200)
    assert (outcome.status, outcome.done["reason"]) == ("died", "killed")
    assert outcome.done["message"] == (
        "The code was killed: it did not stop within 0.2 s after it was asked to."
    )
    assert container.cell("1").result == "1"


def test_the_next_cell_has_its_interrupt_back(container):
    container.cell("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert container.cell("while True: pass", timeout_ms=200).status == "timeout"
