"""Pricing and Billing, "Cost Optimization": a second request in one conversation, one container."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Remember the squares of 1 to 9."}],
    tools=[{"type": "code_interpreter", "container": {"type": "auto"}}],
)
response2 = client.responses.create(
    model="gpt-5",
    messages=[
        response.choices[0].message,
        {"role": "user", "content": "Chart what you remember."},
    ],
    tools=[{"type": "code_interpreter", "container": {"type": "auto"}}],
)

first, second = (r.tool_outputs[0].container_id for r in (response, response2))
print("one container:", first == second)
