"""Mathematical Computations, "Numerical Calculations"."""

from sandglass_client import OpenAI

client = OpenAI()

response = client.responses.create(
    model="gpt-5",
    messages=[
        {
            "role": "user",
            "content": """
1. What do 2,500 grow to in 8 years at 3 % a year?
2. Where is x^3 - 2x^2 - 5x + 6 zero?
3. The integral of 3x^2 + 1 from 0 to 4
4. 3x + y = 11 and x - 2y = -1
""",
        }
    ],
    tools=[{"type": "code_interpreter"}],
)

print(response.choices[0].message.content)
