"""Machine Learning, "Simple Models"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.houses().open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": "Fit a straight line model of the price of a house. How good is it, and what"
            " matters most?",
        }
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
