"""Container Management, "Auto Container Mode": several files, and a container that stays."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file1, file2 = (
    client.files.create(file=path.open("rb"), purpose="assistants")
    for path in (data.SALES, data.STATIONS)
)
tools = [
    {
        "type": "code_interpreter",
        "container": {"type": "auto", "file_ids": [file1.id, file2.id]},
    }
]

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Which files do you have, and how large are they?"}],
    tools=tools,
)
print(response.choices[0].message.content)

follow_up = client.responses.create(
    model="gpt-5",
    messages=[
        response.choices[0].message,
        {"role": "user", "content": "How many weather stations are there?"},
    ],
    tools=tools,
)
print(follow_up.choices[0].message.content)
print(
    "same container:",
    follow_up.tool_outputs[0].container_id == response.tool_outputs[0].container_id,
)
