"""Makes a root file system the same bytes for the same contents, and describes it.

    seal.py ROOTFS IMAGE_JSON KEY

Times, modes and owners are made uniform. The digest in image.json is the SHA-256
over a canonical listing: one line `type mode path content` for each path, sorted by
path, where content is a file's SHA-256 or a link's target.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import sys
from pathlib import Path

from assemble import EPOCH, SITE

PYTHON = "usr/bin/python3.13"
LOADER = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
EXECUTABLE = (PYTHON, LOADER)

# What a process in the image should have in its environment, besides its own.
ENVIRONMENT = {
    "PATH": "/usr/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "IPYTHONDIR": "/tmp/.ipython",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LOKY_MAX_CPU_COUNT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMEXPR_MAX_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def is_program(path: Path) -> bool:
    """Whether the kernel could run the file: a script with an interpreter, or ELF with a loader."""
    with path.open("rb") as file:
        head = file.read(64)
        if head.startswith(b"#!"):
            return True
        if len(head) < 64 or not head.startswith(b"\x7fELF\x02\x01"):
            return False
        offset, size, count = struct.unpack_from("<Q14xHH", head, 32)
        file.seek(offset)
        headers = file.read(size * count)
    pt_interp = 3
    return any(
        struct.unpack_from("<I", headers, index * size)[0] == pt_interp for index in range(count)
    )


def seal(rootfs: Path) -> tuple[str, int, int]:
    """Returns digest, bytes of file contents, number of files."""
    lines = []
    total = files = 0
    for directory, subdirectories, names in os.walk(rootfs):
        for name in [*subdirectories, *names]:
            path = Path(directory) / name
            relative = path.relative_to(rootfs).as_posix()
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                lines.append(f"link 777 {relative} {os.readlink(path)}")
            elif stat.S_ISDIR(status.st_mode):
                mode = 0o1777 if relative in ("tmp", "var/tmp") else 0o755
                path.chmod(mode)
                lines.append(f"dir {mode:o} {relative} -")
            elif stat.S_ISREG(status.st_mode):
                mode = 0o755 if relative in EXECUTABLE else 0o644
                path.chmod(mode)
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                lines.append(f"file {mode:o} {relative} {content}")
                total += status.st_size
                files += 1
            else:
                raise SystemExit(f"seal.py: {relative} is neither file, directory nor link")
            if os.geteuid() == 0:
                os.chown(path, 0, 0, follow_symlinks=False)
    for directory, subdirectories, names in os.walk(rootfs, topdown=False):
        for name in [*subdirectories, *names]:
            os.utime(Path(directory) / name, (EPOCH, EPOCH), follow_symlinks=False)
    rootfs.chmod(0o755)
    os.utime(rootfs, (EPOCH, EPOCH))
    listing = "\n".join(sorted(lines, key=lambda line: line.split(" ", 2)[2])) + "\n"
    return "sha256:" + hashlib.sha256(listing.encode()).hexdigest(), total, files


def remove_programs(rootfs: Path) -> None:
    """A wheel's or package's helper program would be a system command."""
    for directory, _, names in os.walk(rootfs):
        for name in names:
            path = Path(directory) / name
            relative = path.relative_to(rootfs).as_posix()
            if path.is_symlink() or relative in EXECUTABLE or name.endswith(".py"):
                continue
            if is_program(path) and ".so" not in name:
                path.unlink()


def debian_packages(rootfs: Path) -> dict[str, str]:
    text = (rootfs / "usr/lib/sandglass/debian-packages").read_text()
    return dict(line.split(" ", 1) for line in text.splitlines())


def python_packages(rootfs: Path) -> dict[str, str]:
    packages = {}
    for metadata in sorted((rootfs / SITE).glob("*.dist-info/METADATA")):
        head = metadata.read_text("utf-8").split("\n\n")[0].splitlines()
        fields = dict(line.split(": ", 1) for line in head if ": " in line)
        packages[fields["Name"]] = fields["Version"]
    return packages


def main(arguments: list[str]) -> None:
    rootfs, image_json, key = Path(arguments[0]), Path(arguments[1]), arguments[2]
    remove_programs(rootfs)
    digest, total, files = seal(rootfs)
    debian = debian_packages(rootfs)
    image = {
        "name": "sandglass-python",
        "key": key,
        "digest": digest,
        "platform": "linux/amd64",
        "python": debian["python3.13"].split("-")[0],
        "bytes": total,
        "files": files,
        "env": ENVIRONMENT,
        "packages": {"debian": debian, "python": python_packages(rootfs)},
    }
    image_json.write_text(json.dumps(image, indent=2, sort_keys=True) + "\n")
    print(f"seal: {files} files, {total // 1_000_000} MB, {digest}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
