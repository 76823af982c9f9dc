"""Namespaces and mounts: the container's own can neither be left nor changed."""

import ctypes
import errno
import os
import signal

from .harness import NotRun, Through, call, probe, refused

_DENIED = (errno.EPERM, errno.EACCES, errno.ENOSYS)
_NEWUSER, _NEWNS, _NEWNET, _NEWPID = 0x10000000, 0x20000, 0x40000000, 0x20000000
_MS_BIND, _MS_REMOUNT = 0x1000, 0x20


def _mount(source: bytes | None, target: bytes, kind: bytes | None, flags: int) -> int:
    return call(165, 40, source, target, kind, flags, None)


@probe("become root in a user namespace of one's own (unshare)", "refused", apart=True)
def unshare_user() -> str:
    return refused("unshare", lambda: os.unshare(_NEWUSER), *_DENIED)


@probe("get a mount namespace of one's own", "refused", apart=True)
def unshare_mount() -> str:
    return refused("unshare", lambda: os.unshare(_NEWNS), *_DENIED)


@probe("get a network namespace of one's own", "refused", apart=True)
def unshare_network() -> str:
    return refused("unshare", lambda: os.unshare(_NEWNET), *_DENIED)


@probe("get a user namespace together with a mount namespace", "refused", apart=True)
def unshare_both() -> str:
    return refused("unshare", lambda: os.unshare(_NEWUSER | _NEWNS | _NEWPID), *_DENIED)


@probe("fork into a user namespace (clone with CLONE_NEWUSER)", "refused", apart=True)
def clone_user() -> str:
    def attempt() -> str:
        pid = call(56, 220, _NEWUSER | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return "a child in a user namespace"

    return refused("clone", attempt, *_DENIED)


@probe("fork a child for the supervisor (clone with CLONE_PARENT)", "refused", apart=True)
def clone_parent() -> str:
    def attempt() -> str:
        pid = call(56, 220, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        return "a sibling"

    return refused("clone", attempt, *_DENIED)


@probe("fork by clone3, whose flags no filter can see", "there is no such call", apart=True)
def clone_by_structure() -> str:
    arguments = (ctypes.c_uint64 * 11)(_NEWUSER, 0, 0, 0, signal.SIGCHLD)

    def attempt() -> str:
        pid = call(435, 435, arguments, ctypes.sizeof(arguments))
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        return "a child in a user namespace"

    return refused("clone3", attempt, errno.ENOSYS, errno.EPERM)


@probe("enter the namespaces of the container's first process (setns)", "refused")
def enter_first() -> str:
    def attempt() -> None:
        fd = os.open("/proc/1/ns/mnt", os.O_RDONLY)
        try:
            os.setns(fd, 0)
        finally:
            os.close(fd)

    return refused("open /proc/1/ns, setns", attempt, errno.ENOENT, *_DENIED)


@probe("enter a namespace by its file (setns)", "refused")
def enter_own() -> str:
    fd = os.open("/proc/self/ns/uts", os.O_RDONLY)
    try:
        return refused("setns", lambda: os.setns(fd, 0), *_DENIED)
    finally:
        os.close(fd)


@probe("enter namespaces of a process by its pidfd", "refused")
def enter_by_pidfd() -> str:
    def attempt() -> None:
        fd = os.pidfd_open(os.getpid())
        try:
            os.setns(fd, _NEWNS)
        finally:
            os.close(fd)

    return refused("setns", attempt, *_DENIED)


@probe("mount a file system over /tmp", "refused", apart=True)
def mount_new() -> str:
    return refused("mount", lambda: _mount(b"none", b"/tmp", b"tmpfs", 0), *_DENIED)


@probe("mount a second, whole /proc", "refused", apart=True)
def mount_proc() -> str:
    return refused("mount", lambda: _mount(b"proc", b"/tmp", b"proc", 0), *_DENIED)


@probe("bind the root over /tmp", "refused", apart=True)
def mount_bind() -> str:
    return refused("mount", lambda: _mount(b"/", b"/tmp", None, _MS_BIND), *_DENIED)


@probe("make the root writable (remount)", "refused", apart=True)
def mount_again() -> str:
    flags = _MS_REMOUNT | _MS_BIND
    return refused("mount", lambda: _mount(None, b"/", None, flags), *_DENIED)


@probe("take the noexec away from /mnt/data (mount_setattr)", "refused", apart=True)
def mount_attributes() -> str:
    attributes = (ctypes.c_uint64 * 4)(0, 0x8, 0, 0)  # clears MOUNT_ATTR_NOEXEC
    at = -100
    return refused(
        "mount_setattr", lambda: call(442, 442, at, b"/mnt/data", 0, attributes, 32), *_DENIED
    )


@probe("unmount /tmp or /proc", "refused", apart=True)
def unmount() -> str:
    said = [
        refused(path.decode(), lambda path=path: call(166, 39, path, 2), *_DENIED)
        for path in (b"/tmp", b"/proc")
    ]
    return "; ".join(said)


@probe("use the newer mount calls (fsopen, open_tree, fspick)", "refused", apart=True)
def mount_newer_calls() -> str:
    at = -100
    said = [
        refused("fsopen", lambda: call(430, 430, b"tmpfs", 0), *_DENIED),
        refused("open_tree", lambda: call(428, 428, at, b"/", 1), *_DENIED),
        refused("fspick", lambda: call(433, 433, at, b"/", 0), *_DENIED),
    ]
    return "; ".join(said)


@probe("exchange the root (pivot_root, chroot)", "refused", apart=True)
def change_root() -> str:
    said = [
        refused("pivot_root", lambda: call(155, 41, b"/tmp", b"/tmp"), *_DENIED),
        refused("chroot", lambda: os.chroot("/tmp"), *_DENIED),
    ]
    return "; ".join(said)


@probe("rename the host (sethostname)", "refused", apart=True)
def rename_host() -> str:
    import socket

    return refused("sethostname", lambda: socket.sethostname("mine"), *_DENIED)


@probe("list mounts outside of one's own root (listmount, statmount)", "refused")
def list_mounts() -> str:
    request = (ctypes.c_uint64 * 4)(24, 0xFFFFFFFFFFFFFFFF, 0, 0)
    found = (ctypes.c_uint64 * 64)()
    try:
        count = call(458, 458, request, found, 64, 0)
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    except NotRun:
        raise
    raise Through(f"{count} mounts")
