"""The image's Python libraries: resolve them into a lock, fetch them, unpack them.

Runs on the host, under any Python from 3.9 on that has pip; which index pip asks
is pip's own configuration.

    wheels.py lock                        requirements.in -> requirements.lock
    wheels.py fetch WHEELS                requirements.lock -> WHEELS/*.whl, resumable
    wheels.py unpack WHEELS SITE          WHEELS/*.whl -> SITE, without scripts
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path, PurePosixPath

RECIPE = Path(__file__).resolve().parent
REQUIREMENTS = RECIPE / "requirements.in"
LOCK = RECIPE / "requirements.lock"
EXCLUDED = RECIPE / "excluded.txt"

# CPython 3.13 on x86-64 with Debian 13's glibc 2.41 and everything older.
GLIBC_MINORS = (41, 40, 39, 38, 37, 36, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5)
LEGACY_PLATFORMS = ("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64")

# One pip start costs about a second: small batches show progress, several at a
# time hide the starts behind the downloads.
BATCH = 4
PARALLEL = 3
ATTEMPTS = 3


def pip_download(destination: Path, *arguments: str) -> None:
    """Fetches wheels for the image's Python, never for the host's."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--python-version", "3.13"]
    command += ["--implementation", "cp", "--abi", "cp313", "--abi", "abi3", "--abi", "none"]
    for minor in GLIBC_MINORS:
        command += ["--platform", f"manylinux_2_{minor}_x86_64"]
    for platform in LEGACY_PLATFORMS:
        command += ["--platform", platform]
    command += ["--dest", str(destination), *arguments]
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"wheels.py: pip failed:\n{result.stderr.strip()}")


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def content_lines(path: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def lock() -> None:
    """Resolves the requirements afresh and writes the lock."""
    excluded = set(content_lines(EXCLUDED))
    lines = ["# Written by wheels.py from requirements.in: do not edit."]
    with tempfile.TemporaryDirectory() as directory:
        pip_download(Path(directory), "--requirement", str(REQUIREMENTS))
        for wheel in sorted(Path(directory).glob("*.whl"), key=lambda path: path.name.lower()):
            name, version = wheel.name.split("-")[:2]
            name = re.sub(r"[-_.]+", "-", name).lower()
            if name not in excluded:
                lines.append(f"{name}=={version} --hash=sha256:{sha256(wheel)}")
    LOCK.write_text("\n".join(lines) + "\n")


def fetch(wheels: Path) -> None:
    """Completes the directory to exactly the locked wheels; whole wheels survive a kill."""
    wheels.mkdir(parents=True, exist_ok=True)
    wanted = {line.rsplit("sha256:", 1)[1]: line for line in content_lines(LOCK)}
    total = len(wanted)
    for wheel in wheels.glob("*.whl"):
        if wanted.pop(sha256(wheel), None) is None:
            wheel.unlink()
    missing = list(wanted.values())
    print(f"wheels: {total - len(missing)}/{total}", flush=True)
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        for done in as_completed([pool.submit(fetch_batch, wheels, batch) for batch in batches]):
            done.result()
            print(f"wheels: {len(list(wheels.glob('*.whl')))}/{total}", flush=True)


def fetch_batch(wheels: Path, lines: list[str]) -> None:
    with tempfile.TemporaryDirectory(dir=wheels, prefix="part.") as directory:
        part = Path(directory)
        requirements = part / "requirements.txt"
        requirements.write_text("\n".join(lines) + "\n")
        arguments = ("--no-deps", "--require-hashes", "--requirement", str(requirements))
        for attempt in range(1, ATTEMPTS + 1):
            try:
                pip_download(part, *arguments)
                break
            except SystemExit:
                if attempt == ATTEMPTS:
                    raise
        for wheel in part.glob("*.whl"):
            os.replace(wheel, wheels / wheel.name)


def unpack(wheels: Path, site: Path) -> None:
    """Lays the wheels out as an installer would, leaving their scripts and headers out."""
    all_wheels = sorted(wheels.glob("*.whl"))
    for count, wheel in enumerate(all_wheels, 1):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                target = installed_path(name)
                if target is None:
                    continue
                path = site / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(name))
        if count % 10 == 0 or count == len(all_wheels):
            print(f"unpack: {count}/{len(all_wheels)}", flush=True)


def installed_path(name: str) -> PurePosixPath | None:
    """Where a wheel's member goes below site-packages; nothing for what is left out."""
    path = PurePosixPath(name)
    if name.endswith("/") or path.is_absolute() or ".." in path.parts:
        return None
    if not path.parts[0].endswith(".data"):
        return path
    kind = path.parts[1]
    return PurePosixPath(*path.parts[2:]) if kind in ("purelib", "platlib") else None


def main(arguments: list[str]) -> None:
    if arguments == ["lock"]:
        lock()
    elif len(arguments) == 2 and arguments[0] == "fetch":
        fetch(Path(arguments[1]))
    elif len(arguments) == 3 and arguments[0] == "unpack":
        unpack(Path(arguments[1]), Path(arguments[2]))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
