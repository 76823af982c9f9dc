"""What code can plant under /mnt/data must not lead the file worker anywhere."""

import os
import signal

import pytest

PLANTS = {
    "an absolute link": "os.symlink('/etc/passwd', 'x')",
    "a link upwards": "os.symlink('../../etc/passwd', 'x')",
    "a link to proc": "os.symlink('/proc/self/environ', 'x')",
    "a dangling link": "os.symlink('nowhere', 'x')",
    "a loop": "os.symlink('x', 'x')",
    "a fifo": "os.mkfifo('x')",
    "a socket": "import socket; socket.socket(socket.AF_UNIX).bind('x')",
    "a directory": "os.mkdir('x')",
    "a link to a directory": "os.mkdir('d'); os.symlink('d', 'x')",
    "a file nobody may read": "open('x', 'w'); os.chmod('x', 0)",
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_reading_it_fails_at_once(container, plant):
    container.text("import os; " + plant)
    code = container.failure("file.read", path="x", offset=0, length=100)
    assert code in ("outside", "not-a-file", "not-found", "invalid")
    assert container.cell("1").result == "1"


@pytest.mark.parametrize("plant", [v for k, v in PLANTS.items() if "nobody" not in k])
def test_it_is_not_listed(container, plant):
    container.text("import os; " + plant)
    assert container.paths() == []


def test_a_folder_that_may_not_be_entered_hides_only_its_own_files(container):
    container.text("import os; os.mkdir('q'); open('q/x', 'w'); os.chmod('q', 0o444)")
    container.text("open('good', 'w').write('1')")
    assert container.paths() == ["good"]


def test_a_path_too_long_to_be_opened_is_not_listed(container):
    container.text(
        "import os\n"
        "for _ in range(16): os.mkdir('d' * 240); os.chdir('d' * 240)\n"
        "open('f' * 250, 'w'); open('/mnt/data/good', 'w').write('1')"
    )
    assert container.paths() == ["good"]


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/passwd", "a/../../x", "", ".", "/", "/mnt/data", "/mnt/data/../x", "a\0b"],
)
def test_a_path_outside_is_refused(container, path):
    codes = ("outside", "invalid", "not-a-file")
    assert container.failure("file.read", path=path, offset=0, length=1) in codes
    assert container.failure("file.delete", path=path) in codes
    handle = container.ok("file.create", size=0)["handle"]
    assert container.failure("file.commit", handle=handle, path=path, collision="replace") in codes


def test_a_write_below_a_link_does_not_follow_it(container):
    container.text("import os; os.symlink('/tmp', 'out')")
    handle = container.ok("file.create", size=0)["handle"]
    code = container.failure("file.commit", handle=handle, path="out/x", collision="replace")
    assert code in ("outside", "not-found")
    assert container.text("print(os.listdir('/tmp'))") == "[]\n"


def test_replacing_a_link_replaces_the_link(container):
    container.text("import os; open('/tmp/t', 'w').write('old'); os.symlink('/tmp/t', 'x')")
    container.put("x", b"new")
    assert container.text("print(open('/tmp/t').read(), open('x').read())") == "old new\n"


def test_a_directory_swapped_for_a_link_while_it_is_read_leads_nowhere(container):
    code = """
import os, threading, time
os.mkdir('d'); open('d/passwd', 'w').write('mine')
os.symlink('/etc', 'l')
stop = time.monotonic() + 2
print('go', flush=True)
while time.monotonic() < stop:
    os.rename('d', 'k'); os.rename('l', 'd'); os.rename('d', 'l'); os.rename('k', 'd')
"""
    stream = container.stream(code)
    assert next(stream).body == b"go\n"
    seen = set()
    for _ in range(300):
        reply = container.request("file.read", path="d/passwd", offset=0, length=100)
        seen.add(reply.body if reply.header["type"] == "ok" else reply.header["code"])
    assert seen <= {b"mine", "outside", "not-found"}
    assert list(stream)[-1].header["status"] == "ok"


def test_deep_and_many_directories_end(container):
    container.text(
        "import os\nfor i in range(200):\n  os.mkdir('d'); os.chdir('d')\n"
        "os.chdir('/mnt/data')\nopen('top', 'w')"
    )
    assert container.paths() == ["top"]


def test_the_end_of_the_worker_costs_one_request_at_most(sandbox, container):
    container.put("a", b"x")
    os.kill(sandbox.worker(container), signal.SIGKILL)
    container.request("file.stat", path="a")
    assert container.paths() == ["a"]


def test_the_worker_cannot_be_traced(container):
    container.paths()
    code = """
for pid in range(1, 300):
    if pid != os.getpid():
        try: open(f'/proc/{pid}/mem', 'rb'); print('open', pid)
        except (FileNotFoundError, PermissionError): pass
"""
    assert container.text("import os" + code) == ""
