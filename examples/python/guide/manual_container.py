"""Container Management, "Manual Container Management": files and variables persist."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file1, file2 = (
    client.files.create(file=path.open("rb"), purpose="assistants")
    for path in (data.SALES, data.visits())
)
container = client.containers.create(file_ids=[file1.id, file2.id])
tools = [
    {
        "type": "code_interpreter",
        "container": {"type": "existing", "container_id": container.id},
    }
]

response1 = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Load the orders of the shop."}],
    tools=tools,
)
response2 = client.responses.create(
    model="gpt-5",
    messages=[
        response1.choices[0].message,
        {"role": "user", "content": "Now chart the units by region."},
    ],
    tools=tools,
)

print(response1.choices[0].message.content)
print(response2.choices[0].message.content)
