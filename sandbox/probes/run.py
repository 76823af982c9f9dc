"""What the doctor's cells call."""

from . import (
    calls,
    devices,
    exhaustion,
    files,
    harness,
    namespaces,
    neighbours,
    network,
    privileges,
    proc,
    processes,
    programs,
    sockets,
)

QUICK = (
    files,
    programs,
    proc,
    devices,
    namespaces,
    privileges,
    calls,
    processes,
    network,
    sockets,
    neighbours,
)


def names(*modules: object) -> list[str]:
    areas = [m.__name__.rpartition(".")[2] for m in modules]  # type: ignore[attr-defined]
    return [name for name, p in harness.PROBES.items() if p.area in areas]


def quick(neighbour: int) -> None:
    """All that cost little. In the second of two containers, given what `plant` printed."""
    neighbours.knows(neighbour)
    harness.run(names(*QUICK))


def plant() -> None:
    """In the first container: what the second one must not find."""
    neighbours.plant()


def exhausting() -> list[str]:
    return names(exhaustion)


def one(name: str) -> None:
    harness.run([name])


def described(name: str) -> None:
    """Nothing is tried: what it would be, should it end the cell."""
    harness.describe(name)
