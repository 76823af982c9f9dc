"""Known names that lead elsewhere, where a container has no root of its own (places.py).

In a process of its own, since Python's functions are told for good.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def run(directory: Path, code: str) -> str:
    (directory / "c/data").mkdir(parents=True)
    (directory / "c/tmp").mkdir()
    begin = f"""
        import sys; sys.path.insert(0, {str(SOURCE)!r})
        from sandglass_sandbox import places
        real = {str(directory / "c")!r}
        places.install()
        places.put({{"/mnt/data": real + "/data", "/tmp": real + "/tmp"}}, [real])
        import os; os.chdir("/mnt/data")
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(begin) + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_known_name_is_opened_listed_and_removed_where_it_leads(tmp_path: Path):
    said = run(
        tmp_path,
        """
        import shutil
        with open("/mnt/data/a.txt", "w") as f:
            f.write("a"); print(f.name)
        os.makedirs("/mnt/data/d/e"); os.rename("/mnt/data/a.txt", "/mnt/data/d/b.txt")
        print(os.listdir("/mnt/data"), os.path.exists(b"/mnt/data/d/b.txt"))
        shutil.rmtree("/mnt/data/d"); print(os.listdir("."))
        open("/tmp/t", "w").close()
        """,
    )
    assert said.splitlines() == ["/mnt/data/a.txt", "['d'] True", "[]"]
    assert (tmp_path / "c/tmp/t").exists()


def test_where_a_process_works_has_its_known_name(tmp_path: Path):
    said = run(tmp_path, "print(os.getcwd(), os.path.abspath('x'), os.path.realpath('x'))")
    assert said == "/mnt/data /mnt/data/x /mnt/data/x\n"


def test_what_is_raised_has_the_known_name(tmp_path: Path):
    said = run(
        tmp_path,
        """
        for call in (open, os.stat, os.listdir, lambda p: os.rename(p, "/mnt/data/y")):
            try:
                call("/mnt/data/x")
            except OSError as e:
                print(e)
        """,
    )
    name = "[Errno 2] No such file or directory: '/mnt/data/x'"
    assert said.splitlines() == [name, name, name, name + " -> '/mnt/data/y'"]


def test_other_names_and_real_ones_lead_where_they_say(tmp_path: Path):
    said = run(
        tmp_path,
        """
        open(real + "/data/a", "w").close()
        print(os.listdir("/mnt/data"), os.path.exists("/mnt/database"), os.stat(0) is None)
        """,
    )
    assert said == "['a'] False False\n"


def test_libraries_that_open_files_by_themselves_are_told(tmp_path: Path):
    said = run(
        tmp_path,
        """
        import sqlite3
        with sqlite3.connect("/mnt/data/d.sqlite") as db:
            db.execute("create table t (x)")
        print(os.listdir("/mnt/data"))
        """,
    )
    assert said == "['d.sqlite']\n"


def test_numbers_in_place_of_names_are_left_alone(tmp_path: Path):
    said = run(
        tmp_path,
        """
        fd = os.open("/mnt/data", os.O_RDONLY)
        print(os.listdir(fd), os.stat in os.supports_fd, os.open in os.supports_dir_fd)
        """,
    )
    assert said == "[] True True\n"
