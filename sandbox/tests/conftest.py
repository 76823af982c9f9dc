"""One sandbox for the whole run, a fresh container for each test."""

from __future__ import annotations

import os
import pathlib
import shutil
from collections.abc import Iterator

import bundle
import pytest


def _image() -> pathlib.Path | None:
    if named := os.environ.get("SANDGLASS_TEST_IMAGE"):
        return pathlib.Path(named)
    cache = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    images = pathlib.Path(os.environ.get("SANDGLASS_CACHE", f"{cache}/sandglass"), "images")
    found = [path.parent for path in images.glob("*/image.json")]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _missing() -> str | None:
    if os.geteuid() != 0:
        return "these tests need root"
    if shutil.which("runc") is None:
        return "these tests need runc"
    if _image() is None:
        return "these tests need an image: ./sandglass image build"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = _missing()
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.runc)
            if reason:
                item.add_marker(pytest.mark.skip(reason=f"NOT TESTED: {reason}"))


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bundle.Sandbox]:
    image = _image()
    assert image is not None
    root = pathlib.Path(f"/tmp/sandglass-test-{os.getpid()}")
    sandbox = bundle.Sandbox(image, root)
    yield sandbox
    sandbox.close()
    print((root / "log").read_text() if (root / "log").exists() else "")


@pytest.fixture
def container(sandbox: bundle.Sandbox) -> Iterator[bundle.Container]:
    container = sandbox.fork()
    yield container
    container.close()
