"""Each wall taken away in turn: the probes must notice. A probe that can't fail proves nothing.

A wall is taken away by changing a copy of the sandbox's code. docs/security.md shows which probes
notice what, and this holds it to it.
"""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import bundle
import prober
import pytest

PACKAGE = "sandglass_sandbox"
PAGE = bundle.SOURCE.parents[1] / "docs" / "security.md"


@dataclass(frozen=True)
class Away:
    """A wall, and how it is taken away: file, text, its replacement."""

    wall: str
    changes: tuple[tuple[str, str, str], ...]

    def noticed_by(self) -> set[str]:
        """Who must notice, as docs/security.md says: the row's names in backticks."""
        rows = [row for row in PAGE.read_text().splitlines() if row.startswith(f"| {self.wall} |")]
        assert len(rows) == 1, f"docs/security.md has no row for {self.wall!r}"
        return set(re.findall(r"`([a-z0-9-]+)`", rows[0]))


def _away(wall: str, *changes: tuple[str, str, str]) -> Away:
    return Away(wall, changes)


_NO_LANDLOCK = ("walls/confine.py", "        landlock.restrict()\n", "        pass\n")
_NO_FILTERS = tuple(
    ("walls/confine.py", f"    bpf.install({name})", "    pass")
    for name in ("_SUPERVISOR", "_KERNEL", "_WORKER")
)

WALLS = (
    _away(
        "system calls (seccomp)",
        *_NO_FILTERS,
    ),
    _away("what may be executed, whom signals reach (Landlock)", _NO_LANDLOCK),
    _away(
        "noexec on what can be written, and Landlock",
        ("root.py", "_QUIET = MS_NOSUID | MS_NODEV | MS_NOEXEC", "_QUIET = MS_NOSUID | MS_NODEV"),
        ("root.py", "return os.statvfs(path).f_flag & (MS_RDONLY | _QUIET)", "return 0"),
        _NO_LANDLOCK,
    ),
    _away(
        "noexec alone",
        ("root.py", "_QUIET = MS_NOSUID | MS_NODEV | MS_NOEXEC", "_QUIET = MS_NOSUID | MS_NODEV"),
    ),
    _away(
        "a user of its own for the supervisor (the kernel's instead), and Landlock",
        ("container.py", "become(spec.supervisor_uid, (", "become(spec.uid, ("),
        _NO_LANDLOCK,
    ),
    _away(
        "no capabilities for the kernel",
        (
            "process.py",
            "    container.become(spec.uid)\n    # Else",
            "    container.become(spec.uid, (5, 6, 7))\n    # Else",
        ),
    ),
    _away(
        "a network namespace for each container (the sandbox's instead)",
        ("container.py", " | os.CLONE_NEWNET", ""),
    ),
    _away(
        "a PID namespace for each container (the sandbox's instead)",
        ("nursery.py", "            os.unshare(os.CLONE_NEWPID)\n", "            pass\n"),
    ),
    _away(
        "subset and hidepid on /proc",
        ("root.py", '"proc", _QUIET, proc_options(supervisor_gid, system)', '"proc", _QUIET, ""'),
    ),
    _away(
        "the read-only root",
        ("root.py", "    steps.append(Seal", "    Seal and steps.__class__  # (Seal"),
    ),
    _away(
        "an own /run (the sandbox's instead)",
        (
            "root.py",
            "    if data is not None:\n",
            '    steps.append(Bind("run", "/run", MS_NOSUID))\n    if data is not None:\n',
        ),
        ("root.py", 'path, "", MS_BIND)\n', 'path, "", MS_BIND | 0x4000)\n'),
    ),
    _away(
        "a short list of devices (the sandbox's terminals too)",
        ("root.py", '"random", "urandom")', '"random", "urandom", "tty")'),
    ),
    _away(
        "closed files (a directory of outside left open)",
        (
            "process.py",
            "        os.closerange(_CHANNEL + 1, 1 << 20)\n",
            '        os.closerange(_CHANNEL + 1, 1 << 20)\n        os.open("/usr", os.O_RDONLY)\n',
        ),
    ),
    _away(
        "limits of the kernel's processes (rlimits)",
        ("process.py", "    container.limit(spec)\n", ""),
    ),
    _away(
        "a file worker that can't be read (and Landlock)",
        ("process.py", "linux.set_dumpable(False)", "linux.set_dumpable(True)"),
        (
            "process.py",
            "container.act_for(spec.uid, real=spec.supervisor_uid)",
            "container.become(spec.uid)",
        ),
        _NO_LANDLOCK,
    ),
)


@pytest.fixture(params=WALLS, ids=lambda a: a.wall)
def away(request: pytest.FixtureRequest) -> Away:
    return request.param


@pytest.fixture
def weak(away: Away, tmp_path: pathlib.Path) -> Iterator[bundle.Sandbox]:
    code = tmp_path / "src"
    shutil.copytree(bundle.SOURCE, code)
    for path in (tmp_path.parent.parent, tmp_path.parent, tmp_path):
        path.chmod(0o755)
    for name, old, new in away.changes:
        file = code / PACKAGE / name
        text = file.read_text()
        assert old in text, f"{name} has changed: how is this wall taken away now?"
        file.write_text(text.replace(old, new))
    sandbox = bundle.Sandbox(bundle.image_directory(), code)
    yield sandbox
    sandbox.close()


def test_the_probes_notice(away: Away, weak: bundle.Sandbox):
    try:
        reports = prober.quick(weak)
    except EOFError:
        # A probe reached the supervisor and ended the container, which shows the hole as well.
        print(f"NOTICED | {away.wall} | the container ended")
        return
    noticed = {name for name, r in reports.items() if r["verdict"] == "through"}
    print(f"NOTICED | {away.wall} | {', '.join(sorted(noticed))}")
    assert away.noticed_by() <= noticed, away.noticed_by() - noticed


def test_the_page_names_no_other_walls():
    rows = PAGE.read_text().split("| taken away |")[1].split("\n\n")[0].splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [a.wall for a in WALLS]
