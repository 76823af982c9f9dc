"""Quick Start, "With File Upload"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.SALES.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Chart the shop's revenue by month."}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
