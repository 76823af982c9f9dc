"""The file system: what can be written, and what can be seen of the rest."""

import ctypes
import errno
import os
import stat

from .harness import NotRun, Through, all_refused, call, must, probe, refused

WRITABLE = ("/mnt/data", "/tmp", "/dev/shm")
AT_ROOT = {"bin", "lib", "lib64", "sbin", "usr", "etc", "var", "opt", "home", "proc", "run", "sys"}
AT_ROOT |= {"tmp", "dev", "mnt"}


def _mounts() -> list[list[str]]:
    with open("/proc/self/mounts") as lines:
        return [line.split() for line in lines]


@probe("make a file in each directory outside of /mnt/data, /tmp and /dev/shm", "refused")
def write_outside() -> str:
    places = ["/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/var", "/opt", "/opt/sandglass"]
    places += ["/dev", "/mnt", "/home", "/run", "/sys", "/proc"]
    return all_refused({p: lambda p=p: open(f"{p}/probe", "x") for p in places})


@probe("change the sandbox's own Python code", "refused")
def write_sandbox_code() -> str:
    path = "/opt/sandglass/sandglass_sandbox/supervisor.py"
    if not os.path.exists(path):
        raise NotRun(f"{path} is not there")
    return refused("open for writing", lambda: open(path, "r+"))


@probe("change a library that every container loads", "refused")
def write_library() -> str:
    return refused("open for writing", lambda: open(os.__file__, "r+"))


@probe("set the mode of the image's Python to 4755", "refused")
def chmod_image() -> str:
    return refused("chmod", lambda: os.chmod("/usr/bin/python3", 0o4755))


@probe("put another link in place of /usr/bin/python3", "refused")
def replace_image_link() -> str:
    return all_refused(
        {
            "unlink": lambda: os.unlink("/usr/bin/python3"),
            "rename": lambda: os.rename("/usr/bin/python3", "/usr/bin/python0"),
        }
    )


@probe("find anything at the root but the container's own directories", "nothing else is there")
def old_root() -> str:
    others = set(os.listdir("/")) - AT_ROOT
    return must(not others, "nothing else", f"/ has {sorted(others)}")


@probe("walk above the root by ..", "the root is its own parent")
def above_root() -> str:
    here, above = os.stat("/"), os.stat("/../../..")
    same = (here.st_dev, here.st_ino) == (above.st_dev, above.st_ino)
    return must(same, "/.. is /", "/.. is another directory")


@probe("find a mount that lacks nosuid or nodev", "there is none")
def mount_flags() -> str:
    bad = []
    for _, path, _, options, *_ in _mounts():
        device = path.startswith("/dev/") and path != "/dev/shm"
        if not ({"nosuid"} if device else {"nosuid", "nodev"}) <= set(options.split(",")):
            bad.append(f"{path} ({options})")
    return must(not bad, "all have them", "; ".join(bad))


@probe("find a mount that can be written and lacks noexec", "there is none")
def mounts_for_programs() -> str:
    bad = [m[1] for m in _mounts() if {"rw"} <= set(m[3].split(",")) and "noexec" not in m[3]]
    return must(not bad, "all have it", f"without it: {bad}")


@probe("write through a mount that is not one of the three", "all others are read-only")
def writable_mounts() -> str:
    places = [m[1] for m in _mounts() if "rw" in m[3].split(",") and not m[1].startswith("/dev/")]
    others = set(places) - set(WRITABLE) - {"/proc"}
    return must(not others, "none", f"can be written: {sorted(others)}")


@probe("read password hashes from /etc/shadow", "refused, or none there")
def shadow() -> str:
    try:
        with open("/etc/shadow") as lines:
            hashes = [line for line in lines if line.split(":")[1][:1] == "$"]
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return must(not hashes, "no hashes in it", "hashes read")


@probe("make a device node of the first disk in /tmp and read it", "refused", apart=True)
def disk_node() -> str:
    def read() -> bytes:
        os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, os.makedev(8, 0))
        with open("/tmp/disk", "rb") as disk:
            return disk.read(16)

    return refused("mknod", read, errno.EPERM, errno.EACCES)


@probe("make a device node of the host's memory and open it", "refused", apart=True)
def memory_node() -> str:
    def make() -> None:
        os.mknod("/tmp/mem", stat.S_IFCHR | 0o600, os.makedev(1, 1))
        os.close(os.open("/tmp/mem", os.O_RDONLY))

    return refused("mknod", make, errno.EPERM, errno.EACCES)


@probe("open a file of the host by handle, past all directories", "refused")
def open_by_handle() -> str:
    handle = ctypes.create_string_buffer(b"\x08\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0")
    root = os.open("/mnt/data", os.O_RDONLY)
    try:
        return refused("open_by_handle_at", lambda: call(304, 265, root, handle, os.O_RDONLY))
    finally:
        os.close(root)


@probe("give a file of one's own to root", "refused")
def chown_to_root() -> str:
    path = "/mnt/data/probe-chown"
    open(path, "w").close()
    try:
        return refused("chown", lambda: os.chown(path, 0, 0), errno.EPERM)
    finally:
        os.unlink(path)


@probe("take a hard link of a file of the image into /mnt/data", "refused")
def hard_link_out() -> str:
    errors = (errno.EXDEV, errno.EPERM, errno.EACCES)
    return refused("link", lambda: os.link("/etc/passwd", "/mnt/data/probe-link"), *errors)


@probe("find a directory of outside among the open files", "there is none")
def open_directories() -> str:
    found = []
    for fd in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISDIR(os.fstat(int(fd)).st_mode):
                found.append(os.readlink(f"/proc/self/fd/{fd}"))
        except OSError:
            continue  # the listing's own
    bad = [f for f in found if not f.startswith(("/mnt/data", "/tmp", "/proc"))]
    return must(not bad, "none", f"open: {bad}")


@probe("read where the files of all containers lie (/run/data, /run/sandglass)", "not there")
def containers_directory() -> str:
    seen = [p for p in ("/run/data", "/run/sandglass") if os.path.exists(p)]
    if seen:
        raise Through(f"{seen} can be seen")
    return must(not os.listdir("/run"), "/run is empty", f"/run has {os.listdir('/run')}")
