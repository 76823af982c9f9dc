"""Landlock: which files may be executed at all, where the Linux kernel has it (5.19 and later).

Everything writable is mounted `noexec` and the image has no program but Python; this holds even if
one of the two doesn't. `ld.so` has to be among the programs, since Linux opens it for each of them;
by itself it can load only from where mapping as code is allowed, which is below /usr.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_SYS_CREATE, _SYS_ADD, _SYS_RESTRICT = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE = 1 << 0
_REFER = 1 << 13
"""Moving files between directories: refused by every rule set that doesn't name it."""
_SCOPE_SIGNAL = 1 << 1
_ABI_REFER = 2
_ABI_SCOPE = 6
_INTERPRETERS = {
    "x86_64": "/lib64/ld-linux-x86-64.so.2",
    "aarch64": "/lib/ld-linux-aarch64.so.1",
}

_libc = ctypes.CDLL(None, use_errno=True)


def programs() -> tuple[str, ...]:
    """All that a container may execute."""
    return (os.path.realpath(sys.executable), _INTERPRETERS[os.uname().machine])


def version() -> int:
    """The Linux kernel's, 0 if it has none or has it switched off."""
    return max(0, _libc.syscall(_SYS_CREATE, None, 0, _CREATE_RULESET_VERSION))


def restrict() -> bool:
    """Confines this thread and its children, for good: only `programs` are executed, and signals
    reach only processes that are confined with it. Needs `no_new_privs`.

    False if the Linux kernel can't.
    """
    abi = version()
    if abi < _ABI_REFER:
        return False
    attributes = struct.pack(
        "=QQQ", _EXECUTE | _REFER, 0, _SCOPE_SIGNAL if abi >= _ABI_SCOPE else 0
    )
    if abi < _ABI_SCOPE:
        attributes = attributes[:8]  # an old kernel knows only what was there then
    ruleset = _call(_SYS_CREATE, attributes, len(attributes), 0)
    try:
        _allow(ruleset, "/", _REFER)
        for program in programs():
            _allow(ruleset, program, _EXECUTE)
        _call(_SYS_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: str, access: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(_SYS_ADD, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, opened), 0)
    finally:
        os.close(opened)


def _call(number: int, *arguments: object) -> int:
    result = _libc.syscall(number, *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"landlock: {os.strerror(error)}")
    return result
