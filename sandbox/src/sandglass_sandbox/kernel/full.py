"""Nothing more can be written: which limit that is, and what to do about it."""

from __future__ import annotations

import errno
import os

_PLACES = {
    "/mnt/data": ("sandbox.disk", "sandbox.disk-inodes"),
    "/tmp": ("sandbox.tmp", ""),
    "/dev/shm": ("sandbox.shm", ""),
}
_LITTLE = 64
"""A file system that has less room than this part of its size is full: the last piece was larger,
or ext4 kept some for its own."""
_WORDS = ("No space left on device", "disk is full", "errno = 28")
_DEPTH = 20
_MIB = 1 << 20
_GIB = 1 << 30


def sentence(error: BaseException) -> str:
    """Empty if the error, or what led to it, is of another kind."""
    if not _is_of_space(error):
        return ""
    spaces = {place: os.statvfs(place) for place in _PLACES}
    for place, space in spaces.items():
        bytes_limit, inodes_limit = _PLACES[place]
        if inodes_limit and space.f_files and space.f_favail == 0:
            return (
                f"{place} has as many files and directories as it may, {space.f_files:,}"
                f" ({inodes_limit}): delete some, or write fewer and larger ones."
            )
        if space.f_bavail * _LITTLE < space.f_blocks:
            return (
                f"{place} is full, it holds {_size(space.f_blocks * space.f_frsize)}"
                f" ({bytes_limit}): delete files that are no longer needed, or write less."
            )
    room = ", ".join(
        f"{place} has {_size(s.f_bavail * s.f_frsize)} free of {_size(s.f_blocks * s.f_frsize)}"
        f" ({_PLACES[place][0]})"
        for place, s in spaces.items()
    )
    return f"There was no room for it: {room}."


def _is_of_space(error: BaseException | None) -> bool:
    for _ in range(_DEPTH):
        if error is None:
            return False
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, Exception) and any(word in str(error) for word in _WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _size(size: int) -> str:
    return f"{size / _GIB:.2f} GiB" if size >= _GIB else f"{size / _MIB:.0f} MiB"
