"""File Handling, "Upload Files": one, then several."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.STATIONS.open("rb"), purpose="assistants")
print(file.filename, file.bytes)

files = []
for path in data.branches():
    file = client.files.create(file=path.open("rb"), purpose="assistants")
    files.append(file.id)

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Put the three branches into one table and sum it."}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": files}}],
)

print(response.choices[0].message.content)
