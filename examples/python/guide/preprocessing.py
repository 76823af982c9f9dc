"""Machine Learning, "Data Preprocessing"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.houses().open("rb"), purpose="assistants")

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": """
Make houses.csv ready to learn from:
1. fill the gaps
2. turn the areas into columns
3. scale the numbers
4. keep a quarter for testing
5. tell what you did
""",
        }
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": [file.id]}}],
)

print(response.choices[0].message.content)
