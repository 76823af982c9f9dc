"""What is in the image, and what is not."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RECIPE = Path(__file__).parents[2] / "image" / "recipe"
SITE = "usr/local/lib/python3.13/dist-packages"
EXECUTABLES = {"usr/bin/python3.13", "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"}


def files(rootfs: Path) -> Iterator[tuple[str, os.stat_result]]:
    for directory, subdirectories, names in os.walk(rootfs):
        for name in [*subdirectories, *names]:
            path = Path(directory) / name
            yield path.relative_to(rootfs).as_posix(), path.lstat()


def test_only_python_and_the_loader_are_executable(rootfs: Path) -> None:
    found = {
        name
        for name, status in files(rootfs)
        if stat.S_ISREG(status.st_mode) and status.st_mode & 0o111
    }
    assert found == EXECUTABLES


def test_no_program_hides_behind_a_missing_mode_bit(rootfs: Path) -> None:
    sys.path.insert(0, str(RECIPE))
    from seal import is_program

    found = {
        name
        for name, status in files(rootfs)
        if stat.S_ISREG(status.st_mode)
        and not name.endswith(".py")
        and ".so" not in name
        and name not in EXECUTABLES
        and is_program(rootfs / name)
    }
    assert found == set()


def test_only_python_is_on_the_path(rootfs: Path) -> None:
    assert {path.name for path in (rootfs / "usr/bin").iterdir()} == {
        "python",
        "python3",
        "python3.13",
    }


def test_nothing_is_setuid_or_writable_by_others(rootfs: Path) -> None:
    for name, status in files(rootfs):
        if stat.S_ISLNK(status.st_mode) or name in ("tmp", "var/tmp"):
            continue
        assert not status.st_mode & (stat.S_ISUID | stat.S_ISGID | 0o022), name


def test_there_are_no_devices_sockets_or_pipes(rootfs: Path) -> None:
    for name, status in files(rootfs):
        kind = stat.S_IFMT(status.st_mode)
        assert kind in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK), name


@pytest.mark.parametrize(
    "package", ["pip", "setuptools", "requests", "urllib3", "httpx", "tensorflow", "torch"]
)
def test_the_package_is_absent(rootfs: Path, package: str) -> None:
    for place in (SITE, "usr/lib/python3/dist-packages", "usr/lib/python3.13"):
        assert not (rootfs / place / package).exists()


@pytest.mark.parametrize("path", ["var/lib/dpkg", "etc/apt", "usr/lib/apt", "usr/share/perl5"])
def test_no_package_manager_stays(rootfs: Path, path: str) -> None:
    assert not (rootfs / path).exists()


def test_the_versions_are_the_locked_ones(about: dict[str, Any]) -> None:
    lock = (RECIPE / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+) --hash", lock, re.MULTILINE))
    installed = {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, version in about["packages"]["python"].items()
    }
    assert installed == locked


def test_the_lock_names_no_host(rootfs: Path) -> None:
    assert "://" not in (RECIPE / "requirements.lock").read_text()


def test_the_image_is_at_most_1_5_gb(about: dict[str, Any]) -> None:
    assert about["bytes"] < 1_500_000_000


def test_the_digest_is_that_of_the_contents(rootfs: Path, about: dict[str, Any]) -> None:
    lines = []
    for name, status in files(rootfs):
        path = rootfs / name
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            lines.append((name, f"link 777 {name} {os.readlink(path)}\n"))
        elif stat.S_ISDIR(status.st_mode):
            lines.append((name, f"dir {mode:o} {name} -\n"))
        else:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append((name, f"file {mode:o} {name} {content}\n"))
    # As the listing sorts them: by name and what follows it.
    lines.sort(key=lambda line: line[1].rstrip("\n").split(" ", 2)[2])
    listing = "".join(line for _, line in lines)
    assert about["digest"] == "sha256:" + hashlib.sha256(listing.encode()).hexdigest()


def test_the_font_cache_holds_no_time_of_the_build(rootfs: Path) -> None:
    caches = list((rootfs / "var/cache/fontconfig").glob("*.cache-*"))
    assert caches
    for cache in caches:
        content = cache.read_bytes()
        (directory,) = re.findall(rb"\0(/[^\0]+)\0", content[:4096])[:1]
        assert (rootfs / os.fsdecode(directory[1:])).is_dir()  # its time is in the cache


def test_python_comes_up_without_a_word(run: Any) -> None:
    result: subprocess.CompletedProcess[str] = run("print('up')")
    assert (result.returncode, result.stdout, result.stderr) == (0, "up\n", "")
