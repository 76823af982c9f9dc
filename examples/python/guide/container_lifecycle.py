"""Container Management, "Container Lifecycle"."""

from sandglass_client import OpenAI

client = OpenAI()

container = client.containers.create()
container = client.containers.retrieve(container.id)
print(f"Status: {container.status}")
client.containers.delete(container.id)
