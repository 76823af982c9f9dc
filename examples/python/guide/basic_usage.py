"""Quick Start, "Basic Usage": a question without files."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Plot the first 15 prime numbers and print them."}],
    tools=[{"type": "code_interpreter"}],
)

print(response.choices[0].message.content)
