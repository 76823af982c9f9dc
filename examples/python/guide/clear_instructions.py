"""Best Practices 1, "Clear Instructions": say what you want, not only that you want something."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": """
Take the numbers 3, 1, 4, 1, 5, 9, 2, 6:
- print their mean and their median
- draw them as bars
- save the chart as 'digits.png'
""",
        }
    ],
    tools=[{"type": "code_interpreter"}],
)
print(response.choices[0].message.content)

vague = client.responses.create(
    model="gpt-5",
    messages=[{"role": "user", "content": "Do something with numbers."}],
    tools=[{"type": "code_interpreter"}],
)
print(vague.choices[0].message.content)
