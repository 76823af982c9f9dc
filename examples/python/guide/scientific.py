"""Mathematical Computations, "Scientific Computing"."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Throw 5,000 dice, seed 1, and chart the running mean."}],
    tools=[{"type": "code_interpreter"}],
)

print(response.choices[0].message.content)
