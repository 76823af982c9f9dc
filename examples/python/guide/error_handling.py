"""Best Practices 4, "Error Handling": errors of the code are not errors of the API."""

from sandglass_client import OpenAI

client = OpenAI()

try:
    response = client.responses.create(
        model="gpt-5",
        messages=[{"role": "user", "content": "Sum up nowhere.csv."}],
        tools=[{"type": "code_interpreter"}],
    )
    if response.tool_outputs:
        for output in response.tool_outputs:
            if output.error:
                print(f"Code execution error: {output.error}")
except Exception as e:
    print(f"API error: {e}")
