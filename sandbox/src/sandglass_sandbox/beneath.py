"""Opening what lies beneath a directory, whatever links code has planted in it.

Linux has a call for that. Where it is missing (gVisor) the path is walked one name at a time: no
name is ever followed by the system, links are read and walked likewise, and `..` goes back to a
directory that we have come through, never up from where one may have been moved to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from sandglass_sandbox import linux
from sandglass_sandbox.system import System

Opener = Callable[[int, str, int, bool, int], int]
"""Directory, path, flags, whether links are followed (as long as they stay beneath), mode."""

MAX_LINKS = 40
_BENEATH = linux.RESOLVE_BENEATH | linux.RESOLVE_NO_MAGICLINKS
_STRICT = _BENEATH | linux.RESOLVE_NO_SYMLINKS


def opener(system: System) -> Opener:
    return by_call if system.openat2 else by_names


def by_call(directory: int, path: str, flags: int, links: bool, mode: int = 0) -> int:
    return linux.openat2(directory, path, flags, _BENEATH if links else _STRICT, mode)


def by_names(directory: int, path: str, flags: int, links: bool, mode: int = 0) -> int:
    way = [os.dup(directory)]
    try:
        left = _names(path)
        followed = 0
        while left:
            name = left.pop()
            if name == "..":
                if len(way) == 1:
                    raise _error(errno.EXDEV, path)
                os.close(way.pop())
                continue
            target = _target(name, way[-1])
            if target is not None:
                followed += 1
                if not links or followed > MAX_LINKS:
                    raise _error(errno.ELOOP, path)
                if target.startswith("/"):
                    raise _error(errno.EXDEV, path)
                left += _names(target)
            elif left:
                way.append(_open(name, os.O_PATH | os.O_DIRECTORY, 0, way[-1]))
            else:
                return _open(name, flags, mode, way[-1])
        return _open(".", flags, mode, way[-1])
    finally:
        for opened in way:
            os.close(opened)


def _names(path: str) -> list[str]:
    """The first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]


def _target(name: str, directory: int) -> str | None:
    """Of a link; None if it is none, or nothing."""
    try:
        return os.readlink(name, dir_fd=directory)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.ENOENT):
            return None
        raise


def _open(name: str, flags: int, mode: int, directory: int) -> int:
    return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=directory)


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)
