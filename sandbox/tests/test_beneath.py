"""Opening beneath a directory: Linux's call, and the walk that stands in for it, do the same."""

from __future__ import annotations

import errno
import os
import pathlib

import pytest

from sandglass_sandbox import beneath


@pytest.fixture(params=[beneath.by_call, beneath.by_names], ids=lambda f: f.__name__)
def opener(request: pytest.FixtureRequest) -> beneath.Opener:
    return request.param


@pytest.fixture
def root(tmp_path: pathlib.Path) -> int:
    (tmp_path / "outside").write_text("outside")
    inside = tmp_path / "root"
    (inside / "d" / "e").mkdir(parents=True)
    (inside / "f").write_text("f")
    (inside / "d" / "g").write_text("g")
    for name, target in {
        "to-f": "f",
        "to-d": "d",
        "d/up": "../f",
        "d/e/two-up": "../../f",
        "long": "to-d/e/../g",
        "absolute": "/etc/passwd",
        "above": "../outside",
        "sly": "d/../../outside",
        "loop": "loop",
        "dangling": "nowhere",
    }.items():
        (inside / name).symlink_to(target)
    return os.open(inside, os.O_PATH | os.O_DIRECTORY)


def read(opener: beneath.Opener, root: int, path: str, links: bool = True) -> str:
    with open(opener(root, path, os.O_RDONLY, links, 0)) as file:
        return file.read()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("f", "f"),
        ("d/g", "g"),
        ("./d/./g", "g"),
        ("to-f", "f"),
        ("to-d/g", "g"),
        ("d/up", "f"),
        ("d/e/two-up", "f"),
        ("long", "g"),
        ("d/e/../../f", "f"),
    ],
)
def test_what_stays_beneath_is_opened(opener, root, path, content):
    assert read(opener, root, path) == content


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("..", errno.EXDEV),
        ("../outside", errno.EXDEV),
        ("d/../../outside", errno.EXDEV),
        ("absolute", errno.EXDEV),
        ("above", errno.EXDEV),
        ("sly", errno.EXDEV),
        ("loop", errno.ELOOP),
        ("dangling", errno.ENOENT),
        ("f/x", errno.ENOTDIR),
        ("nothing", errno.ENOENT),
    ],
)
def test_what_does_not_is_refused(opener, root, path, number):
    with pytest.raises(OSError) as refused:
        opener(root, path, os.O_RDONLY, True, 0)
    assert refused.value.errno == number


@pytest.mark.parametrize("path", ["to-f", "to-d/g", "d/up", "long"])
def test_links_are_followed_only_if_asked(opener, root, path):
    with pytest.raises(OSError) as refused:
        read(opener, root, path, links=False)
    assert refused.value.errno in (errno.ELOOP, errno.ENOTDIR)


def test_a_new_file_is_made_with_its_mode(opener, root):
    os.close(opener(root, "d/new", os.O_CREAT | os.O_EXCL | os.O_RDWR, False, 0o640))
    assert os.stat("d/new", dir_fd=root).st_mode & 0o777 == 0o640


def test_nothing_stays_open(opener, root):
    before = os.listdir("/proc/self/fd")
    os.close(opener(root, "long", os.O_RDONLY, True, 0))
    with pytest.raises(OSError):
        opener(root, "sly", os.O_RDONLY, True, 0)
    assert os.listdir("/proc/self/fd") == before
