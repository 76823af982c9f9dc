"""The main flows with the official Python SDK, unmodified. The server and the scripted model are started by SdkTest.java."""

import os
import pathlib
import time

import openai
import pytest

SALES = pathlib.Path(__file__).parents[2] / "examples" / "sales.csv"


@pytest.fixture(scope="module")
def sales(client: openai.OpenAI) -> str:
    with SALES.open("rb") as f:
        return client.files.create(file=f, purpose="user_data").id


def tool(*file_ids: str) -> list[dict]:
    return [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": list(file_ids)}}]


def calls(response) -> list:
    return [item for item in response.output if item.type == "code_interpreter_call"]


def logs(call) -> str:
    return "".join(o.logs for o in call.outputs or [] if o.type == "logs")


def citations(response) -> list:
    return [
        a
        for item in response.output
        if item.type == "message"
        for part in item.content
        for a in part.annotations
        if a.type == "container_file_citation"
    ]


def test_a_question_about_a_file_is_answered_by_code_that_read_it(client, sales):
    response = client.responses.create(
        model="gpt-5",
        input="[chart] Chart revenue by product.",
        tools=tool(sales),
        include=["code_interpreter_call.outputs"],
    )
    assert response.status == "completed"
    assert response.model == "gpt-5"
    with SALES.open() as f:
        rows = sum(1 for _ in f) - 1
    assert f"rows: {rows}" in logs(calls(response)[0])
    assert "sandbox:/mnt/data/chart.png" in response.output_text


def test_a_chart_is_cited_and_can_be_downloaded(client, sales):
    response = client.responses.create(
        model="gpt-5", input="[chart] Chart revenue by product.", tools=tool(sales)
    )
    linked = [c for c in citations(response) if c.filename == "chart.png"]
    assert len(linked) == 1
    text = response.output_text
    assert text[linked[0].start_index : linked[0].end_index] == "sandbox:/mnt/data/chart.png"
    png = client.containers.files.content.retrieve(
        linked[0].file_id, container_id=linked[0].container_id
    ).read()
    assert png.startswith(b"\x89PNG")
    assert client.files.content(linked[0].file_id).read() == png


def test_the_stream_helper_sees_code_and_text_as_they_are_written(client, sales):
    kinds = []
    with client.responses.stream(
        model="gpt-5", input="[chart] Chart revenue by product.", tools=tool(sales)
    ) as stream:
        for event in stream:
            kinds.append(event.type)
        final = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert kinds.count("response.code_interpreter_call_code.delta") > 3
    assert kinds.count("response.output_text.delta") > 3
    assert "response.output_text.annotation.added" in kinds
    assert final.status == "completed"


def test_a_follow_up_finds_the_variables_in_the_same_container(client):
    first = client.responses.create(model="gpt-5", input="[remember] Keep 41.", tools=tool())
    second = client.responses.create(
        model="gpt-5",
        input="[recall] What is one more?",
        previous_response_id=first.id,
        tools=tool(),
        include=["code_interpreter_call.outputs"],
    )
    assert logs(calls(second)[0]).strip() == "42"
    assert calls(second)[0].container_id == calls(first)[0].container_id


def test_two_conversations_do_not_share_variables(client):
    client.responses.create(model="gpt-5", input="[remember] Keep 41.", tools=tool())
    stranger = client.responses.create(
        model="gpt-5",
        input="[recall] What is one more?",
        tools=tool(),
        include=["code_interpreter_call.outputs"],
    )
    assert "NameError" in logs(calls(stranger)[0])


def test_an_error_is_shown_to_the_model_and_repaired(client, sales):
    response = client.responses.create(
        model="gpt-5",
        input="[retry] Read the file.",
        tools=tool(sales),
        include=["code_interpreter_call.outputs"],
    )
    failed, repaired = calls(response)
    assert "FileNotFoundError" in logs(failed)
    assert "rows: " in logs(repaired)
    assert response.status == "completed"


def test_an_explicit_container_is_used_listed_and_deleted(client, sales):
    container = client.containers.create(name="mine", file_ids=[sales])
    response = client.responses.create(
        model="gpt-5",
        input="[chart] Chart revenue by product.",
        tools=[{"type": "code_interpreter", "container": container.id}],
    )
    assert calls(response)[0].container_id == container.id
    names = {f.path for f in client.containers.files.list(container.id)}
    assert {"/mnt/data/sales.csv", "/mnt/data/chart.png"} <= names
    assert container.id in {c.id for c in client.containers.list()}
    client.containers.delete(container.id)
    with pytest.raises(openai.NotFoundError):
        client.containers.retrieve(container.id)


@pytest.mark.parametrize(
    "form",
    [{"type": "auto"}, {"type": "auto", "file_ids": [], "memory_limit": "1g"}, "id", "existing"],
)
def test_the_tools_container_has_all_forms(client, form):
    made = client.containers.create(name="form").id
    named = {"id": made, "existing": {"type": "existing", "container_id": made}}
    mine = isinstance(form, str)
    response = client.responses.create(
        model="gpt-5",
        input="[remember] Keep 41.",
        tools=[{"type": "code_interpreter", "container": named[form] if mine else form}],
    )
    assert (calls(response)[0].container_id == made) == mine
    assert response.tools[0].type == "code_interpreter"


def test_a_follow_up_by_items_given_back_finds_the_container_too(client):
    question = {"role": "user", "content": "[remember] Keep 41."}
    first = client.responses.create(model="gpt-5", input=[question], tools=tool())
    second = client.responses.create(
        model="gpt-5",
        input=[question, *first.output, {"role": "user", "content": "[recall] What is one more?"}],
        tools=tool(),
        include=["code_interpreter_call.outputs"],
    )
    assert logs(calls(second)[0]).strip() == "42"


def test_a_response_is_found_and_deleted_and_its_input_listed(client):
    made = client.responses.create(model="gpt-5", input="[remember] Keep 41.", tools=tool())
    found = client.responses.retrieve(made.id, include=["code_interpreter_call.outputs"])
    assert found.output_text == made.output_text
    items = list(client.responses.input_items.list(made.id))
    assert [item.content[0].text for item in items] == ["[remember] Keep 41."]
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_a_plain_stream_can_be_read_event_by_event(client):
    numbers = [
        event.sequence_number
        for event in client.responses.create(
            model="gpt-5", input="[remember] Keep 41.", tools=tool(), stream=True
        )
    ]
    assert numbers == list(range(len(numbers)))


def test_models_are_listed(client):
    assert [model.object for model in client.models.list()]


def test_usage_and_costs_are_read_with_an_ordinary_key(sales):
    key = os.environ["OPENAI_API_KEY"]
    admin = openai.OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=key, admin_api_key=key)
    admin.containers.create(name="billed")
    today = int(time.time()) // 86400 * 86400
    usage = admin.admin.organization.usage
    sessions = usage.code_interpreter_sessions(start_time=today, group_by=["project_id"])
    counted = [r.num_sessions for bucket in sessions.data for r in bucket.results]
    assert sum(counted) >= 1
    costs = usage.costs(start_time=today, group_by=["line_item", "api_key_id"])
    items = [r for bucket in costs.data for r in bucket.results]
    assert {r.line_item for r in items} == {"code interpreter sessions"}
    sessions = sum(r.quantity for r in items)
    assert sum(r.amount.value for r in items) == pytest.approx(0.03 * sessions)
    with pytest.raises(openai.BadRequestError):
        usage.costs(start_time=today, limit=181)
