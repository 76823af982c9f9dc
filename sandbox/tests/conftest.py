"""One sandbox for the whole run, a fresh container for each test."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator

import bundle
import pytest


def pytest_configure() -> None:
    # Told to end, pytest tears down as after Ctrl-C: no sandbox stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _missing() -> str | None:
    if os.geteuid() != 0:
        return "these tests need root"
    if shutil.which("runc") is None:
        return "these tests need runc"
    if not (bundle.image_directory() / "image.json").exists():
        return "these tests need an image: ./sandglass image build"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needing = [item for item in items if "sandbox" in getattr(item, "fixturenames", ())]
    reason = _missing() if needing else None
    for item in needing:
        item.add_marker(pytest.mark.runc)
        if reason:
            item.add_marker(pytest.mark.skip(reason=f"NOT TESTED: {reason}"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[bundle.Sandbox]:
    sandbox = bundle.Sandbox(bundle.image_directory())
    yield sandbox
    print(sandbox.log_text())
    sandbox.close()


@pytest.fixture
def container(sandbox: bundle.Sandbox) -> Iterator[bundle.Container]:
    container = sandbox.fork()
    yield container
    container.close()
