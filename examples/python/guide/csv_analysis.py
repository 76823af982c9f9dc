"""Data Analysis Examples, "CSV Analysis"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.SALES.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": """
From sales.csv:
1. the revenue in all
2. the three products that earned most
3. a chart of the revenue by month
4. orders far out of line
""",
        }
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
