"""How It Works, "Code Execution Flow": the model meets an error and repairs it."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.SALES.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "What is the mean of the column 'units'?"}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

for output in response.tool_outputs:
    print("error:", output.error)
print(response.choices[0].message.content)
