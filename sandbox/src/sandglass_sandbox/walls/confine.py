"""Puts the walls around a process of a container. Each is for good and holds for its children."""

from __future__ import annotations

from sandglass_sandbox.system import System
from sandglass_sandbox.walls import bpf, landlock, policy

_KERNEL = bpf.encoded(policy.KERNEL)
_SUPERVISOR = bpf.encoded(policy.SUPERVISOR)
_WORKER = bpf.encoded(policy.WORKER)
"""Assembled once, in the zygote."""


def supervisor() -> None:
    bpf.install(_SUPERVISOR)


def kernel(system: System) -> None:
    if system.landlock:
        landlock.restrict()
    bpf.install(_KERNEL)


def worker() -> None:
    bpf.install(_WORKER)
