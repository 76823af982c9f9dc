"""The client module: everything of the SDK, and the guide's dialect."""

import openai
import pytest
from sandglass_client import OpenAI


@pytest.fixture(scope="module")
def client():
    return OpenAI()


def ask(client, text, *before, **options):
    return client.responses.create(
        model="gpt-5",
        messages=[*before, {"role": "user", "content": text}],
        tools=[{"type": "code_interpreter"}],
        **options,
    )


def test_what_the_sdk_can_do_it_can_too(client):
    response = client.responses.create(model="gpt-5", input="Do something with numbers.")
    assert response.output_text == response.choices[0].message.content
    assert response.tool_outputs == []
    assert response._request_id
    assert isinstance(client, openai.OpenAI)


def test_a_stream_is_the_sdks(client):
    events = list(
        client.responses.create(
            model="gpt-5", messages=[{"role": "user", "content": "Hello"}], stream=True
        )
    )
    assert events[-1].type == "response.completed"


def test_a_message_given_back_continues_its_conversation_and_its_container(client):
    first = ask(client, "Remember the squares of 1 to 9.")
    second = ask(client, "Chart what you remember.", first.choices[0].message)
    assert second.tool_outputs[0].error is None
    assert second.tool_outputs[0].container_id == first.tool_outputs[0].container_id


def test_the_questions_may_be_given_back_too(client):
    question = {"role": "user", "content": "Remember the squares of 1 to 9."}
    first = client.responses.create(
        model="gpt-5", messages=[question], tools=[{"type": "code_interpreter"}]
    )
    second = ask(client, "Chart what you remember.", question, first.choices[0].message)
    assert second.tool_outputs[0].error is None


def test_a_retrieved_response_has_the_guides_members_too(client):
    made = ask(client, "Remember the squares of 1 to 9.")
    found = client.responses.retrieve(made.id)
    assert found.choices[0].message == made.choices[0].message
    assert found.tool_outputs == made.tool_outputs


def test_messages_may_have_parts(client):
    response = client.responses.create(
        model="gpt-5",
        messages=[
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": [{"type": "text", "text": "Do something with numbers."}]},
        ],
    )
    assert response.choices[0].message.content.startswith("What shall I find out")


def test_input_and_messages_together_are_refused(client):
    with pytest.raises(openai.BadRequestError, match="Only one of"):
        client.responses.create(
            model="gpt-5", input="a", messages=[{"role": "user", "content": "b"}]
        )
