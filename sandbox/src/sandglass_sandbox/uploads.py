"""A file that is being written and has no place yet, so that nobody sees a half of it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from sandglass_sandbox.beneath import Opener
from sandglass_sandbox.system import System

HIDDEN = ".sandglass-upload-"
"""What the names of unfinished files begin with where none can be nameless."""
_MODE = 0o644


@dataclass(frozen=True)
class Upload:
    """:param name: in the root directory; None: it has none"""

    fd: int
    root: int
    name: str | None

    @staticmethod
    def begin(root: int, system: System, opener: Opener) -> Upload:
        if system.unnamed_files:
            return Upload(opener(root, ".", os.O_TMPFILE | os.O_RDWR, False, _MODE), root, None)
        name = HIDDEN + os.urandom(8).hex()
        return Upload(
            opener(root, name, os.O_CREAT | os.O_EXCL | os.O_RDWR, False, _MODE), root, name
        )

    def link(self, directory: int, name: str) -> None:
        """Gives it a name in that directory, in which there must be none like it."""
        if self.name is None:
            os.link(f"/proc/self/fd/{self.fd}", name, dst_dir_fd=directory, follow_symlinks=True)
        else:
            os.link(
                self.name, name, src_dir_fd=self.root, dst_dir_fd=directory, follow_symlinks=False
            )

    def close(self) -> None:
        os.close(self.fd)
        if self.name is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.name, dir_fd=self.root)


def sweep(root: int) -> None:
    """Removes what an earlier worker had not finished."""
    listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=root)
    try:
        for name in os.listdir(listed):
            if name.startswith(HIDDEN):
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=root)
    finally:
        os.close(listed)
