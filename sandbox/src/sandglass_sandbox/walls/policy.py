"""The system calls of a container's processes: the policy, as data, to be reviewed here.

Three lists, each an allow-list; everything else is refused with EPERM, or ENOSYS where that makes
libraries fall back. A list is installed for good, holds for all children too, and lies on top of
the sandbox's own (server: `OuterSeccomp`), which has the calls that the zygote needs.

Not in any of them, on purpose: mount and its kin, unshare, setns, chroot, ptrace, process_vm_*,
bpf, perf_event_open, userfaultfd, io_uring_*, keyctl and its kin, open_by_handle_at, kexec,
modules, clock setting, swapon, reboot, syslog, quotactl, execveat, memory policies of others,
System V and POSIX queues, splice and vmsplice, sync (of all of the host's disks).
"""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass


@dataclass(frozen=True)
class Arg:
    """True if the low 32 bits of an argument, and-ed with `mask`, are one of `values`."""

    index: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Rule:
    """A call that is allowed if one of `ways` holds, each of which is a list of conditions."""

    call: str
    ways: tuple[tuple[Arg, ...], ...]
    otherwise: int = errno.EPERM


@dataclass(frozen=True)
class Policy:
    name: str
    allowed: frozenset[str]
    rules: tuple[Rule, ...]
    refused: tuple[tuple[str, int], ...]
    """Calls refused with another error than EPERM."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILES = _words("""
    access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
    faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync
    fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd
    getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch
    lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir
    mkdirat newfstatat open openat openat2 pipe pipe2 poll ppoll pread64 preadv preadv2 pselect6
    pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat
    renameat2 rmdir select sendfile setxattr stat statfs statx symlink symlinkat sync_file_range
    truncate umask unlink unlinkat utime utimensat utimes write writev
""")

MEMORY = _words("""
    brk get_mempolicy madvise membarrier mincore mlock mlock2 mmap mprotect mremap msync munlock
    munmap
""")

PROCESSES = _words("""
    arch_prctl capget execve exit exit_group fork vfork futex futex_waitv get_robust_list getcpu
    getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid
    getresuid getrlimit getrusage getsid gettid getuid kill pidfd_open pidfd_send_signal prlimit64
    restart_syscall rseq sched_get_priority_max sched_get_priority_min sched_getaffinity
    sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity
    sched_yield set_robust_list set_tid_address setpgid setpriority setrlimit setsid sysinfo tgkill
    times tkill uname wait4 waitid
""")

SIGNALS_AND_TIME = _words("""
    alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep pause
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_tgsigqueueinfo setitimer sigaltstack signalfd signalfd4 time timer_create
    timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
    timerfd_settime
""")

COMMUNICATION = _words("""
    accept accept4 bind connect epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2
    epoll_wait eventfd eventfd2 getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
    sendmmsg sendmsg sendto shutdown
""")

FORBIDDEN_CLONE_FLAGS = (
    0x0002_0000  # CLONE_NEWNS
    | 0x0200_0000  # CLONE_NEWCGROUP
    | 0x0400_0000  # CLONE_NEWUTS
    | 0x0800_0000  # CLONE_NEWIPC
    | 0x1000_0000  # CLONE_NEWUSER
    | 0x2000_0000  # CLONE_NEWPID
    | 0x4000_0000  # CLONE_NEWNET
    | 0x0000_8000  # CLONE_PARENT: a child of the supervisor's
    | 0x0000_2000  # CLONE_PTRACE
)

_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_STREAM, _DGRAM, _RAW, _SEQPACKET = 1, 2, 3, 5
_KIND = 0xF
"""The part of a socket's type that isn't a flag."""

SOCKETS = (
    (Arg(0, (_UNIX,)), Arg(1, (_STREAM, _DGRAM, _SEQPACKET), _KIND)),
    # Neither raw ones nor the kernel's less trodden protocols: only TCP and UDP.
    (Arg(0, (_INET, _INET6)), Arg(1, (_STREAM, _DGRAM), _KIND), Arg(2, (0, 6, 17))),
    # glibc asks for interfaces by NETLINK_ROUTE; without capabilities that can only be read.
    (Arg(0, (_NETLINK,)), Arg(1, (_RAW, _DGRAM), _KIND), Arg(2, (0,))),
)

SOCKET_OPTION_LEVELS = (0, 1, 6, 17, 41)
"""IP, socket, TCP, UDP, IPv6: none of filters, ciphers or other families."""

IOCTLS = (
    0x5401,  # TCGETS: isatty
    0x540F,  # TIOCGPGRP
    0x5411,  # TIOCOUTQ, SIOCOUTQ
    0x5413,  # TIOCGWINSZ
    0x541B,  # FIONREAD
    0x5421,  # FIONBIO
    0x5450,  # FIONCLEX
    0x5451,  # FIOCLEX
    0x8910,  # SIOCGIFNAME
    0x8912,  # SIOCGIFCONF
    0x8913,  # SIOCGIFFLAGS
    0x8915,  # SIOCGIFADDR
    0x8919,  # SIOCGIFBRDADDR
    0x891B,  # SIOCGIFNETMASK
    0x8921,  # SIOCGIFMTU
    0x8927,  # SIOCGIFHWADDR
    0x8933,  # SIOCGIFINDEX
)

PRCTLS = (
    1,  # PR_SET_PDEATHSIG
    2,  # PR_GET_PDEATHSIG
    3,  # PR_GET_DUMPABLE
    4,  # PR_SET_DUMPABLE
    15,  # PR_SET_NAME
    16,  # PR_GET_NAME
    21,  # PR_GET_SECCOMP
    23,  # PR_CAPBSET_READ
    29,  # PR_SET_TIMERSLACK
    30,  # PR_GET_TIMERSLACK
    36,  # PR_SET_CHILD_SUBREAPER
    37,  # PR_GET_CHILD_SUBREAPER
    38,  # PR_SET_NO_NEW_PRIVS
    39,  # PR_GET_NO_NEW_PRIVS
    0x53564D41,  # PR_SET_VMA: names of anonymous memory
)

_FILE_TYPE = 0o170000
_NOT_DEVICES = (stat.S_IFIFO, stat.S_IFREG, 0)
_MFD_NOEXEC_SEAL = 0x8

ALWAYS = (
    Rule("clone", ((Arg(0, (0,), FORBIDDEN_CLONE_FLAGS),),)),
    Rule("ioctl", ((Arg(1, IOCTLS),),), errno.ENOTTY),
    # A file in memory that could be executed would be a way round `noexec`.
    Rule("memfd_create", ((Arg(1, (_MFD_NOEXEC_SEAL,), _MFD_NOEXEC_SEAL),),), errno.EACCES),
    Rule("mknod", ((Arg(1, _NOT_DEVICES, _FILE_TYPE),),)),
    Rule("mknodat", ((Arg(2, _NOT_DEVICES, _FILE_TYPE),),)),
    # Asking for the present one, and setting the plain one.
    Rule("personality", ((Arg(0, (0, 0xFFFFFFFF)),),)),
    Rule("setsockopt", ((Arg(1, SOCKET_OPTION_LEVELS),),)),
    Rule("socket", SOCKETS, errno.EAFNOSUPPORT),
    Rule("socketpair", ((Arg(0, (_UNIX,)),),), errno.EAFNOSUPPORT),
)

FALL_BACK = (
    # glibc goes on with clone, whose flags a filter can see.
    ("clone3", errno.ENOSYS),
)

KERNEL = Policy(
    "kernel",
    FILES | MEMORY | PROCESSES | SIGNALS_AND_TIME | COMMUNICATION,
    (*ALWAYS, Rule("prctl", ((Arg(0, PRCTLS),),))),
    FALL_BACK,
)
"""A user's code, and everything that it starts."""

SUPERVISOR = Policy(
    "supervisor",
    KERNEL.allowed
    | _words("""
        capset landlock_add_rule landlock_create_ruleset landlock_restrict_self prctl seccomp
        setgid setgroups setresgid setresuid setuid
    """),
    ALWAYS,
    FALL_BACK,
)
"""What makes a child of the supervisor a kernel or a file worker, besides what those may."""

WORKER = Policy(
    "worker",
    _words("""
        close dup exit exit_group fallocate fcntl fdatasync fstat fstatfs fsync ftruncate getdents64
        lseek linkat link mkdir mkdirat newfstatat openat openat2 poll ppoll pread64 pwrite64 read
        readlink readlinkat readv rename renameat renameat2 select stat statfs statx symlink
        symlinkat unlink unlinkat write writev open lstat
        brk madvise mmap mprotect mremap munmap membarrier
        futex getegid geteuid getgid getpid getppid getrandom gettid getuid kill restart_syscall
        rseq sched_getaffinity sched_yield tgkill set_robust_list
        clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep rt_sigaction rt_sigpending
        rt_sigprocmask rt_sigreturn sigaltstack
        recvfrom recvmsg sendmsg sendto shutdown getsockopt getsockname getpeername
    """),
    (Rule("ioctl", ((Arg(1, IOCTLS),),), errno.ENOTTY),),
    (),
)
"""The file worker: files, its channel, and nothing that starts or reaches another process."""

POLICIES = (KERNEL, SUPERVISOR, WORKER)
