"""Visualization Examples, "Interactive Visualizations"."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "A plotly page with two panels: a wave, and its sum."}],
    tools=[{"type": "code_interpreter"}],
)

print(response.choices[0].message.content)
