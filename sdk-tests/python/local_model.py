"""One flow with the official Python SDK and the local model: ask about a file, then go on in the same container."""

import pathlib
import sys

import openai

SALES = pathlib.Path(__file__).parents[2] / "examples" / "sales.csv"


def main() -> None:
    client = openai.OpenAI()
    with SALES.open("rb") as file:
        sales = client.files.create(file=file, purpose="user_data")
    tool = {"type": "code_interpreter", "container": {"type": "auto", "file_ids": [sales.id]}}
    first = client.responses.create(
        model="gpt-5",
        input="What is the sum of the column revenue over all rows?",
        tools=[tool],
        include=["code_interpreter_call.outputs"],
    )
    print(first.output_text)
    cells = [item for item in first.output if item.type == "code_interpreter_call"]
    assert cells, "no code was run"
    assert "247183" in first.output_text.replace(",", ""), first.output_text

    pieces, end = [], None
    for event in client.responses.create(
        model="gpt-5",
        input="Draw a bar chart of the sum of revenue for each region.",
        tools=[tool],
        previous_response_id=first.id,
        stream=True,
    ):
        if event.type == "response.code_interpreter_call_code.delta":
            pieces.append(event.delta)
        if event.type == "response.completed":
            end = event.response
    assert end is not None, "the stream ended without response.completed"
    assert pieces, "no code was streamed"
    call = next(item for item in end.output if item.type == "code_interpreter_call")
    assert call.container_id == cells[0].container_id
    charts = [
        a
        for item in end.output
        if item.type == "message"
        for part in item.content
        for a in part.annotations
        if a.type == "container_file_citation" and a.filename.endswith(".png")
    ]
    assert charts, end.output_text
    png = client.containers.files.content.retrieve(charts[0].file_id, container_id=charts[0].container_id).read()
    assert png.startswith(b"\x89PNG"), png[:20]
    print(f"chart: {len(png)} bytes")
    client.containers.delete(call.container_id)
    client.files.delete(sales.id)


if __name__ == "__main__":
    sys.exit(main())
