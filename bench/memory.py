"""What processes take of the machine's memory, from /proc (root sees all of them)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def kib(pid: int, field: str) -> int:
    """A field of smaps_rollup such as Pss or Rss in KiB; 0 for a process that has gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found.group(1)) if found else 0


def parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(entry.name)] = int(after_name[1])
    return found


def descendants(roots: Iterable[int]) -> set[int]:
    """The processes below these, themselves included."""
    by_pid = parents()
    known = set(roots)
    grew = True
    while grew:
        more = {pid for pid, parent in by_pid.items() if parent in known} - known
        known |= more
        grew = bool(more)
    return known


def sandboxed() -> set[int]:
    """Every process of this machine in another process namespace than ours."""
    own = Path("/proc/self/ns/pid").readlink()
    found = set()
    for pid in parents():
        try:
            if Path(f"/proc/{pid}/ns/pid").readlink() != own:
                found.add(pid)
        except OSError:
            continue
    return found


def pss_mb(pids: Iterable[int]) -> float:
    """Proportional set size: shared pages are counted once among those who share them."""
    return sum(kib(pid, "Pss") for pid in pids) / 1024


def page_tables_mb(pids: Iterable[int]) -> float:
    """What the kernel keeps for these processes' page tables, which is in no set size."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^VmPTE:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
        except OSError:
            continue
        total += int(found.group(1)) if found else 0
    return total / 1024


def rss_mb(pid: int) -> float:
    return kib(pid, "Rss") / 1024


def of_users_from(uid: int) -> set[int]:
    """The processes of this user id and those above it."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if _real_uid(entry) >= uid:
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def _real_uid(entry: Path) -> int:
    # The directory itself belongs to root if its process must not be traced.
    found = re.search(r"^Uid:\s+(\d+)", (entry / "status").read_text(), re.MULTILINE)
    return int(found.group(1)) if found else 0
