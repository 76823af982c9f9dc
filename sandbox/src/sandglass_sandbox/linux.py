"""The system calls that Python has no function for, by ctypes. Every failure is an OSError."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct

_libc = ctypes.CDLL(None, use_errno=True)

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 0x2

CAP_KILL = 5
CAP_SETGID = 6
CAP_SETUID = 7
_LAST_CAPABILITY = 63

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NAME = 15
_PR_SET_KEEPCAPS = 8
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
_SYS_OPENAT2 = 437

RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08

_HUGE_PAGE = 2 * 1024 * 1024
_MADV_COLLAPSE = 25

_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def mount(source: str, target: str, fstype: str, flags: int, data: str = "") -> None:
    _check(
        _libc.mount(
            os.fsencode(source),
            os.fsencode(target),
            os.fsencode(fstype),
            ctypes.c_ulong(flags),
            os.fsencode(data),
        ),
        f"mount {fstype or source} on {target}",
    )


def collapse_to_huge_pages() -> None:
    """Moves this process's own writable memory into pages of 2 MiB, as far as the kernel can.

    Kernels before 6.1 can't, and refuse.
    """
    with open("/proc/self/maps") as maps:
        lines = maps.read().splitlines()
    for line in lines:
        place, access, _offset, _device, inode, *name = line.split(maxsplit=5)
        if access == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, end = (int(at, 16) for at in place.split("-"))
            for at in range(-(-start // _HUGE_PAGE) * _HUGE_PAGE, end - _HUGE_PAGE + 1, _HUGE_PAGE):
                _libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(_HUGE_PAGE), _MADV_COLLAPSE)


def umount(target: str, flags: int = 0) -> None:
    _check(_libc.umount2(os.fsencode(target), flags), f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    _check(
        _libc.syscall(_SYS_PIVOT_ROOT, os.fsencode(new_root), os.fsencode(put_old)), "pivot_root"
    )


def _prctl(option: int, *arguments: int) -> int:
    values = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _check(_libc.prctl(option, *values), f"prctl {option}")


def set_name(name: str) -> None:
    """What `ps` and /proc call this process; at most 15 bytes."""
    _check(_libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0), "prctl PR_SET_NAME")


def set_dumpable(value: bool) -> None:
    """A process that isn't dumpable can't be traced, nor its /proc be read, by its own uid."""
    _prctl(_PR_SET_DUMPABLE, int(value))


def set_child_subreaper() -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def set_parent_death_signal(number: signal.Signals) -> None:
    _prctl(_PR_SET_PDEATHSIG, int(number))


def no_new_privileges() -> None:
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def keep_capabilities(value: bool) -> None:
    """Whether the permitted set survives the change from uid 0 to another."""
    _prctl(_PR_SET_KEEPCAPS, int(value))


def drop_bounding_set() -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            _prctl(_PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno != 22:  # EINVAL: past the last that this kernel knows
                raise
            break


def clear_ambient() -> None:
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapData(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def set_capabilities(capabilities: tuple[int, ...]) -> None:
    """Makes these the effective and permitted capabilities; none are inheritable."""
    header = _CapHeader(0x20080522, 0)
    data = (_CapData * 2)()
    for capability in capabilities:
        word = data[capability // 32]
        word.effective |= 1 << capability % 32
        word.permitted |= 1 << capability % 32
    _check(_libc.capset(ctypes.byref(header), data), "capset")


class _OpenHow(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("flags", "mode", "resolve")]


def openat2(directory: int, path: str, flags: int, resolve: int, mode: int = 0) -> int:
    """A descriptor for `path` resolved from `directory` under the rules of `resolve`."""
    how = _OpenHow(flags | os.O_CLOEXEC, mode, resolve)
    return _check(
        _libc.syscall(
            _SYS_OPENAT2, directory, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how)
        ),
        f"openat2 {path}",
    )


def loopback_up() -> None:
    """Brings up `lo` in the network namespace of this process."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH22x", b"lo", 0)
        answer = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request)
        flags = struct.unpack_from("16sH", answer)[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | _IFF_UP))
