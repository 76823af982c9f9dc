"""What a container's code has started beside its kernel: found, counted, ended.

Ours among the processes are the kernel, its backups and the file worker.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandglass_sandbox import container, process
from sandglass_sandbox.backups import Backups
from sandglass_sandbox.container import ContainerSpec
from sandglass_sandbox.files import Files

_PATIENCE = 4
"""How often as many processes as a cell may have it may have until its backup has spoken."""


class Strays:
    """The kernel is named by its pid, 0 if there is none; then it is one of them."""

    def __init__(self, spec: ContainerSpec, files: Files, backups: Backups) -> None:
        self._spec = spec
        self._files = files
        self._backups = backups
        self._ended: set[int] = set()  # since anybody took them

    def _ours(self, kernel: int = 0) -> set[int]:
        return self._backups.pids | {self._files.pid, kernel}

    def beside(self, kernel: int) -> Iterator[int]:
        """Pids; found out when the first one is wanted."""
        yield from process.present(self._ours(kernel))

    def too_many(self) -> bool:
        """Where no limit of the system's counts this container's processes alone."""
        if container.on(self._spec).walls:
            return False
        # A backup that hasn't spoken would be ended with what the code has started.
        most = self._spec.processes * (_PATIENCE if self._backups.unheard else 1)
        return len(process.present(set())) > most + len(self._backups.pids | {self._files.pid})

    def end_with(self, kernel: int) -> None:
        """Ends all of them and the kernel, whose death is told later."""
        self._ended = process.kill_all_but(self._ours()) - {kernel}

    def end(self, kernel: int) -> set[int]:
        """Ends all of them; gives which there were, those of `end_with` included."""
        ended = process.kill_all_but(self._ours(kernel)) | self._ended
        self._ended = set()
        return ended

    def end_leftovers(self, kernel: int) -> tuple[set[int], str]:
        """What a cell leaves running must not take the processes that the next one needs.

        Gives which were ended and a sentence about it, if there were too many.
        """
        bound = self._spec.processes // 2
        if len(process.others(self._ours(kernel))) <= bound:
            return set(), ""
        self._backups.forget_unknown()
        ended = process.kill_all_but(self._ours(kernel))
        return ended, (
            f"{len(ended)} processes that were left running have been ended: at most {bound},"
            " half of sandbox.processes, may run between two cells"
        )
