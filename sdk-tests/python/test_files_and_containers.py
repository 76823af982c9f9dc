"""Files, containers and container files: every call of the official Python SDK."""

import io

import pytest


def upload(client, name: str, content: bytes = b"a,b\n1,2\n") -> str:
    return client.files.create(file=(name, content), purpose="user_data").id


def test_a_file_is_made_found_read_and_deleted(client):
    made = client.files.create(
        file=("data.csv", b"a\n1\n"),
        purpose="user_data",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    assert made.expires_at - made.created_at == 3600
    found = client.files.retrieve(made.id)
    assert (found.filename, found.bytes, found.purpose) == ("data.csv", 4, "user_data")
    assert client.files.content(made.id).read() == b"a\n1\n"
    deleted = client.files.delete(made.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (made.id, True, "file")


def test_files_are_listed_page_by_page(client):
    made = [upload(client, f"page{n}.csv") for n in range(5)]
    page = client.files.list(limit=2, order="asc")
    assert len(page.data) == 2 and page.has_next_page()
    assert set(made) <= {file.id for file in client.files.list(limit=2)}
    assert len({file.id for file in page}) == len([file.id for file in page])
    for name in made:
        client.files.delete(name)


def test_a_container_is_made_found_listed_and_deleted(client):
    file = upload(client, "in.csv")
    made = client.containers.create(
        name="sdk", file_ids=[file], expires_after={"anchor": "last_active_at", "minutes": 5}
    )
    assert made.expires_after.minutes == 5
    found = client.containers.retrieve(made.id)
    assert (found.name, found.object) == ("sdk", "container")
    others = [client.containers.create(name="sdk").id for _ in range(3)]
    listed = [container.id for container in client.containers.list(limit=2, order="desc")]
    assert {made.id, *others} <= set(listed)
    assert len(listed) == len(set(listed))
    for name in (made.id, *others):
        assert client.containers.delete(name) is None


@pytest.fixture
def container(client):
    made = client.containers.create(name="files")
    yield made.id
    client.containers.delete(made.id)


def test_a_container_file_is_made_in_three_ways(client, container):
    files = client.containers.files
    uploaded = files.create(container, file=("up.csv", b"up\n"))
    assert (uploaded.path, uploaded.bytes, uploaded.source) == ("/mnt/data/up.csv", 3, "user")
    copied = files.create(container, file_id=upload(client, "copy.csv"))
    assert copied.path == "/mnt/data/copy.csv"
    stream = io.BytesIO(b"from a stream")
    stream.name = "stream.txt"
    assert files.create(container, file=stream).bytes == 13


def test_container_files_are_found_listed_read_and_deleted(client, container):
    files = client.containers.files
    made = [files.create(container, file=(f"{n}.txt", str(n).encode())) for n in range(5)]
    found = files.retrieve(made[0].id, container_id=container)
    assert (found.path, found.container_id) == ("/mnt/data/0.txt", container)
    assert files.content.retrieve(made[4].id, container_id=container).read() == b"4"
    listed = [file.id for file in files.list(container, limit=2)]
    assert sorted(listed) == sorted(file.id for file in made)
    assert files.delete(made[0].id, container_id=container) is None
    assert made[0].id not in {file.id for file in files.list(container)}
