"""Makes the image's root file system out of the base system and the wheels.

    assemble.py fonts ROOTFS     font aliases; what fc-cache needs to see is final then
    assemble.py trim ROOTFS      deletes what isn't kept, patches matplotlib, writes /etc

Runs on the host. The base system's files are deleted unless a kept package owns
them, so nothing stays that nobody asked for: no package manager, shell or Perl.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import debian

RECIPE = Path(__file__).resolve().parent
SITE = "usr/local/lib/python3.13/dist-packages"

# Any fixed time will do; fontconfig compares it with its cache.
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))  # 2026-01-01T00:00:00Z

# Below these nothing is owned by a package, and everything stays.
OURS = ("usr/local", "var/cache/fontconfig", "usr/share/fonts/truetype/aliases", "etc/fonts")

# Owned by kept packages, but of no use in a sandbox. Copyright files stay.
USELESS = (
    "boot", "home", "media", "root", "srv", "sys", "var/log", "var/mail", "var/spool", "var/lib",
    "etc/X11", "etc/apt", "etc/cron.d", "etc/cron.daily", "etc/default", "etc/init.d",
    "etc/python3.13", "etc/dpkg", "etc/ld.so.conf.d", "etc/profile.d", "etc/skel",
    "etc/update-motd.d",
    "usr/games", "usr/include", "usr/sbin", "usr/src", "usr/lib/valgrind", "usr/lib/lsb",
    "usr/lib/python3.13/ensurepip", "usr/lib/python3.13/idlelib", "usr/lib/python3.13/lib2to3",
    "usr/lib/python3.13/test", "usr/lib/python3.13/turtledemo", "usr/lib/x86_64-linux-gnu/gconv",
    "usr/lib/x86_64-linux-gnu/engines-3", "usr/share/applications", "usr/share/apport",
    "usr/share/bug",
    "usr/share/gcc", "usr/share/gdb", "usr/share/info", "usr/share/lintian", "usr/share/locale",
    "usr/share/man", "usr/share/menu", "usr/share/pixmaps", "usr/share/python3", "usr/lib/python3",
)  # fmt: skip

# Of the wheels: tests, sources, type stubs, and whole packages' dead weight.
WHEEL_DIRECTORIES = {"tests", "test", "include", "__pycache__", "mupdf-devel"}
WHEEL_SUFFIXES = {
    ".pyi", ".pyx", ".pxd", ".pxi", ".h", ".hpp", ".hh", ".c", ".cpp", ".f90", ".build",
}  # fmt: skip
WHEEL_PATTERNS = (
    "jupyterlab_plotly", "share", "etc", "bin",
    "pyarrow/*flight*", "pyarrow/*_cpp_tests*", "pyarrow/src",
    "pyarrow/*.so", "pyarrow/*.so.*.*.*",
    "kiwisolver/*.dbg", "numpy/f2py/src", "plotly-*.data",
)  # fmt: skip
# Imported by the packages themselves.
WHEEL_KEPT_TESTS = {"numpy/_core/tests", "tables/tests"}
# The patterns above take linker names of libraries too: these are modules.
WHEEL_KEPT_MODULES = ".cpython-313-x86_64-linux-gnu.so"

FONT_FILE_ALIASES = {  # names that models hand to Pillow
    "arial.ttf": "LiberationSans-Regular.ttf",
    "Arial.ttf": "LiberationSans-Regular.ttf",
    "arialbd.ttf": "LiberationSans-Bold.ttf",
    "Arial_Bold.ttf": "LiberationSans-Bold.ttf",
    "ariali.ttf": "LiberationSans-Italic.ttf",
    "Helvetica.ttf": "LiberationSans-Regular.ttf",
    "times.ttf": "LiberationSerif-Regular.ttf",
    "timesbd.ttf": "LiberationSerif-Bold.ttf",
    "cour.ttf": "LiberationMono-Regular.ttf",
}

ETC = {
    "passwd": "root:x:0:0::/tmp:/nonexistent\nsandbox:x:1000:1000::/tmp:/nonexistent\n"
    "nobody:x:65534:65534::/nonexistent:/nonexistent\n",
    "group": "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "hostname": "sandbox\n",
    "timezone": "Etc/UTC\n",
    "resolv.conf": "",
}
# The read-only root needs the directories that something is mounted on.
MOUNT_POINTS = (
    "dev",
    "proc",
    "sys",
    "run",
    "tmp",
    "mnt/data",
    "opt/sandglass",
    "opt/tests",
    "var/tmp",
)


def fonts(rootfs: Path) -> None:
    aliases = rootfs / "usr/share/fonts/truetype/aliases"
    aliases.mkdir(parents=True, exist_ok=True)
    for alias, file in FONT_FILE_ALIASES.items():
        link = aliases / alias
        link.unlink(missing_ok=True)
        link.symlink_to(f"../liberation/{file}")
    shutil.rmtree(rootfs / "var/cache/fontconfig", ignore_errors=True)
    (rootfs / "var/cache/fontconfig").mkdir(parents=True)
    # Empty, and trimmed away later; a cache of it would hold the time of the build.
    shutil.rmtree(rootfs / "usr/local/share/fonts", ignore_errors=True)
    for directory, _, files in os.walk(rootfs / "usr/share/fonts"):
        for name in [*files, "."]:
            os.utime(os.path.join(directory, name), (EPOCH, EPOCH), follow_symlinks=False)


def trim(rootfs: Path) -> None:
    keep_owned(rootfs)
    for path in USELESS:
        remove(rootfs / path)
    trim_documents(rootfs / "usr/share/doc")
    trim_executables(rootfs)
    trim_wheels(rootfs / SITE)
    write_etc(rootfs)
    for path in MOUNT_POINTS:
        (rootfs / path).mkdir(parents=True, exist_ok=True)
    patch_matplotlib(rootfs / SITE / "matplotlib")


def keep_owned(rootfs: Path) -> None:
    """Deletes what no kept package owns; writes their list for seal.py."""
    kept = debian.closure(debian.installed(rootfs), debian.Selection.read())
    owned = set()
    for package in kept:
        for path in debian.owned_files(rootfs, package):
            parent = (rootfs / path.lstrip("/")).parent.resolve()  # /lib is a link to usr/lib
            owned.add(parent / Path(path).name)
    root = rootfs.resolve()
    ours = {root / path for path in OURS}
    for directory, subdirectories, files in os.walk(root, topdown=True):
        here = Path(directory)
        subdirectories[:] = [name for name in subdirectories if here / name not in ours]
        links = [name for name in subdirectories if (here / name).is_symlink()]
        for name in files + (links if here != root else []):
            if here / name not in owned:
                (here / name).unlink()
    listing = rootfs / "usr/lib/sandglass/debian-packages"
    listing.parent.mkdir(parents=True, exist_ok=True)
    listing.write_text("".join(f"{name} {version}\n" for name, version in kept.items()))
    remove_empty(root)


def remove_empty(root: Path) -> None:
    for directory, _, _ in os.walk(root, topdown=False):
        if directory != str(root) and not os.listdir(directory):
            os.rmdir(directory)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def trim_documents(documents: Path) -> None:
    for directory, _, files in os.walk(documents):
        for name in files:
            if name != "copyright":
                (Path(directory) / name).unlink()
    remove_empty(documents)


def trim_executables(rootfs: Path) -> None:
    """Of all commands Python alone stays."""
    for path in (rootfs / "usr/bin").iterdir():
        if path.name != "python3.13":
            remove(path)
    for name in ("python", "python3"):
        (rootfs / "usr/bin" / name).symlink_to("python3.13")
    remove(rootfs / "sbin")


def trim_wheels(site: Path) -> None:
    for pattern in WHEEL_PATTERNS:
        for path in site.glob(pattern):
            if not path.name.endswith(WHEEL_KEPT_MODULES) or "*.so" not in pattern:
                remove(path)
    for directory, subdirectories, files in os.walk(site):
        here = Path(directory)
        for name in WHEEL_DIRECTORIES.intersection(subdirectories):
            if str((here / name).relative_to(site)) not in WHEEL_KEPT_TESTS:
                shutil.rmtree(here / name)
                subdirectories.remove(name)
        for name in files:
            if Path(name).suffix in WHEEL_SUFFIXES:
                (here / name).unlink()


def write_etc(rootfs: Path) -> None:
    for name, content in ETC.items():
        path = rootfs / "etc" / name
        path.unlink(missing_ok=True)
        path.write_text(content)
    for name in ("ld.so.cache", "localtime"):
        remove(rootfs / "etc" / name)
    (rootfs / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")


def patch_matplotlib(package: Path) -> None:
    """The baked font list, and fallback fonts whatever family the code has chosen.

    matplotlib keeps its font list in a directory that it can write to, and takes
    fallback fonts from font.family alone, which styles and seaborn overwrite.
    """
    file = package / "font_manager.py"
    text = file.read_text()
    for old, new in (
        (
            '    fm_path = Path(\n        mpl.get_cachedir(), f"fontlist',
            "    if try_read_cache and _BAKED_FONT_LIST.exists():\n"
            "        return json_load(_BAKED_FONT_LIST)\n"
            '    fm_path = Path(\n        mpl.get_cachedir(), f"fontlist',
        ),
        (
            "        return fpaths\n\n    @lru_cache(1024)\n",
            "        if fontext == 'ttf' and directory is None:\n"
            "            fpaths += [path for path in _FALLBACK_FONTS if path not in fpaths]\n"
            "        return fpaths\n\n    @lru_cache(1024)\n",
        ),
        (
            "def _load_fontmanager(",
            "# Two additions of Sandglass's image recipe: see assemble.py there.\n"
            "_BAKED_FONT_LIST = Path('/usr/lib/sandglass/matplotlib/fontlist.json')\n"
            "try:\n"
            "    _FALLBACK_FONTS = tuple(\n"
            "        Path('/usr/lib/sandglass/matplotlib/fallback').read_text().split())\n"
            "except FileNotFoundError:  # while the list itself is made\n"
            "    _FALLBACK_FONTS = ()\n\n\n"
            "def _load_fontmanager(",
        ),
    ):
        if text.count(old) != 1:
            raise SystemExit(f"assemble.py: matplotlib has changed, cannot patch at {old!r}")
        text = text.replace(old, new)
    file.write_text(text)


def main(arguments: list[str]) -> None:
    steps = {"fonts": fonts, "trim": trim}
    if len(arguments) != 2 or arguments[0] not in steps:
        raise SystemExit(__doc__)
    steps[arguments[0]](Path(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
