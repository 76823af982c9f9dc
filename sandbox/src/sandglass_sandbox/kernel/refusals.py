"""What a sandbox doesn't have (commands, packages, a keyboard) and how it says so."""

from __future__ import annotations

import builtins
import getpass
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from sandglass_sandbox.kernel import unavailable

if TYPE_CHECKING:
    from sandglass_sandbox.kernel.shell import Shell

INPUT = "input() is not available: nobody can type here. Write the value into the code."


class NotAvailable(Exception):
    """The code asked for something that this sandbox doesn't have."""


def no_command(words: object = "", *_arguments: object) -> NoReturn:
    """What would run a command."""
    raise NotAvailable(unavailable.command(words))


def _packages(*_arguments: object) -> NoReturn:
    raise NotAvailable(unavailable.PACKAGES)


def _no_input(prompt: object = "", *_arguments: object, **_options: object) -> str:
    raise NotAvailable(INPUT)


def _no_system(command: object) -> int:
    """os.system: its callers expect a number, so that the reason goes to stderr."""
    print(unavailable.command(command), file=sys.stderr)
    return 127 << 8


def _no_script(_line: object = "", body: object = "") -> NoReturn:
    """A cell magic such as %%bash: its body has the commands."""
    no_command(body)


def install(shell: Shell) -> None:
    unavailable.install()
    for name in ("pip", "conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(_packages, "line", name)
    for name in ("sx", "system", "edit"):
        shell.register_magic_function(no_command, "line", name)
    for name in ("bash", "sh", "script", "system", "sx", "!", "perl", "ruby", "pypy"):
        shell.register_magic_function(_no_script, "cell", name)
    builtins.input = _no_input
    getpass.getpass = _no_input
    os.system = _no_system
