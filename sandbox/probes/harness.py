"""What a probe is, how it tells what happened, and how all of them are run."""

import ctypes
import errno
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import NoReturn

LIMIT_S = 10.0

_libc = ctypes.CDLL(None, use_errno=True)
_MACHINE = os.uname().machine

REFUSALS = (
    errno.EPERM,
    errno.EACCES,
    errno.ENOSYS,
    errno.EROFS,
    errno.ENOENT,
    errno.EAFNOSUPPORT,
    errno.ENOTTY,
)


class Through(Exception):
    """The attempt succeeded; the message says how far it came."""


class NotRun(Exception):
    """The attempt could not be made, so that nothing is known."""


@dataclass(frozen=True)
class Probe:
    name: str
    area: str
    tries: str
    must: str
    apart: bool
    action: Callable[[], str]


PROBES: dict[str, Probe] = {}


def probe(tries: str, must: str, apart: bool = False) -> Callable[[Callable[[], str]], Callable]:
    """Registers a function under its own name and its module's.

    It returns a word on how it was stopped, or raises `Through` or `NotRun`.

    :param apart: in a process of its own, since it may end or change that
    """

    def add(action: Callable[[], str]) -> Callable[[], str]:
        name = action.__name__.replace("_", "-")
        area = action.__module__.rpartition(".")[2]
        if name in PROBES:
            raise ValueError(f"two probes are called {name}")
        PROBES[name] = Probe(name, area, tries, must, apart, action)
        return action

    return add


def refused(what: str, attempt: Callable[[], object], *errors: int) -> str:
    """The attempt must fail with one of `errors` (by default any that is a refusal)."""
    try:
        result = attempt()
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, str(error))
        if error.errno in (errors or REFUSALS):
            return f"{what}: {name}"
        raise NotRun(f"{what}: {name}, which says nothing") from None
    raise Through(f"{what}: {str(result)[:80]}")


def all_refused(attempts: dict[str, Callable[[], object]], *errors: int) -> str:
    """Every one of them; the answer names each."""
    said = [refused(what, attempt, *errors) for what, attempt in attempts.items()]
    return "; ".join(said) if len(said) <= 3 else f"{len(said)} attempts, first {said[0]}"


def call(x86: int, arm: int, *arguments: object) -> int:
    """A system call by number; OSError if it fails, NotRun where it doesn't exist (-1)."""
    number = arm if _MACHINE == "aarch64" else x86
    if number < 0:
        raise NotRun("this machine has no such call")
    values = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = _libc.syscall(ctypes.c_long(number), *values)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def status(field: str, pid: str = "self") -> str:
    with open(f"/proc/{pid}/status") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name == field:
                return value.strip()
    raise NotRun(f"/proc/{pid}/status has no {field}")


def must(condition: bool, held: str, through: str) -> str:
    if not condition:
        raise Through(through)
    return held


@dataclass(frozen=True)
class Outcome:
    verdict: str
    happened: str
    ms: float


def _attempt(p: Probe) -> Outcome:
    began = time.perf_counter()
    verdict, happened = _verdict(p)
    return Outcome(verdict, happened[:500], round((time.perf_counter() - began) * 1000, 1))


def _verdict(p: Probe) -> tuple[str, str]:
    try:
        return "held", p.action() or "held"
    except Through as through:
        return "through", str(through)
    except NotRun as reason:
        return "not-run", str(reason)
    except Exception as error:
        return "not-run", f"{type(error).__name__}: {error}"


def _apart(probes: list[Probe]) -> dict[str, Outcome]:
    """In a child, which goes on to the next as long as each is stopped: a fork takes longest."""
    done: dict[str, Outcome] = {}
    while left := [p for p in probes if p.name not in done]:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            _child(left, write)
        os.close(write)
        before = len(done)
        with open(read, "rb", buffering=0) as answers:
            for p in left:
                said = _line(answers.fileno())
                if not said:
                    break
                done[p.name] = Outcome(*json.loads(said))
        os.kill(pid, signal.SIGKILL)
        _, ended = os.waitpid(pid, 0)
        if len(done) == before:
            done[left[0].name] = _unsaid(ended)
    return done


def _child(probes: list[Probe], write: int) -> NoReturn:
    try:
        for p in probes:
            outcome = _attempt(p)
            os.write(write, json.dumps(astuple(outcome)).encode() + b"\n")
            if outcome.verdict != "held":
                break  # this process may not be what it was
    finally:
        os._exit(0)


def _line(fd: int) -> bytes:
    line, until = b"", time.monotonic() + LIMIT_S
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([fd], [], [], max(0.0, until - time.monotonic()))
        byte = os.read(fd, 1) if ready else b""
        if not byte:
            return b""
        line += byte
    return line


def _unsaid(ended: int) -> Outcome:
    if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGSYS:
        return Outcome("held", "killed by Linux (SIGSYS)", 0.0)
    return Outcome("not-run", f"no answer; its process ended with wait status {ended}", 0.0)


def run(names: list[str]) -> None:
    """One line of JSON for each, preceded by what is going to be run."""
    print(json.dumps({"plan": names}))
    probes = [PROBES[name] for name in names]
    apart = _apart([p for p in probes if p.apart])
    for p in probes:
        sys.stdout.flush()
        outcome = apart.get(p.name) or _attempt(p)
        report = {
            "name": p.name,
            "area": p.area,
            "tries": p.tries,
            "must": p.must,
            "verdict": outcome.verdict,
            "happened": outcome.happened,
            "ms": outcome.ms,
        }
        print(json.dumps(report))
    sys.stdout.flush()


def describe(name: str) -> None:
    """A report of a probe that isn't run."""
    p = PROBES[name]
    report = {"name": p.name, "area": p.area, "tries": p.tries, "must": p.must}
    print(json.dumps({"plan": [name]}))
    print(json.dumps({**report, "verdict": "not-run", "happened": "", "ms": 0.0}))
