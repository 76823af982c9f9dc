"""File Handling, "Access Files in Code": what was uploaded lies in /mnt/data."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.SALES.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "List the files you were given."}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.tool_outputs[0].logs)
