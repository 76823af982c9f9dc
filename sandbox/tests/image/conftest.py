"""Tests of a built sandbox image, run from the host.

SANDGLASS_IMAGE names the image's directory (with rootfs and image.json); without it
the one that the recipe's key names in the cache. They need root, for chroot.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bundle
import pytest


@pytest.fixture(scope="session")
def image() -> Path:
    directory = bundle.image_directory()
    assert directory.is_dir(), f"no image in {directory}: run ./sandglass image build"
    return directory


@pytest.fixture(scope="session")
def rootfs(image: Path) -> Path:
    return image / "rootfs"


@pytest.fixture(scope="session")
def about(image: Path) -> dict[str, Any]:
    return json.loads((image / "image.json").read_text())


@pytest.fixture
def run(
    rootfs: Path, about: dict[str, Any], tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python code in the image: read-only, with a /tmp, /dev and /mnt/data of its own."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "data").mkdir()
    mounts = (
        'set -e; root=$1; work=$2; shift 2; mount --bind "$root" /mnt; '
        "mount -o remount,bind,ro /mnt; mount -t proc proc /mnt/proc; mount --rbind /dev /mnt/dev; "
        'mount --bind "$work/tmp" /mnt/tmp; mount --bind "$work/data" /mnt/mnt/data; '
        'cd /mnt/mnt/data; exec env -i "$@"'
    )

    def run_python(code: str, **env: str) -> subprocess.CompletedProcess[str]:
        environment = [f"{name}={value}" for name, value in {**about["env"], **env}.items()]
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounts]
        command += ["sh", str(rootfs), str(tmp_path), *environment]
        # The shell's cwd is the image's /mnt/data; chroot would move it to /.
        code = f"import os; os.chdir('/mnt/data')\n{code}"
        command += ["/usr/sbin/chroot", "/mnt", "/usr/bin/python3", "-c", code]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run_python
