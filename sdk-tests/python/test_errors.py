"""What goes wrong is one of the SDK's own exceptions; what may be repeated, the SDK repeats."""

import threading

import openai
import pytest


def test_a_bad_request(client):
    with pytest.raises(openai.BadRequestError) as bad:
        client.responses.create(model="gpt-5", input="x", extra_body={"bogus": 1})
    assert (bad.value.code, bad.value.param) == ("unknown_parameter", "bogus")
    assert bad.value.type == "invalid_request_error"
    assert bad.value.request_id


def test_a_wrong_key(client):
    with pytest.raises(openai.AuthenticationError) as wrong:
        client.with_options(api_key="sk-wrong").files.list()
    assert wrong.value.code == "invalid_api_key"


def test_what_is_not_there(client):
    for call in (
        lambda: client.files.retrieve("file-none"),
        lambda: client.files.content("file-none"),
        lambda: client.files.delete("file-none"),
        lambda: client.responses.retrieve("resp_none"),
        lambda: client.containers.retrieve("cntr_none"),
        lambda: client.containers.delete("cntr_none"),
        lambda: client.containers.files.list("cntr_none"),
        lambda: client.models.retrieve("none"),
    ):
        with pytest.raises(openai.NotFoundError):
            call()


def test_a_file_that_is_too_large(client):
    with pytest.raises(openai.APIStatusError) as large:
        client.files.create(file=("big.bin", b"x" * (1 << 20 | 1)), purpose="user_data")
    assert large.value.status_code == 413
    assert "files.max-bytes" in large.value.message


def test_too_much_at_once_is_told_and_repeated_by_the_sdk(client):
    """As many containers as the test's server allows; then one is deleted while the SDK waits."""
    made = []
    with pytest.raises(openai.RateLimitError) as many:
        for _ in range(100):
            made.append(client.with_options(max_retries=0).containers.create(name="many").id)
    assert int(many.value.response.headers["retry-after"]) >= 1
    assert "container.max-per-project" in many.value.message
    threading.Timer(1, lambda: client.containers.delete(made.pop())).start()
    made.append(client.with_options(max_retries=2).containers.create(name="many").id)
    for name in made:
        client.containers.delete(name)


def test_a_client_that_waits_no_longer_gets_the_sdks_timeout(client):
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.5, max_retries=0).responses.create(
            model="gpt-5", input="[slow] Take your time."
        )
