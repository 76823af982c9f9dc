"""Names of files that lie elsewhere where a container has no root of its own (`unwalled`).

Code, models and uploads know /mnt/data; the image's libraries know /usr/share/fonts. Without a
mount namespace Python's own functions are told where those really are: `open` and what is in `os`
take the known name for the real one, and what they raise has the known name in it. It is a
convenience. Libraries that open files by themselves, in C, are not told, but for the few in
`_OTHERS`; what they are given by a relative name they find, for a kernel works in its /mnt/data.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import os
import posix
import sys
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType, ModuleType
from typing import Any

_ONE = (
    "access chdir chmod chown getxattr lchown listdir listxattr lstat mkdir mkfifo open pathconf"
    " readlink remove removexattr rmdir setxattr stat statvfs truncate unlink utime"
).split()
"""Functions of `os` whose first argument is a path."""
_TWO = ("link", "rename", "replace", "symlink")

_OTHERS = {
    "sqlite3": ("connect",),
    "sqlite3.dbapi2": ("connect",),
    "pyarrow.fs": ("_resolve_filesystem_and_path",),
    "pyarrow.parquet.core": ("_resolve_filesystem_and_path",),
    "cv2": ("imread", "imreadmulti", "imwrite", "imwritemulti"),
    "lxml.etree": ("parse",),
    "h5py._hl.files": ("filename_encode",),
    "tables": ("open_file",),
}
"""Functions of other modules whose first argument is a path that C opens."""

_elsewhere: tuple[tuple[str, str], ...] = ()
_kept: tuple[str, ...] = ()


def put(elsewhere: dict[str, str], kept: Sequence[str]) -> None:
    """Known name → real one, of directories.

    :param kept: directories whose names are real, whatever is above them
    """
    global _elsewhere, _kept
    _elsewhere = (*_elsewhere, *elsewhere.items())
    _kept = (*_kept, *kept)


_VARIABLE = "SANDGLASS_PLACES"


def told() -> dict[str, str]:
    """The environment for `take_over`."""
    return {_VARIABLE: json.dumps([dict(_elsewhere), _kept])}


def take_over() -> None:
    """In a Python that was started anew by one that knows."""
    if _VARIABLE in os.environ:
        elsewhere, kept = json.loads(os.environ[_VARIABLE])
        install()
        put(elsewhere, kept)


def real(path: Any) -> Any:
    """Where that path leads; itself if it isn't one, or lies where it says."""
    text = path
    if not isinstance(text, (str, bytes)):
        try:
            text = os.fspath(path)
        except TypeError:
            return path
    name = text if isinstance(text, str) else os.fsdecode(text)
    if name[:1] != "/" or _beneath(name, _kept):
        return path
    for known, place in _elsewhere:
        if name == known or name.startswith(known + "/"):
            found = place + name[len(known) :]
            return found if isinstance(text, str) else os.fsencode(found)
    return path


def known(path: str) -> str:
    """The name under which code knows a real path."""
    for name, place in _elsewhere:
        if path == place or path.startswith(place + "/"):
            return name + path[len(place) :]
    return path


def _beneath(name: str, directories: tuple[str, ...]) -> bool:
    return any(name == above or name.startswith(above + "/") for above in directories)


def install() -> None:
    """Once, in the zygote, before the libraries are imported."""
    told: dict[Callable[..., Any], Callable[..., Any]] = {
        os.getcwd: _getcwd(os.getcwd),
        io.open: _open(io.open),
    }
    told |= {getattr(os, name): _one(getattr(os, name)) for name in _ONE}
    told |= {getattr(os, name): _two(getattr(os, name)) for name in _TWO}
    told[os.scandir] = _scandir(os.scandir)
    for module in list(sys.modules.values()):
        # IPython keeps `open` under another name, and so may others.
        if module is not posix:
            _replace(module, told)
            for value in list(getattr(module, "__dict__", {}).values()):
                if isinstance(value, type) and value.__module__ == module.__name__:
                    _replace(value, told)
    # What they can do is told by the functions themselves.
    for support in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        support.update([told[function] for function in support if function in told])  # type: ignore[attr-defined]
    for name in _OTHERS:
        if name in sys.modules:
            _tell(sys.modules[name])
    sys.meta_path.insert(0, _Telling())


def _replace(owner: Any, told: dict[Callable[..., Any], Callable[..., Any]]) -> None:
    for name, value in list(getattr(owner, "__dict__", {}).items()):
        function = value.__func__ if isinstance(value, staticmethod) else value
        if isinstance(function, BuiltinFunctionType) and function in told:
            better = told[function]
            setattr(owner, name, staticmethod(better) if value is not function else better)


def _one(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def at(path: Any = ".", *more: Any, **options: Any) -> Any:
        place = real(path)
        if place is path:
            return function(path, *more, **options)
        try:
            return function(place, *more, **options)
        except OSError as error:
            error.filename = path
            raise

    return at


def _scandir(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def scandir(path: Any = ".") -> Any:
        place = real(path)
        return function(path) if place is path else _Entries(_one(function)(path), os.fspath(path))

    return scandir


class _Entries:
    """What scandir gives, each under its known name."""

    def __init__(self, entries: Any, path: Any) -> None:
        self._entries = entries
        self._path = path

    def __iter__(self) -> _Entries:
        return self

    def __next__(self) -> _Entry:
        return _Entry(next(self._entries), self._path)

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries.close()


class _Entry:
    """An os.DirEntry."""

    def __init__(self, entry: Any, directory: Any) -> None:
        self._entry = entry
        self.path = os.path.join(directory, entry.name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return repr(self._entry)


def _two(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def at(src: Any, dst: Any, *more: Any, **options: Any) -> Any:
        try:
            return function(real(src), real(dst), *more, **options)
        except OSError as error:
            error.filename, error.filename2 = src, dst
            raise

    return at


def _getcwd(function: Callable[[], str]) -> Callable[[], str]:
    @functools.wraps(function)
    def getcwd() -> str:
        return known(function())

    return getcwd


def _open(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def open(file: Any, *more: Any, **options: Any) -> Any:
        if real(file) is file or (len(more) > 6 and more[6]) or options.get("opener"):
            return function(file, *more, **options)
        # By an opener, so that the file has the name that it was opened by.
        return function(file, *more[:6], **options, opener=_opener)

    return open


def _opener(path: Any, flags: int) -> int:
    return os.open(path, flags, 0o666)


def _first(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def at(path: Any, *more: Any, **options: Any) -> Any:
        return function(real(path), *more, **options)

    return at


def _tell(module: ModuleType) -> None:
    for name in _OTHERS[module.__name__]:
        if hasattr(module, name):
            setattr(module, name, _first(getattr(module, name)))


class _Telling(importlib.abc.MetaPathFinder):
    """Lets those of `_OTHERS` that are imported later know, too."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in _OTHERS or name in self._under_way:
            return None
        self._under_way.add(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._under_way.discard(name)
        if spec is not None and spec.loader is not None:
            executes = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                executes(module)
                _tell(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
