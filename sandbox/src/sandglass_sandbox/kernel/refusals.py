"""What a sandbox doesn't have (commands, packages, a keyboard) and how it says so."""

from __future__ import annotations

import builtins
import getpass
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandglass_sandbox.kernel.shell import Shell

COMMANDS = (
    "System commands are not available in this sandbox. Use Python instead (os, pathlib, shutil,"
    " zipfile, …)."
)
PACKAGES = (
    "Installing packages is not available in this sandbox: there is no network. Use the libraries"
    " that are there (numpy, pandas, scipy, matplotlib, sklearn, sympy, PIL, …)."
)
INPUT = "input() is not available: nobody can type here. Write the value into the code."


class NotAvailable(Exception):
    """The code asked for something that this sandbox doesn't have."""


def _commands(*_arguments: object) -> None:
    raise NotAvailable(COMMANDS)


def _packages(*_arguments: object) -> None:
    raise NotAvailable(PACKAGES)


def _no_input(prompt: object = "", *_arguments: object, **_options: object) -> str:
    raise NotAvailable(INPUT)


def _no_command(command: object) -> int:
    """os.system: its callers expect a number, so that the reason goes to stderr."""
    print(COMMANDS, file=sys.stderr)
    return 127 << 8


def install(shell: Shell) -> None:
    for name in ("pip", "conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(_packages, "line", name)
    for name in ("sx", "system", "edit"):
        shell.register_magic_function(_commands, "line", name)
    for name in ("bash", "sh", "script", "system", "sx", "!", "perl", "ruby", "pypy"):
        shell.register_magic_function(_commands, "cell", name)
    builtins.input = _no_input
    getpass.getpass = _no_input
    os.system = _no_command
