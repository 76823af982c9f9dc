"""Best Practices 2, "Reuse Containers for Multi-Step Analysis"."""

import data
from sandglass_client import OpenAI

client = OpenAI()

file = client.files.create(file=data.visits().open("rb"), purpose="assistants")
container = client.containers.create(file_ids=[file.id])

response1 = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Read the visits and describe them."}],
    tools=[
        {
            "type": "code_interpreter",
            "container": {"type": "existing", "container_id": container.id},
        }
    ],
)
response2 = client.responses.create(
    model="gpt-5",
    messages=[
        response1.choices[0].message,
        {"role": "user", "content": "Now a heat map of the correlations."},
    ],
    tools=[
        {
            "type": "code_interpreter",
            "container": {"type": "existing", "container_id": container.id},
        }
    ],
)

print(response1.choices[0].message.content)
print(response2.choices[0].message.content)
