"""The walls of a container: the lists as they were reviewed, and what they do."""

from __future__ import annotations

import errno
import os
import pathlib
import struct
from dataclasses import asdict

import pytest

from sandglass_sandbox import root
from sandglass_sandbox.system import GVISOR, UNWALLED
from sandglass_sandbox.walls import bpf, numbers, policy
from sandglass_sandbox.walls.policy import Policy

REVIEWED = pathlib.Path(__file__).with_name("walls.txt")


def _listed() -> str:
    """All that is to be reviewed, a line each."""
    lines = []
    for each in policy.POLICIES:
        lines += [f"{each.name}: allow {call}" for call in sorted(each.allowed)]
        for rule in each.rules:
            for way in rule.ways:
                conditions = " and ".join(
                    f"arg{a.index}&{a.mask:#x} in {[hex(v) for v in a.values]}" for a in way
                )
                error = errno.errorcode[rule.otherwise]
                lines.append(f"{each.name}: {rule.call} if {conditions} else {error}")
        lines += [f"{each.name}: {call} is {errno.errorcode[e]}" for call, e in each.refused]
    data = root.directory("/run/data/c")
    steps = root.plan(data, 1 << 20, 1 << 20, 2001, image="/nowhere")
    lines += [f"root: {step}" for step in steps]
    lines.append(f"root, with its disk in memory: {root.in_memory(1 << 20, 64, 2000)}")
    on_gvisor = root.plan(data, 1 << 20, 1 << 20, 2001, GVISOR, image="/nowhere")
    lines += [f"root on gvisor: {step}" for step in on_gvisor if step not in steps]
    lines += [f"gvisor: {name} is {value}" for name, value in asdict(GVISOR).items()]
    lines += [f"unwalled: {name} is {value}" for name, value in asdict(UNWALLED).items()]
    lines += [f"image: {name} {flags:#x}" for name, flags in root.IMAGE_DIRECTORIES.items()]
    return "\n".join(lines) + "\n"


def test_the_lists_are_as_reviewed():
    if os.environ.get("SANDGLASS_REVIEWED"):  # set it once a change has been reviewed
        REVIEWED.write_text(_listed())
    assert _listed() == REVIEWED.read_text()


def decide(program: bpf.Program, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What Linux would do: 0 for allowed, else the error. A second reading of the program."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=IIQ6Q", number, arch, 0, *padded)
    at = accumulator = 0
    for _ in range(len(program)):  # it has no loops
        step = program[at]
        at += 1
        match step.code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, step.value)
            case 0x54:
                accumulator &= step.value
            case 0x05:
                at += step.value
            case 0x15:
                at += step.yes if accumulator == step.value else step.no
            case 0x35:
                at += step.yes if accumulator >= step.value else step.no
            case 0x06:
                return 0 if step.value == 0x7FFF0000 else step.value & 0xFFFF
    raise AssertionError("the program has no end")


@pytest.mark.parametrize("machine", numbers.MACHINES)
@pytest.mark.parametrize("each", policy.POLICIES, ids=lambda p: p.name)
def test_the_filter_does_what_the_list_says(machine: str, each: Policy):
    program, arch = bpf.assemble(each, machine), numbers.AUDIT_ARCH[machine]
    known = numbers.of(machine)
    ruled = {known[r.call] for r in each.rules if r.call in known}
    refused = {known[call]: error for call, error in each.refused}
    allowed = {known[call] for call in each.allowed if call in known}
    for number in (*range(1000), 0x40000000, 0x40000001, 2**31, 2**32 - 1):
        if number in ruled:
            continue
        expected = errno.EPERM if number <= numbers.LAST_KNOWN else errno.ENOSYS
        expected = 0 if number in allowed else refused.get(number, expected)
        assert decide(program, arch, number) == expected, number
    for rule in each.rules:
        if rule.call not in known:
            continue
        for way in rule.ways:
            good = [0] * 6
            for condition in way:
                good[condition.index] = condition.values[-1]
            assert decide(program, arch, known[rule.call], tuple(good)) == 0
            for condition in way:
                for bit in range(32):
                    bad = list(good)
                    bad[condition.index] ^= 1 << bit
                    fine = any(
                        all(bad[c.index] & c.mask in c.values for c in other) for other in rule.ways
                    )
                    answer = decide(program, arch, known[rule.call], tuple(bad))
                    assert answer == (0 if fine else rule.otherwise), (rule.call, bad)


@pytest.mark.parametrize("machine", numbers.MACHINES)
def test_calls_of_another_kind_of_machine_do_not_exist(machine: str):
    program = bpf.assemble(policy.KERNEL, machine)
    assert decide(program, 0x40000003, 1) == errno.ENOSYS  # i386
    for jump in program:
        assert max(jump.yes, jump.no) <= 255


def test_every_call_of_the_lists_has_a_number():
    names = set()
    for each in policy.POLICIES:
        names |= each.allowed | {r.call for r in each.rules} | {c for c, _ in each.refused}
    assert names == set(numbers.of("x86_64"))


def test_each_process_has_its_filters(sandbox, container):
    """One for the supervisor, two for the kernel; the worker has its own on top."""
    container.paths()
    status = container.text("print(open('/proc/self/status').read())")
    assert "Seccomp_filters:\t2\n" in status
    worker = pathlib.Path(f"/proc/{sandbox.worker(container)}/status").read_text()
    assert "Seccomp_filters:\t2\n" in worker


def test_code_cannot_signal_the_supervisor_or_the_worker(container):
    container.paths()
    code = """
import os
for pid in range(1, 300):
    if pid != os.getpid():
        try: os.kill(pid, 0); print(pid)
        except (PermissionError, ProcessLookupError): pass
"""
    assert container.text(code) == ""


def test_only_its_own_processes_are_seen(container):
    container.paths()
    code = "import os; print([p for p in os.listdir('/proc') if p != str(os.getpid())])"
    assert set(eval(container.text(code))) == {"self", "thread-self"}
