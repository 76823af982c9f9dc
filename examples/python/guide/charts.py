"""Visualization Examples, "Charts and Graphs"."""

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
Draw four charts of the orders:
1. bars: revenue of each product
2. a pie: the regions' share
3. points: unit price against units
4. boxes: revenue of an order, by region
""",
        }
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
