"""Data Analysis Examples, "Statistical Analysis"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.visits().open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": "visits.csv: mean, median and deviation of each column, what goes together,"
            " and whether people stay longer on design B.",
        }
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
