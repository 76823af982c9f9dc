"""Computes once, inside the finished root file system, what Python would compute at every start.

Runs under the image's own Python in a chroot, without /proc or /dev: byte code of
all modules, and matplotlib's list of fonts with what stands in for absent ones.
"""

from __future__ import annotations

import compileall
import dataclasses
import os
import sys
import tempfile
from pathlib import Path
from py_compile import PycInvalidationMode

TREES = ("/usr/lib/python3.13", "/usr/local/lib/python3.13")
MATPLOTLIB = Path("/usr/lib/sandglass/matplotlib")
WORKERS = 2

# Fonts that take over, glyph by glyph, where the chosen one has none. First come
# those that cover most; each costs an open file in a process that draws text.
FALLBACK_FAMILIES = (
    "DejaVu Sans",
    "Noto Sans CJK JP",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Symbola",
    "Noto Sans Hebrew",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Kannada",
    "Noto Sans Malayalam",
    "Noto Sans Sinhala",
    "Noto Sans Khmer",
    "Noto Sans Lao",
    "Noto Sans Myanmar",
    "Noto Sans Ethiopic",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
)

# Fonts of other systems that models name, and what stands in for them.
ALIASES = {
    "Liberation Sans": ("Arial", "Helvetica", "Helvetica Neue", "Segoe UI", "Calibri", "Verdana"),
    "Liberation Serif": ("Times New Roman", "Times", "Georgia", "Cambria"),
    "Liberation Mono": ("Courier New", "Courier", "Consolas"),
    "Noto Sans CJK JP": (
        "Noto Sans CJK SC",
        "Noto Sans CJK TC",
        "Noto Sans CJK KR",
        "Noto Sans SC",
        "Noto Sans JP",
        "SimHei",
        "SimSun",
        "Microsoft YaHei",
        "PingFang SC",
        "Heiti SC",
        "Heiti TC",
        "STHeiti",
        "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei",
        "Source Han Sans SC",
        "Source Han Sans CN",
        "Arial Unicode MS",
        "IPAexGothic",
        "IPAGothic",
        "Hiragino Sans",
        "Yu Gothic",
        "Meiryo",
        "MS Gothic",
        "TakaoPGothic",
        "Malgun Gothic",
        "NanumGothic",
        "AppleGothic",
    ),
    "Noto Serif CJK JP": ("Noto Serif CJK SC", "Noto Serif JP"),
    "Symbola": ("Segoe UI Emoji", "Apple Color Emoji", "Noto Color Emoji", "Noto Emoji"),
}


def compile_all() -> None:
    """Unchecked hash-based byte code: the same bytes whenever it is made."""
    sources = sorted(
        str(path) for tree in TREES for path in Path(tree).rglob("*.py") if path.is_file()
    )
    children = []
    for worker in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            os._exit(compile_share(sources[worker::WORKERS], report=worker == 0))
        children.append(pid)
    for pid in children:
        _, status = os.waitpid(pid, 0)
        if status != 0:
            raise SystemExit(f"prebuild.py: compiling failed with status {status}")


def compile_share(sources: list[str], *, report: bool) -> int:
    for count, source in enumerate(sources, 1):
        # Some wheels carry templates that are no valid Python: they stay uncompiled.
        compileall.compile_file(
            source, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
        )
        if report and (count % 1000 == 0 or count == len(sources)):
            print(f"compile: {100 * count // len(sources)}%", flush=True)
    return 0


def bake_fonts() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ["MPLCONFIGDIR"] = directory
        from matplotlib import font_manager

        manager = font_manager.fontManager
        # The order of a directory's files must not decide between equal fonts.
        manager.ttflist.sort(key=repr)
        manager.afmlist.sort(key=repr)
        for family, names in ALIASES.items():
            entries = [entry for entry in manager.ttflist if entry.name == family]
            if not entries:
                raise SystemExit(f"prebuild.py: no font called {family}")
            for name in names:
                for entry in entries:
                    manager.ttflist.append(dataclasses.replace(entry, name=name))
        MATPLOTLIB.mkdir(parents=True, exist_ok=True)
        paths = dict.fromkeys(
            manager.findfont(family, fallback_to_default=False) for family in FALLBACK_FAMILIES
        )
        (MATPLOTLIB / "fallback").write_text("".join(f"{path}\n" for path in paths))
        font_manager.json_dump(manager, MATPLOTLIB / "fontlist.json")
    print(f"fonts: {len(manager.ttflist)} names", flush=True)


if __name__ == "__main__":
    # Byte code made by the imports below would carry time stamps.
    sys.dont_write_bytecode = True
    bake_fonts()
    compile_all()
