"""OpenAI's official client, and with it the Code Interpreter guide's own dialect.

The guide's samples send `messages`, name no container, and read `response.choices[0].message` and
`response.tool_outputs`. A Sandglass server takes and gives all of that; the official Python SDK
refuses the first and gives the last as plain dictionaries. This module closes that gap and nothing
else: whatever the SDK can do, this client can.

    from sandglass_client import OpenAI   # in place of: from openai import OpenAI
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import openai
from openai import BaseModel
from openai.resources.containers import Containers as _Containers
from openai.resources.responses import Responses as _Responses
from openai.types.responses import Response as _Response

__all__ = ["Choice", "Message", "OpenAI", "OutputFile", "Response", "ToolOutput"]


class OutputFile(BaseModel):
    """A file that a cell made or changed, or an image that it displayed."""

    file_id: str
    """For `client.files.content(file_id)`."""
    filename: str
    path: str
    bytes: int
    container_id: str


class ToolOutput(BaseModel):
    """What came of one cell."""

    id: str
    container_id: str
    error: str | None
    """The exception's last line, or None."""
    logs: str
    files: list[OutputFile]


class Message(BaseModel):
    """The answer. Among the messages of a later request it continues the conversation."""

    role: str
    content: str
    response_id: str
    container_id: str | None


class Choice(BaseModel):
    index: int
    message: Message
    finish_reason: str | None


class Response(_Response):
    """The SDK's response, with what the guide reads beside it."""

    choices: list[Choice]
    tool_outputs: list[ToolOutput]


def _plain(message: Any) -> Any:
    """As it goes over the wire; messages of earlier responses are objects."""
    if isinstance(message, BaseModel):
        return message.to_dict()
    return dict(message) if isinstance(message, Mapping) else message


def _guides(response: _Response) -> Response:
    whole = Response.construct(**response.to_dict())
    whole._request_id = response._request_id
    return whole


class _GuideResponses(_Responses):
    def create(self, *, messages: Any = None, **options: Any) -> Any:
        """As the SDK's; `messages` in the place of `input`.

        With `stream=True` it gives the SDK's own stream.
        """
        if messages is not None:
            body = dict(options.pop("extra_body", None) or {})
            options["extra_body"] = {**body, "messages": [_plain(m) for m in messages]}
        response = super().create(**options)
        return _guides(response) if isinstance(response, _Response) else response

    def retrieve(self, response_id: str, **options: Any) -> Any:
        response = super().retrieve(response_id, **options)
        return _guides(response) if isinstance(response, _Response) else response


class _GuideContainers(_Containers):
    def create(self, **options: Any) -> Any:
        """As the SDK's; the name may be left to the server."""
        options.setdefault("name", openai.NOT_GIVEN)
        return super().create(**options)


class OpenAI(openai.OpenAI):
    """As `openai.OpenAI`: the same arguments, the same environment variables."""

    @cached_property
    def responses(self) -> _GuideResponses:
        return _GuideResponses(self)

    @cached_property
    def containers(self) -> _GuideContainers:
        return _GuideContainers(self)
