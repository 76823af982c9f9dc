"""What the system under a sandbox keeps of what the walls want: Linux itself, or gVisor's kernel,
or none of it.

The server says which it is (`--system`, part of the outer wall's plan); nothing is guessed, so that
nothing is ever weaker than was asked for: what a system is said to keep must work, or there is no
container. What gVisor doesn't keep is listed here and, with what stands in for it, in
docs/security.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class System:
    """What of Linux's is there. True: it is used, and must work."""

    name: str
    proc_options: bool
    """/proc mounted with `subset=pid,hidepid=invisible`."""
    tmpfs_inodes: bool
    """A tmpfs with a number of inodes."""
    ambient: bool
    """Ambient capabilities, to be cleared."""
    down_loopback: bool
    """The loopback of a new network namespace is down, and can be brought up."""
    landlock: bool
    """May be missing or switched off on Linux too; False: not asked for."""
    openat2: bool
    """Else paths are resolved one name at a time (beneath.py)."""
    unnamed_files: bool
    """O_TMPFILE; else uploads have a hidden name until they are whole."""
    own_memory: bool
    """The whole system is one container's, and /proc/meminfo tells what that has taken."""
    counts_kernel: bool
    """RLIMIT_NPROC counts a process too that has changed its user; else only those it forks."""
    data_limit: bool
    """RLIMIT_DATA; else a kernel's whole address space is limited."""
    counted: bool = True
    """A control group counts all memory of a container; else only what the kernel itself takes is
    looked at, what it shares included."""
    walls: bool = True
    """Namespaces, a root, users, filters; else a container is processes of the server's own user
    (unwalled.py), for code that is trusted."""


LINUX = System(
    "linux",
    proc_options=True,
    tmpfs_inodes=True,
    ambient=True,
    down_loopback=True,
    landlock=True,
    openat2=True,
    unnamed_files=True,
    own_memory=False,
    counts_kernel=True,
    data_limit=True,
)

GVISOR = System(
    "gvisor",
    proc_options=False,
    tmpfs_inodes=False,
    ambient=False,
    down_loopback=False,
    landlock=False,
    openat2=False,
    unnamed_files=False,
    own_memory=True,
    counts_kernel=False,
    data_limit=False,
)

UNCOUNTED = replace(LINUX, name="uncounted", counted=False)
"""Linux where the server is an ordinary user, to whom no control groups are left."""

UNWALLED = replace(
    UNCOUNTED, name="unwalled", walls=False, landlock=False, openat2=False, unnamed_files=False
)
"""Any Linux, whatever it forbids, on any file system."""

SYSTEMS = {system.name: system for system in (LINUX, GVISOR, UNCOUNTED, UNWALLED)}
