"""/proc and /sys: facts of the host, switches of the host, other processes."""

import os
import socket

from .harness import Through, all_refused, must, probe, refused


def _open(path: str, flags: int = os.O_RDONLY) -> str:
    os.close(os.open(path, flags))
    return "opened"


@probe("read facts of the host in /proc (version, cpuinfo, meminfo, cmdline, …)", "not there")
def host_facts() -> str:
    names = ("version", "cpuinfo", "meminfo", "cmdline", "modules", "interrupts", "iomem")
    names += ("uptime", "loadavg", "partitions", "diskstats", "swaps", "stat", "config.gz")
    return all_refused({n: lambda n=n: _open(f"/proc/{n}") for n in names})


@probe("read addresses of the Linux kernel (/proc/kallsyms)", "not there")
def kernel_symbols() -> str:
    return refused("kallsyms", lambda: _open("/proc/kallsyms"))


@probe("read the host's memory (/proc/kcore)", "not there")
def kernel_memory() -> str:
    return refused("kcore", lambda: _open("/proc/kcore"))


@probe("list the host's keys (/proc/keys, /proc/key-users)", "not there")
def keys() -> str:
    return all_refused({n: lambda n=n: _open(f"/proc/{n}") for n in ("keys", "key-users")})


@probe("restart the host by /proc/sysrq-trigger", "refused")
def sysrq() -> str:
    return refused("open for writing", lambda: _open("/proc/sysrq-trigger", os.O_WRONLY))


@probe("have the host run a program at the next crash (core_pattern)", "refused")
def core_pattern() -> str:
    path = "/proc/sys/kernel/core_pattern"
    return refused("open for writing", lambda: _open(path, os.O_WRONLY))


@probe(
    "have the host run a program for the next module (modprobe), or for a file's format", "refused"
)
def helper_programs() -> str:
    paths = ("/proc/sys/kernel/modprobe", "/proc/sys/fs/binfmt_misc/register")
    return all_refused({p: lambda p=p: _open(p, os.O_WRONLY) for p in paths})


@probe("read switches of the Linux kernel (/proc/sys)", "not there")
def sysctls() -> str:
    return refused("list", lambda: os.listdir("/proc/sys"))


@probe("look into /sys", "it is empty")
def sys_tree() -> str:
    return must(os.listdir("/sys") == [], "empty", f"/sys has {os.listdir('/sys')[:5]}")


@probe("have the host run a program when a control group empties (release_agent)", "not there")
def release_agent() -> str:
    with open("/proc/self/mounts") as lines:
        groups = [line for line in lines if line.split()[2].startswith("cgroup")]
    return must(not groups, "no control group is mounted", f"mounted: {groups[:2]}")


@probe("raise one's own place with the out-of-memory killer", "refused")
def oom_score() -> str:
    def attempt() -> None:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("-1000")

    return refused("write -1000", attempt)


@probe("read the host's name and machine id", "masked")
def host_name() -> str:
    name = socket.gethostname()
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostname"):
        try:
            with open(path) as file:
                text = file.read().strip()
        except OSError:
            continue
        if text and text not in ("sandglass", "sandbox", "uninitialized", "localhost"):
            raise Through(f"{path} says {text[:40]}")
    return must(name == "sandglass", "the name is sandglass, no id", f"the name is {name}")


@probe("see processes of other users in /proc", "each sees its own alone")
def other_processes() -> str:
    own = os.getuid()
    others = []
    for pid in (p for p in os.listdir("/proc") if p.isdigit()):
        try:
            if os.stat(f"/proc/{pid}").st_uid != own:
                others.append(pid)
        except FileNotFoundError:
            continue  # it has just ended
    return must(not others, "none", f"processes {others[:5]} can be seen")
