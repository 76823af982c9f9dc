"""System calls that no container needs and through which Linux has been broken into before."""

import ctypes
import errno
import mmap
import os
import time

from .harness import NotRun, Through, call, must, probe, refused, status

_FILTERED = (errno.EPERM, errno.ENOSYS, errno.EACCES)
_BUFFER = ctypes.create_string_buffer(256)


@probe("make any system call (no filter)", "a filter is in force")
def filtered() -> str:
    return must(status("Seccomp") == "2", "a filter is in force", "there is no filter")


def _dangerous(name: str, x86: int, arm: int, tries: str, *arguments: object) -> None:
    def attempt() -> str:
        number = arm if os.uname().machine == "aarch64" else x86
        if number < 0:
            return "this machine has no such call"
        try:
            result = call(x86, arm, *arguments)
        except OSError as error:
            if error.errno in _FILTERED:
                return f"{name}: {errno.errorcode[error.errno]}"
            raise Through(f"{name} reached the Linux kernel: {error}") from None
        raise Through(f"{name}: {result}")

    attempt.__name__ = "call_" + name
    probe(tries, "refused by the filter", apart=True)(attempt)


# Name, numbers on x86-64 and aarch64, what it would be good for, and arguments that would work.
_ATTRIBUTES = ctypes.create_string_buffer(b"\x01\0\0\0\x78\0\0\0" + b"\0" * 120)
_RING = ctypes.create_string_buffer(120)
_dangerous("bpf", 321, 280, "load a program into the Linux kernel", 0, _BUFFER, 64)
_dangerous("perf_event_open", 298, 241, "watch the machine's counters", _ATTRIBUTES, 0, -1, -1, 0)
_dangerous("userfaultfd", 323, 282, "hold the Linux kernel at a page fault", 1)
_dangerous("io_uring_setup", 425, 425, "queue calls past the filter", 4, _RING)
_dangerous("add_key", 248, 217, "leave a key for others", b"user", b"probe", b"x", 1, -2)
_dangerous("keyctl", 250, 219, "read keys of others", 0, -3, 0, 0, 0)
_dangerous("request_key", 249, 218, "have a key looked up", b"user", b"probe", None, -2)
_dangerous("ptrace", 101, 117, "be traced (PTRACE_TRACEME)", 0, 0, 0, 0)
_dangerous(
    "process_vm_readv", 310, 270, "read memory of processes", os.getpid(), None, 0, None, 0, 0
)
_dangerous(
    "kcmp", 312, 272, "compare processes inside the Linux kernel", os.getpid(), os.getpid(), 2, 0, 0
)
_dangerous("seccomp", 317, 277, "put a filter of one's own on top", 2, 0, _BUFFER)
_dangerous("landlock_create_ruleset", 444, 444, "make rules of one's own", None, 0, 1)
_dangerous("memfd_secret", 447, 447, "hide memory from the host", 0)
_dangerous("fanotify_init", 300, 262, "watch all files", 0, 0)
_dangerous(
    "name_to_handle_at",
    303,
    264,
    "name files for open_by_handle_at",
    -100,
    b"/tmp",
    _BUFFER,
    _BUFFER,
    0,
)
_dangerous("pidfd_getfd", 438, 438, "take an open file of another process", -1, 0, 0)
_dangerous("shmget", 29, 194, "share memory with other processes", 0x5A5A, 4096, 0o1666)
_dangerous("mq_open", 240, 180, "leave messages for other processes", b"probe", 0o102, 0o666, None)
_dangerous("vmsplice", 278, 75, "map pages into pipes", -1, None, 0, 0)
_dangerous("sync", 162, 81, "make the host write out all of its disks")
_dangerous("syslog", 103, 116, "read the host's log", 3, _BUFFER, 255)
_dangerous("kexec_load", 246, 104, "start another system", 0, 0, None, 0)
_dangerous("init_module", 175, 105, "load a module", _BUFFER, 16, b"")
_dangerous("reboot", 169, 142, "restart the host", 0, 0, 0, None)
_dangerous("swapon", 167, 224, "give the host other swap", b"/tmp/x", 0)
_dangerous("acct", 163, 89, "have the host write accounts of processes", b"/tmp/x")
_dangerous("quotactl", 179, 60, "change quotas", 0, b"/tmp", 0, None)
_dangerous("clock_settime", 227, 112, "set the host's clock", 0, (ctypes.c_long * 2)(1, 0))
_dangerous("adjtimex", 159, 171, "slew the host's clock", (ctypes.c_long * 32)(1))
_dangerous("iopl", 172, -1, "reach the machine's ports", 3)
_dangerous("modify_ldt", 154, -1, "change segments of the processor", 0, _BUFFER, 64)
_dangerous("personality", 135, 92, "switch off address randomisation", 0x0040000)
_dangerous("move_pages", 279, 239, "move pages of other processes", 0, 0, None, None, None, 0)
_dangerous("set_mempolicy", 238, 237, "choose the host's memory banks", 0, None, 0)
_dangerous("lookup_dcookie", 212, 18, "learn paths of the host", 1, _BUFFER, 255)
_dangerous("process_madvise", 440, 440, "advise on memory of others", -1, None, 0, 0, 0)


@probe("make calls of the 32-bit kind, which have other numbers", "refused", apart=True)
def call_32_bit() -> str:
    if os.uname().machine != "x86_64":
        raise NotRun("only x86-64 has them")
    # push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
    code = b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    answer = ctypes.c_int(function()).value
    if answer > 0:
        raise Through(f"getpid answers {answer}")
    return errno.errorcode.get(-answer, str(answer))


@probe("make calls of the x32 kind", "refused", apart=True)
def call_x32() -> str:
    if os.uname().machine != "x86_64":
        raise NotRun("only x86-64 has them")
    return refused("getpid", lambda: call(0x40000000 | 39, -1), *_FILTERED)


@probe("set the time of day", "refused", apart=True)
def set_time() -> str:
    return refused("clock_settime", lambda: time.clock_settime(time.CLOCK_REALTIME, 1), errno.EPERM)
