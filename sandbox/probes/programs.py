"""Running programs: only the image's Python, however they are brought in."""

import contextlib
import errno
import mmap
import os
import shutil
import stat

from .harness import Through, all_refused, call, must, probe, refused

_DENIED = (errno.EACCES, errno.EPERM, errno.ENOSYS)
_MFD_CLOEXEC = 1
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")


def _copy(folder: str) -> str:
    path = f"{folder}/probe-python"
    shutil.copy("/usr/bin/python3", path)
    os.chmod(path, 0o755)
    return path


def _run(path: str, *arguments: str) -> None:
    """By the shortest way, so that nothing of subprocess's can hide the reason."""
    silent = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (1, 2)]
    pid = os.posix_spawn(path, (path, *arguments), {}, file_actions=silent)
    _, ended = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(ended) != 0:
        raise PermissionError(errno.EACCES, "the loader refused")


def _execute_in(folder: str) -> str:
    path = _copy(folder)
    try:
        return refused(f"exec {path}", lambda: _run(path, "-c", ""), *_DENIED)
    finally:
        os.unlink(path)


@probe("execute a program written to /mnt/data", "refused")
def exec_data() -> str:
    return _execute_in("/mnt/data")


@probe("execute a program written to /tmp", "refused")
def exec_tmp() -> str:
    return _execute_in("/tmp")


@probe("execute a program written to /dev/shm", "refused")
def exec_shm() -> str:
    return _execute_in("/dev/shm")


@probe("execute a script with #! written to /mnt/data", "refused")
def exec_script() -> str:
    path = "/mnt/data/probe-script"
    with open(path, "w") as script:
        script.write("#!/usr/bin/python3\n")
    os.chmod(path, 0o755)
    try:
        return refused("exec", lambda: _run(path), *_DENIED)
    finally:
        os.unlink(path)


@probe("let the dynamic loader start a program written to /mnt/data", "refused")
def exec_by_loader() -> str:
    path = _copy("/mnt/data")
    loader = next(p for p in _LOADERS if os.path.exists(p))
    try:
        return refused(loader, lambda: _run(loader, path, "-c", ""), *_DENIED)
    finally:
        os.unlink(path)


@probe("execute a program from memory (memfd)", "refused")
def exec_memory() -> str:
    def attempt() -> None:
        fd = os.memfd_create("probe", 0)
        with open("/usr/bin/python3", "rb") as program:
            os.sendfile(fd, program.fileno(), 0, os.fstat(program.fileno()).st_size)
        _run(f"/proc/self/fd/{fd}", "-c", "")

    return refused("memfd", attempt, *_DENIED)


@probe("execute an open file (execveat with an empty path)", "refused", apart=True)
def exec_open_file() -> str:
    with open(os.path.realpath("/usr/bin/python3"), "rb") as program:
        return refused(
            "execveat", lambda: call(322, 281, program.fileno(), b"", 0, 0, 0x1000), *_DENIED
        )


@probe("execute a file of the image that is not Python (a library)", "refused")
def exec_library() -> str:
    import _ctypes

    with contextlib.suppress(OSError):
        os.chmod(_ctypes.__file__, 0o755)
    return refused("exec", lambda: _run(_ctypes.__file__), *_DENIED)


@probe("find a program in the image besides Python", "there is none")
def other_programs() -> str:
    found = []
    for folder in ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/libexec", "/bin", "/sbin"):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            mode = os.stat(f"{folder}/{name}").st_mode
            if stat.S_ISREG(mode) and mode & 0o111 and not name.startswith("python"):
                found.append(f"{folder}/{name}")
    return must(not found, "none", f"{found[:5]}")


@probe("map a file of /mnt/data as code (a library of one's own)", "refused")
def map_code() -> str:
    path = "/mnt/data/probe-code"
    with open(path, "wb") as code:
        code.write(b"\xc3" * 4096)
    try:
        with open(path, "rb") as code:
            protection = mmap.PROT_READ | mmap.PROT_EXEC

            def attempt() -> mmap.mmap:
                return mmap.mmap(code.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=protection)

            return refused("mmap", attempt, *_DENIED)
    finally:
        os.unlink(path)


@probe("find a program that raises privileges (setuid, setgid)", "there is none")
def setuid_programs() -> str:
    for folder, _, names in os.walk("/usr/bin"):
        for name in names:
            if os.lstat(f"{folder}/{name}").st_mode & (stat.S_ISUID | stat.S_ISGID):
                raise Through(f"{folder}/{name}")
    return "none"


@probe("run a command by a shell", "there is no shell")
def shell() -> str:
    shells = ("/bin/sh", "/bin/bash", "/usr/bin/busybox", "/usr/bin/perl", "/usr/bin/env")
    return all_refused({s: lambda s=s: os.stat(s) for s in shells}, errno.ENOENT, errno.ENOTDIR)
