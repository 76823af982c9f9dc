"""Data Analysis Examples, "Image Processing"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

image_file = client.files.create(file=data.LAKE.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Make this picture 240x160, soften it, and save it."}],
    tools=[
        {"type": "code_interpreter", "container": {"type": "auto", "file_ids": [image_file.id]}}
    ],
)

print(response.choices[0].message.content)
