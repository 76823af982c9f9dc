"""Limitations, "Workarounds": there is no network, so the data comes as a file."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.rates().open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "How many pounds are 250 euros?"}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

for output in response.tool_outputs:
    print("error:", output.error)
print(response.choices[0].message.content)
