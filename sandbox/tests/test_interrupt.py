import time


def _interrupt_at_first_output(container, code, **limits):
    frames = []
    for frame in container.stream(code, **limits):
        frames.append(frame)
        if frame.header["type"] == "stream" and len(frames) == 1:
            container.send({"type": "interrupt", "id": 10**6, "cell": frame.header["cell"]})
    return [f for f in frames if "id" not in f.header]


def test_interrupt_ends_a_sleeping_cell_and_keeps_its_variables(container):
    began = time.monotonic()
    code = "x = 5\nprint('go', flush=True)\nimport time; time.sleep(30)"
    frames = _interrupt_at_first_output(container, code)
    assert frames[-1].header["status"] == "interrupted"
    assert time.monotonic() - began < 5
    assert container.cell("x").result == "5"


def test_interrupt_ends_a_busy_loop(container):
    frames = _interrupt_at_first_output(container, "print('go', flush=True)\nwhile True: pass")
    assert frames[-1].header["status"] == "interrupted"


def test_interrupt_ends_a_flood_of_output(container):
    frames = _interrupt_at_first_output(container, "while True: print('x' * 1000)")
    assert frames[-1].header["status"] == "interrupted"
    assert container.cell("1+1").result == "2"


def test_a_cell_that_ignores_the_interrupt_is_killed_after_the_grace_time(container):
    code = (
        "import time\nwhile True:\n"
        "  try: print('go', flush=True); time.sleep(9)\n  except KeyboardInterrupt: pass"
    )
    frames = _interrupt_at_first_output(container, code, grace_ms=300)
    done = frames[-1].header
    assert (done["status"], done["reason"]) == ("died", "killed")
    assert container.cell("1+1").result == "2"


def test_interrupting_what_does_not_run_is_refused(container):
    assert container.failure("interrupt", cell="nothing") == "not-found"


def test_a_keyboard_interrupt_of_the_codes_own_is_an_error(container):
    assert container.cell("raise KeyboardInterrupt").status == "error"


def test_an_interrupt_that_comes_before_the_code_has_begun_is_not_lost(container):
    # Right after a cell the kernel is busy with its backup.
    for _ in range(5):
        container.text("x = 1")
        outcome = container.cell("while True: pass", timeout_ms=1, grace_ms=30_000)
        assert outcome.status == "timeout"
