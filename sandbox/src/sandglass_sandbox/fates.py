"""What is said of the variables after a kernel's end. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sandglass_sandbox.backups import Revived


@dataclass(frozen=True)
class Fate:
    """:param lost: whether variables are gone
    :param note: says it, and what else is gone, to people and models
    """

    lost: bool
    note: str

    def told_later(self, death: str) -> Fate:
        """Told with the next cell: begins with what happened."""
        return Fate(self.lost, f"Before this cell: {death} {self.note}")


def fate(revived: Revived, executed: int, ended: int, in_cell: bool) -> Fate:
    """:param executed: cells that the dead kernel had executed
    :param ended: processes of the code's that were ended
    :param in_cell: whether it died in one
    """
    parts = [_variables(revived, executed, in_cell)]
    if gone := _gone(revived.threads, ended):
        parts.append(f"{gone} that the code had started could not be kept.")
    lost = revived.kernel is None and executed > 0
    return Fate(lost, " ".join(parts))


def _variables(revived: Revived, executed: int, in_cell: bool) -> str:
    missing = executed - revived.after
    if revived.kernel is None and executed > 0:
        return f"All variables are lost, for {revived.why}; files are kept."
    if missing == 0 or revived.kernel is None:
        return f"Variables are as {'before this cell' if in_cell else 'the last cell left them'}."
    if missing == 1:
        return "Variables are as before the last cell that ended: there was no newer backup."
    return (
        f"Variables are as before the last {missing} cells that ended: there was no newer backup."
    )


def _gone(threads: int, processes: int) -> str:
    return " and ".join(
        f"{count} {word if count == 1 else plural}"
        for count, word, plural in (
            (threads, "thread", "threads"),
            (processes, "process", "processes"),
        )
        if count
    )
