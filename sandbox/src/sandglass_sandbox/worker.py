"""The file worker: a child of the supervisor that does all file work, under the kernel's uid.

It follows no path that code could have planted: everything is resolved beneath /mnt/data, by
a call of Linux's or name by name (beneath.py). It answers requests in order, one at a time, over
its channel.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Callable
from typing import Any

from sandglass_sandbox import beneath, uploads
from sandglass_sandbox.channel import Channel
from sandglass_sandbox.framing import Header
from sandglass_sandbox.messages import Failure, failed, integer, ok, text
from sandglass_sandbox.system import LINUX, System
from sandglass_sandbox.uploads import Upload

ROOT = "/mnt/data"
CHUNK = 1024 * 1024
MAX_LIST = 100_000
MAX_DEPTH = 40
_NAME_MAX = 255
_PATH_MAX = 4095
"""Linux's PATH_MAX without the closing NUL; the server refuses longer paths."""
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
"""O_NONBLOCK: opening a fifo must not wait for its other end."""
_CODES = {
    errno.ENOENT: "not-found",
    errno.ENOTDIR: "not-found",
    errno.EEXIST: "exists",
    errno.ENOTEMPTY: "exists",
    errno.EISDIR: "not-a-file",
    errno.ENXIO: "not-a-file",
    errno.EACCES: "invalid",
    errno.EPERM: "invalid",
    errno.EROFS: "invalid",
    errno.ELOOP: "outside",
    errno.EXDEV: "outside",
    errno.ENOSPC: "no-space",
    errno.EDQUOT: "no-space",
    errno.EFBIG: "too-large",
    errno.ENAMETOOLONG: "invalid",
}

Reply = tuple[dict[str, Any], bytes]

VERBS = frozenset(
    f"file.{verb}"
    for verb in ("list", "stat", "read", "create", "append", "commit", "abort", "delete", "alias")
)
MAX_HANDLES = 64
MAX_LIST_BODY = 12 * 1024 * 1024


def relative(path: str) -> str:
    """The path below /mnt/data, or a Failure."""
    if "\0" in path:
        raise Failure("invalid", "a path has no NUL in it")
    plain = path.removeprefix(ROOT + "/") if path.startswith(ROOT + "/") else path
    parts = [p for p in plain.split("/") if p not in ("", ".")]
    if plain.startswith("/") or ".." in parts:
        raise Failure("outside", f"{path!r} is not below {ROOT}")
    if not parts:
        raise Failure("not-a-file", f"{path!r} is no file")
    return "/".join(parts)


def _described(info: os.stat_result) -> dict[str, Any]:
    return {
        "size": info.st_size,
        "mtime_ns": _bounded(info.st_mtime_ns),
        "ctime_ns": _bounded(info.st_ctime_ns),
        "inode": info.st_ino,
    }


def _bounded(ns: int) -> int:
    """Code may date a file after 2262, which 64 bits of nanoseconds can't say."""
    return max(-(2**63), min(ns, 2**63 - 1))


class Worker:
    """Request → reply; knows nothing of the channel."""

    def __init__(self, root: str = ROOT, system: System = LINUX) -> None:
        self._root = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._system = system
        self._open_beneath = beneath.opener(system)
        self._handles: dict[int, Upload] = {}
        # None that an earlier worker gave: its uploads have ended with it.
        self._next = int.from_bytes(os.urandom(6)) + 1
        self._verbs: dict[str, Callable[[Header, bytes], Reply]] = {
            "file.list": self._list,
            "file.stat": self._stat,
            "file.read": self._read,
            "file.create": self._create,
            "file.append": self._append,
            "file.commit": self._commit,
            "file.abort": self._abort,
            "file.delete": self._delete,
            "file.alias": self._alias,
        }

    def sweep(self) -> None:
        """Removes what a worker before it has not finished."""
        if not self._system.unnamed_files:
            uploads.sweep(self._root)

    def answer(self, header: Header, body: bytes) -> Reply:
        """Fields and body of the reply; a Failure for everything that the caller can act on."""
        verb = self._verbs.get(header["type"])
        if verb is None:
            raise Failure("invalid", f"unknown request {header['type'][:60]!r}")
        try:
            return verb(header, body)
        except OSError as error:
            code = _CODES.get(error.errno or 0, "internal")
            raise Failure(code, error.strerror or str(error)) from None

    def _upload(self, handle: int) -> Upload:
        if handle not in self._handles:
            raise Failure("invalid", f"no open file {handle}")
        return self._handles[handle]

    def _strictly(self, directory: int, path: str, flags: int) -> int:
        """Follows no link."""
        return self._open_beneath(directory, path, flags, False, 0)

    def _open(self, path: str, flags: int) -> tuple[int, os.stat_result]:
        """A regular file beneath the root; links are followed only as long as they stay there."""
        fd = self._open_beneath(self._root, relative(path), flags, True, 0)
        info = os.fstat(fd)
        if not stat.S_ISREG(info.st_mode):
            os.close(fd)
            raise Failure("not-a-file", f"{path!r} is not a regular file")
        return fd, info

    def _list(self, header: Header, _body: bytes) -> Reply:
        limit = integer(header, "limit", 1, MAX_LIST)
        found: list[dict[str, Any]] = []
        more = self._walk("", found, 0)
        found.sort(key=lambda f: f["path"])
        items, size = [], 2
        for file in found[:limit]:
            item = json.dumps(file, separators=(",", ":")).encode()
            size += len(item) + 1
            if size > MAX_LIST_BODY:
                break
            items.append(item)
        more = more or len(items) < len(found)
        return {"more": more, "count": len(items)}, b"[" + b",".join(items) + b"]"

    def _walk(self, prefix: str, found: list[dict[str, Any]], depth: int) -> bool:
        """Adds the regular files below `prefix`; True if there are more than may be looked at."""
        try:
            flags = os.O_RDONLY | os.O_DIRECTORY
            directory = self._strictly(self._root, prefix.rstrip("/") or ".", flags)
        except OSError:
            return False  # gone or replaced meanwhile, or closed to its owner
        folders = []
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if not _utf8(entry.name):
                        continue  # the API could not name it
                    if not prefix and entry.name.startswith(uploads.HIDDEN):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    elif entry.is_file(follow_symlinks=False):
                        if len(os.fsencode(prefix + entry.name)) > _PATH_MAX:
                            continue  # no one call could open it
                        # Gone meanwhile, or in a folder that may be listed but not entered.
                        with contextlib.suppress(OSError):
                            info = entry.stat(follow_symlinks=False)
                            found.append({"path": prefix + entry.name, **_described(info)})
                    if len(found) + len(folders) > MAX_LIST:
                        return True
        finally:
            os.close(directory)
        if depth >= MAX_DEPTH:
            return False
        return any([self._walk(f"{prefix}{name}/", found, depth + 1) for name in folders])

    def _stat(self, header: Header, _body: bytes) -> Reply:
        fd, info = self._open(text(header, "path"), os.O_PATH)
        os.close(fd)
        return _described(info), b""

    def _read(self, header: Header, _body: bytes) -> Reply:
        offset = integer(header, "offset", 0, 2**62)
        length = integer(header, "length", 1, CHUNK)
        fd, info = self._open(text(header, "path"), _READ)
        try:
            return _described(info), os.pread(fd, length, offset)
        finally:
            os.close(fd)

    def _create(self, header: Header, _body: bytes) -> Reply:
        if len(self._handles) >= MAX_HANDLES:
            raise Failure("busy", f"{MAX_HANDLES} files are open for writing")
        upload = Upload.begin(self._root, self._system, self._open_beneath)
        size = header.get("size")
        if isinstance(size, int) and size > 0:
            space = os.fstatvfs(upload.fd)
            if space.f_bavail * space.f_frsize < size:
                upload.close()
                raise Failure("no-space", f"no room for {size:,} bytes")
        handle = self._next
        self._next += 1
        self._handles[handle] = upload
        return {"handle": handle}, b""

    def _append(self, header: Header, body: bytes) -> Reply:
        fd = self._upload(integer(header, "handle", 1, 2**53)).fd
        if len(body) > CHUNK:
            raise Failure("too-large", f"at most {CHUNK:,} bytes at a time")
        view = memoryview(body)
        while view:
            view = view[os.write(fd, view) :]
        return {"size": os.fstat(fd).st_size}, b""

    def _commit(self, header: Header, _body: bytes) -> Reply:
        handle = integer(header, "handle", 1, 2**53)
        upload = self._upload(handle)
        collision = text(header, "collision")
        if collision not in ("replace", "fail", "rename"):
            raise Failure("invalid", "collision must be replace, fail or rename")
        path = relative(text(header, "path"))
        folder, _, name = path.rpartition("/")
        directory = self._make_folder(folder)
        try:
            used = self._link(upload, directory, name, collision)
        finally:
            os.close(directory)
        del self._handles[handle]
        info = os.fstat(upload.fd)
        upload.close()
        return {"path": f"{folder}/{used}" if folder else used, **_described(info)}, b""

    def _make_folder(self, folder: str) -> int:
        flags = os.O_RDONLY | os.O_DIRECTORY
        current = self._strictly(self._root, ".", flags)
        for part in folder.split("/") if folder else []:
            above = current
            try:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=above)
                current = self._strictly(above, part, flags)
            finally:
                os.close(above)
        return current

    def _link(self, upload: Upload, directory: int, name: str, collision: str) -> str:
        for number in range(1, 10_000):
            candidate = name if number == 1 else numbered(name, number)
            try:
                upload.link(directory, candidate)
                return candidate
            except FileExistsError:
                if collision == "fail":
                    raise
                if collision == "replace":
                    return self._replace(upload, directory, name)
        raise Failure("exists", f"there are too many files called like {name!r}")

    def _replace(self, upload: Upload, directory: int, name: str) -> str:
        temporary = f".{os.urandom(8).hex()}"
        upload.link(directory, temporary)
        try:
            os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except OSError:
            os.unlink(temporary, dir_fd=directory)
            raise
        return name

    def _abort(self, header: Header, _body: bytes) -> Reply:
        handle = integer(header, "handle", 1, 2**53)
        self._upload(handle).close()
        del self._handles[handle]
        return {}, b""

    def _delete(self, header: Header, _body: bytes) -> Reply:
        path = relative(text(header, "path"))
        folder, _, name = path.rpartition("/")
        flags = os.O_RDONLY | os.O_DIRECTORY
        directory = self._strictly(self._root, folder or ".", flags)
        try:
            if stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
                raise Failure("not-a-file", f"{path!r} is a directory")
            os.unlink(name, dir_fd=directory)
        finally:
            os.close(directory)
        return {}, b""

    def _alias(self, header: Header, _body: bytes) -> Reply:
        path, alias = relative(text(header, "path")), relative(text(header, "alias"))
        if "/" in alias:
            raise Failure("invalid", "an alias lies in /mnt/data itself")
        try:
            os.symlink(path, alias, dir_fd=self._root)
        except FileExistsError:
            with contextlib.suppress(OSError):  # not a link, or gone again
                if os.readlink(alias, dir_fd=self._root) == path:
                    return {}, b""
            raise
        return {}, b""


def numbered(name: str, number: int) -> str:
    """`name.ext`, 2 → `name (2).ext`, no longer than a name may be."""
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    suffix = f" ({number}){dot}{extension}"
    room = _NAME_MAX - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + suffix


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def run(channel: Channel, root: str = ROOT, system: System = LINUX) -> None:
    """Until the supervisor closes the channel."""
    worker = Worker(root, system)
    worker.sweep()
    while (frame := channel.receive()) is not None:
        header = frame.header
        number = int(header["id"])
        try:
            fields, body = worker.answer(header, frame.body)
            channel.send(ok(number, **fields), body)
        except Failure as failure:
            channel.send(failed(number, failure))
