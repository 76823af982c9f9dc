"""What goes wrong is one of the SDK's own exceptions; what may be repeated, the SDK repeats."""

import os
import pathlib
from collections.abc import Callable

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


def test_too_much_at_once_is_told(client):
    quick, made = client.with_options(max_retries=0), []
    with pytest.raises(openai.RateLimitError) as many:
        for _ in range(100):
            made.append(quick.containers.create(name="many").id)
    assert int(many.value.response.headers["retry-after"]) >= 1
    assert "container.max-per-project" in many.value.message
    for name in made:
        client.containers.delete(name)


def heard(client: openai.OpenAI, listen: Callable[[int], object]) -> openai.OpenAI:
    """The SDK as it comes, with a listener: what it was answered, before it reads it."""
    hooks = {"response": [lambda answer: listen(answer.status_code)]}
    return client.with_options(http_client=openai.DefaultHttpxClient(event_hooks=hooks))


def test_too_much_at_once_is_sent_again_by_the_sdk_itself(client):
    made, seen = [], []

    def listen(status: int) -> None:
        seen.append(status)
        if status == 429:
            client.containers.delete(made.pop())

    patient = heard(client, listen)
    while 429 not in seen:
        made.append(patient.containers.create(name="many").id)
    assert seen[-2:] == [429, 200]
    for name in made:
        client.containers.delete(name)


def test_a_server_that_cannot_now_is_asked_again_by_the_sdk_itself(client):
    incoming = pathlib.Path(os.environ["SANDGLASS_TEST_INCOMING"])
    away, seen = incoming.with_name("away"), []

    def listen(status: int) -> None:
        seen.append(status)
        if status == 503:
            away.rename(incoming)

    patient = heard(client, listen)
    incoming.rename(away)
    assert patient.files.create(file=("late.txt", b"text"), purpose="user_data").bytes == 4
    assert seen == [503, 200]


def test_a_turn_that_failed_is_not_done_again(client):
    seen = []
    with pytest.raises(openai.InternalServerError, match="out of order"):
        heard(client, seen.append).responses.create(model="gpt-5", input="[down] Go.")
    assert seen == [502]


def test_a_client_that_waits_no_longer_gets_the_sdks_timeout(client):
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.5, max_retries=0).responses.create(
            model="gpt-5", input="[slow] Take your time."
        )
