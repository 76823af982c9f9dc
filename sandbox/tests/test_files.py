import json
import os

import pytest


def test_a_file_of_the_code_is_listed_and_read(container):
    container.text("open('a.txt', 'w').write('hello')")
    assert container.paths() == ["a.txt"]
    assert container.get("a.txt") == container.get("/mnt/data/a.txt") == b"hello"


def test_an_upload_is_there_for_the_code(container):
    container.put("data/in.csv", b"a,b\n1,2\n")
    assert container.text("print(open('/mnt/data/data/in.csv').read())") == "a,b\n1,2\n\n"


def test_an_upload_belongs_to_the_code(container):
    container.put("in.csv", b"a")
    container.text("open('in.csv', 'a').write('b'); import os; os.chmod('in.csv', 0o600)")
    assert container.get("in.csv") == b"ab"


def test_a_large_file_comes_back_byte_for_byte(container):
    content = os.urandom(3 << 20)
    stat = container.put("big.bin", content)
    assert stat["size"] == len(content)
    parts = [
        container.request("file.read", path="big.bin", offset=at, length=1 << 20).body
        for at in range(0, len(content) + 1, 1 << 20)
    ]
    assert b"".join(parts) == content


def test_a_collision_takes_the_next_free_name(container):
    container.put("a.csv", b"1")
    names = []
    for _ in range(2):
        handle = container.ok("file.create", size=None)["handle"]
        reply = container.ok("file.commit", handle=handle, path="a.csv", collision="rename")
        names.append(reply["path"])
    assert names == ["a (2).csv", "a (3).csv"]
    handle = container.ok("file.create", size=None)["handle"]
    assert (
        container.failure("file.commit", handle=handle, path="a.csv", collision="fail") == "exists"
    )


def test_a_commit_appears_whole_or_not_at_all(container):
    handle = container.ok("file.create", size=3)["handle"]
    container.ok("file.append", b"abc", handle=handle)
    assert container.paths() == []
    container.ok("file.abort", handle=handle)
    assert container.paths() == []
    assert container.failure("file.append", b"x", handle=handle) == "invalid"


def test_stat_and_delete(container):
    container.put("a.txt", b"abc")
    assert container.ok("file.stat", path="a.txt")["size"] == 3
    container.ok("file.delete", path="a.txt")
    assert container.failure("file.stat", path="a.txt") == "not-found"
    assert container.failure("file.delete", path="a.txt") == "not-found"


def test_an_alias_opens_the_file_and_is_not_listed(container):
    container.put("sales.csv", b"a")
    container.ok("file.alias", path="sales.csv", alias="file-abc-sales.csv")
    container.ok("file.alias", path="sales.csv", alias="file-abc-sales.csv")
    assert container.text("print(open('/mnt/data/file-abc-sales.csv').read())") == "a\n"
    assert container.paths() == ["sales.csv"]


def test_a_list_is_sorted_recursive_and_cut_at_its_limit(container):
    container.text("import os\nos.makedirs('z/y')\nfor n in ('b', 'a', 'z/y/c'): open(n, 'w')")
    assert container.paths() == ["a", "b", "z/y/c"]
    reply = container.request("file.list", limit=2)
    assert reply.header["more"] is True
    assert [f["path"] for f in json.loads(reply.body)] == ["a", "b"]


@pytest.mark.parametrize("path", ["naïve 文件 😀.csv", "tab\tand\nnewline", "a" * 255, "-rf", "…"])
def test_any_name_that_is_utf8_works(container, path):
    container.put(path, b"x")
    assert container.paths() == [path]
    assert container.text("import os; print(ascii(os.listdir('/mnt/data')))").strip() == ascii(
        [path]
    )
    assert container.get(path) == b"x"


def test_a_name_that_is_not_utf8_is_left_out(container):
    container.text("open(b'/mnt/data/\\xff', 'w'); open('ok', 'w')")
    assert container.paths() == ["ok"]


def test_files_are_served_while_a_cell_runs(container):
    stream = container.stream("print('go', flush=True)\nimport time; time.sleep(1)")
    assert next(stream).body == b"go\n"
    assert container.paths() == []
    assert list(stream)[-1].header["status"] == "ok"


def test_a_full_disk_is_told(container):
    assert container.failure("file.create", size=1 << 60) == "no-space"
