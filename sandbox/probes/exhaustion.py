"""Using things up. Each in a container of its own; a neighbour must not notice.

What decides is the doctor's look at the neighbour and at the container afterwards; a probe here
says whether the limit itself was met.
"""

import errno
import os
import resource
import shutil
import signal
import socket
import threading
import time

from .harness import Through, must, probe

_MANY_PROCESSES = 5_000
_MANY_FILES = 200_000
_LARGE = 64 << 30
_PIECE = 16 << 20


@probe("fork without end", "no more than the limit's processes")
def fork_bomb() -> str:
    made: list[int] = []
    try:
        for _ in range(_MANY_PROCESSES):
            pid = os.fork()
            if pid == 0:
                signal.pause()
                os._exit(0)
            made.append(pid)
    except (BlockingIOError, MemoryError, OSError) as error:
        return f"{len(made)} processes, then {type(error).__name__}"
    finally:
        for pid in made:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    raise Through(f"{len(made)} processes")


@probe("fork children that fork children", "no more than the limit's processes")
def fork_tree() -> str:
    top = os.fork()
    if top == 0:
        os.setpgid(0, 0)
        until = time.monotonic() + 2
        while time.monotonic() < until:
            try:
                os.fork()
            except OSError:
                time.sleep(0.05)
        os._exit(0)
    time.sleep(2.5)
    live = [p for p in os.listdir("/proc") if p.isdigit()]
    os.kill(-top, signal.SIGKILL)
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    return must(len(live) <= hard, f"{len(live)} processes", f"{len(live)} processes of {hard}")


@probe("start threads without end", "no more than the limit's")
def thread_bomb() -> str:
    stop, count = threading.Event(), 0
    try:
        for _ in range(_MANY_PROCESSES):
            threading.Thread(target=stop.wait, daemon=True).start()
            count += 1
    except RuntimeError:
        return f"{count} threads"
    finally:
        stop.set()
    raise Through(f"{count} threads")


@probe("open files without end", "no more than the limit's")
def descriptor_leak() -> str:
    held = []
    try:
        for _ in range(_MANY_FILES):
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        return f"{len(held)} files, then {errno.errorcode[error.errno or 0]}"
    finally:
        for fd in held:
            os.close(fd)
    raise Through(f"{len(held)} files")


def _fill(folder: str, limit: int) -> str:
    path, written = f"{folder}/probe-fill", 0
    piece = b"\xa5" * _PIECE
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT)
        try:
            while written < limit:
                written += os.write(fd, piece)
        finally:
            os.close(fd)
    except OSError as error:
        return f"{written >> 20} MiB, then {errno.errorcode[error.errno or 0]}"
    finally:
        os.unlink(path)
    raise Through(f"{written >> 20} MiB written")


@probe("fill /tmp", "ENOSPC at its size")
def fill_tmp() -> str:
    return _fill("/tmp", _LARGE)


@probe("fill /dev/shm", "ENOSPC at its size")
def fill_shm() -> str:
    return _fill("/dev/shm", _LARGE)


def _many_files(folder: str) -> str:
    made, place = 0, f"{folder}/probe-inodes"
    os.mkdir(place)
    try:
        for made in range(_MANY_FILES):
            os.close(os.open(f"{place}/{made}", os.O_WRONLY | os.O_CREAT))
    except OSError as error:
        return f"{made} files, then {errno.errorcode[error.errno or 0]}"
    finally:
        shutil.rmtree(place, ignore_errors=True)
    raise Through(f"{made} files")


@probe("make files in /tmp without end", "ENOSPC at the limit's number")
def inodes_tmp() -> str:
    return _many_files("/tmp")


@probe("fill /mnt/data", "ENOSPC at its size")
def disk_size() -> str:
    """Looked at first: filling the host's disk would be the proof, and the damage."""
    space = os.statvfs("/mnt/data")
    size = space.f_blocks * space.f_frsize
    if size > _LARGE or os.stat("/mnt/data").st_dev == os.stat("/usr").st_dev:
        raise Through(f"{size >> 30} GiB can be written: /mnt/data has no size of its own")
    return _fill("/mnt/data", _LARGE)


@probe("make files in /mnt/data without end", "ENOSPC at the limit's number")
def disk_inodes() -> str:
    return _many_files("/mnt/data")


@probe("fill pipes and sockets of one's own with data", "memory of the container's")
def socket_buffers() -> str:
    held, total = [], 0
    try:
        while total < _LARGE:
            left, right = socket.socketpair()
            held.append((left, right))
            left.setblocking(False)
            while True:
                try:
                    total += left.send(b"\0" * 65536)
                except BlockingIOError:
                    break
    except OSError as error:
        return f"{total >> 20} MiB, then {errno.errorcode[error.errno or 0]}"
    raise Through(f"{total >> 20} MiB")


@probe("use more memory than the container has", "an error, or the cell's end")
def memory_hog() -> str:
    held = []
    try:
        while len(held) * _PIECE < _LARGE:
            held.append(b"\xa5" * _PIECE)
    except MemoryError:
        taken = len(held)
        held.clear()
        return f"{taken * _PIECE >> 20} MiB, then MemoryError"
    raise Through(f"{len(held) * _PIECE >> 20} MiB")


@probe("print without end", "cut at the limit, or interrupted")
def output_flood() -> str:
    line = "x" * 65536
    until = time.monotonic() + 5
    while time.monotonic() < until:
        print(line)
    return "the server has cut it"


@probe("ignore the interrupt at the end of the time", "killed")
def deaf_loop() -> str:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pass
