"""Devices: null, zero, full, random, urandom, and nothing else."""

import errno
import fcntl
import os
import pty

from .harness import Through, all_refused, must, probe

_ALLOWED = {"null", "zero", "full", "random", "urandom", "fd", "stdin", "stdout", "stderr", "shm"}


@probe("find a device that is not harmless", "there is none")
def device_list() -> str:
    others = set(os.listdir("/dev")) - _ALLOWED
    return must(not others, "none", f"/dev has {sorted(others)}")


@probe("open the host's memory, log, virtual machines, disks, network and FUSE", "not there")
def host_devices() -> str:
    names = ("mem", "kmem", "port", "kmsg", "kvm", "fuse", "net/tun", "loop-control", "sda", "vda")
    names += ("nvme0n1", "vsock", "vhost-net", "userfaultfd", "uinput", "tty", "console", "ptmx")
    return all_refused(
        {n: lambda n=n: os.close(os.open(f"/dev/{n}", os.O_RDWR)) for n in names},
        errno.ENOENT,
        errno.ENOTDIR,
    )


@probe("change the devices that are there (mode, owner)", "refused")
def change_device() -> str:
    return all_refused(
        {
            "chmod": lambda: os.chmod("/dev/null", 0o600),
            "unlink": lambda: os.unlink("/dev/null"),
        },
        errno.EPERM,
        errno.EROFS,
        errno.EACCES,
        errno.EBUSY,
    )


@probe("type into a terminal of the server's (TIOCSTI)", "refused")
def terminal_input() -> str:
    return all_refused(
        {str(fd): lambda fd=fd: fcntl.ioctl(fd, 0x5412, b"x") for fd in (0, 1, 2)},
        errno.ENOTTY,
        errno.EPERM,
    )


@probe("make a terminal (pty)", "there is none to be had")
def new_terminal() -> str:
    try:
        pty.openpty()
    except OSError as error:
        return str(error)
    raise Through("a terminal was made")
