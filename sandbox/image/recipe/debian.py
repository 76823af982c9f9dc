"""Which files of the base system stay: those of the wanted packages and of what they need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent / "debian-packages.txt"


@dataclass(frozen=True)
class Selection:
    """The recipe's list: what stays, what only the build needs, what isn't followed."""

    wanted: tuple[str, ...]
    build: tuple[str, ...]
    cut: frozenset[str]

    @staticmethod
    def read() -> Selection:
        kinds: dict[str, list[str]] = {"": [], "build": [], "cut": []}
        for raw in PACKAGES.read_text().splitlines():
            line = raw.split("#")[0].strip()
            if line:
                kind, _, name = line.rpartition(":")
                kinds[kind].append(name.strip())
        return Selection(tuple(kinds[""]), tuple(kinds["build"]), frozenset(kinds["cut"]))


def installed(rootfs: Path) -> dict[str, dict[str, str]]:
    """dpkg's status file: the one-line fields of each package."""
    packages = {}
    for paragraph in (rootfs / "var/lib/dpkg/status").read_text("utf-8").split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, re.MULTILINE))
        if fields:
            packages[fields["Package"]] = fields
    return packages


def names(relation: str) -> list[str]:
    """The package names of a dependency field, alternatives included."""
    return [re.split(r"[ (:]", item.strip())[0] for item in re.split("[,|]", relation) if item]


def closure(packages: dict[str, dict[str, str]], selection: Selection) -> dict[str, str]:
    """The packages that stay, with their versions."""
    providers: dict[str, list[str]] = {}
    for package, fields in packages.items():
        for provided in names(fields.get("Provides", "")):
            providers.setdefault(provided, []).append(package)
    kept: dict[str, str] = {}
    todo = list(selection.wanted)
    while todo:
        name = todo.pop()
        if name in kept or name in selection.cut:
            continue
        if name not in packages:
            todo += providers.get(name, [])
            continue
        kept[name] = packages[name]["Version"]
        for field in ("Depends", "Pre-Depends"):
            todo += names(packages[name].get(field, ""))
    absent = set(selection.wanted) - set(kept)
    if absent:
        raise SystemExit(f"debian.py: not in the base system: {', '.join(sorted(absent))}")
    return dict(sorted(kept.items()))


def owned_files(rootfs: Path, package: str) -> list[str]:
    """The absolute paths a package brought, directories included."""
    info = rootfs / "var/lib/dpkg/info"
    lists = [info / f"{package}.list", *info.glob(f"{package}:*.list")]
    return [line for path in lists if path.exists() for line in path.read_text().splitlines()]
