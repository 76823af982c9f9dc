"""Users and capabilities: the kernel has none, and no way to any."""

import ctypes
import errno
import os

from .harness import NotRun, Through, all_refused, call, must, probe, refused, status

_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *values: int) -> int:
    result = _libc.prctl(option, *(ctypes.c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]))
    if result == -1:
        raise OSError(ctypes.get_errno(), "prctl")
    return result


@probe("have a capability, in any of the five sets", "all are empty")
def capabilities() -> str:
    held = {name: _set(name) for name in _SETS if int(_set(name), 16)}
    return must(not held, "all are empty", f"{held}")


def _set(name: str) -> str:
    try:
        return status(name)
    except NotRun:
        if name != "CapAmb":
            raise
        # A system without ambient capabilities has no such set, and says so.
        refused("PR_CAP_AMBIENT", lambda: _prctl(47, 4), errno.EINVAL, errno.EPERM)
        return "0"


@probe("be root, in any of the four user ids", "another user")
def root_user() -> str:
    ids = status("Uid").split() + status("Gid").split()
    return must("0" not in ids, f"uid {ids[0]}", f"ids {ids}")


@probe("be in a group of others", "no further groups")
def further_groups() -> str:
    groups = set(status("Groups").split()) - {str(os.getgid())}
    return must(not groups, "none", f"groups {sorted(groups)}")


@probe("become root (setuid, setresuid)", "refused", apart=True)
def become_root() -> str:
    return all_refused(
        {"setuid": lambda: os.setuid(0), "setresuid": lambda: os.setresuid(0, 0, 0)}, errno.EPERM
    )


@probe("become the supervisor's user", "refused", apart=True)
def become_supervisor() -> str:
    return all_refused(
        {str(uid): lambda uid=uid: os.setresuid(uid, uid, uid) for uid in (os.getuid() + 1, 1000)},
        errno.EPERM,
    )


@probe("join root's group (setgid, setgroups)", "refused", apart=True)
def join_groups() -> str:
    return all_refused(
        {"setgid": lambda: os.setgid(0), "setgroups": lambda: os.setgroups([0])}, errno.EPERM
    )


@probe("give oneself all capabilities (capset)", "refused", apart=True)
def raise_capabilities() -> str:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    return refused("capset", lambda: call(126, 91, header, data), errno.EPERM)


@probe("raise an ambient capability (prctl)", "refused", apart=True)
def raise_ambient() -> str:
    return refused("PR_CAP_AMBIENT", lambda: _prctl(47, 2, 21), errno.EPERM, errno.EINVAL)


@probe("gain privileges by executing something (no_new_privs off)", "the switch is on, for good")
def new_privileges() -> str:
    if _prctl(39) != 1:
        raise Through("no_new_privs is off")
    return refused("take it back", lambda: _prctl(38, 0), errno.EINVAL, errno.EPERM)


@probe("raise one's own limits (processes, open files, core files)", "refused", apart=True)
def raise_limits() -> str:
    import resource

    attempts = {}
    for name in ("RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CORE"):
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY:
            raise Through(f"{name} has no limit")
        attempts[name] = lambda kind=kind, hard=hard: resource.setrlimit(kind, (hard, hard + 1))
    try:
        return all_refused(attempts, errno.EPERM)
    except ValueError as error:  # Python's word for EPERM here
        return str(error)


@probe("run before all others (nice)", "refused", apart=True)
def priority() -> str:
    return refused(
        "nice -20", lambda: os.setpriority(os.PRIO_PROCESS, 0, -20), errno.EPERM, errno.EACCES
    )


@probe("run before all others (real-time)", "refused", apart=True)
def real_time() -> str:
    return refused(
        "real time",
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
        errno.EPERM,
        errno.EACCES,
    )
