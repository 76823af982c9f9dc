"""File Handling, "Generate and Download Files"."""

import pathlib
import sys

import data
from sandglass_client import OpenAI

client = OpenAI()
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")

file = client.files.create(file=data.SALES.open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Draw units by month and keep it as units.png."}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

if response.tool_outputs:
    for output in response.tool_outputs:
        if output.files:
            for made in output.files:
                print(f"Generated file: {made.file_id}")
                file_data = client.files.content(made.file_id)
                with open(folder / f"downloaded_{made.filename}", "wb") as f:
                    f.write(file_data.read())
