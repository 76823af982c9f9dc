"""Checked access to a header's fields: types and bounds, else a Failure that names the field."""

from __future__ import annotations

from sandglass_sandbox.framing import Header


class Failure(Exception):
    """A request can't be answered: becomes `failed {code, message}`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def text(header: Header, name: str, limit: int = 4096) -> str:
    value = header.get(name)
    if not isinstance(value, str):
        raise Failure("invalid", f"{name} must be a string")
    if len(value) > limit:
        raise Failure("invalid", f"{name} is longer than {limit:,} characters")
    return value


def integer(header: Header, name: str, low: int, high: int) -> int:
    value = header.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Failure("invalid", f"{name} must be an integer")
    if not low <= value <= high:
        raise Failure("invalid", f"{name} must be between {low:,} and {high:,}, not {value:,}")
    return value


def flag(header: Header, name: str) -> bool:
    value = header.get(name)
    if not isinstance(value, bool):
        raise Failure("invalid", f"{name} must be true or false")
    return value


def request_id(header: Header) -> int | None:
    """The request's id, or None if the message has none that could be answered."""
    value = header.get("id")
    valid = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53
    return value if valid else None


def ok(number: int, **fields: object) -> Header:
    return {"type": "ok", "id": number, **fields}


def failed(number: int | None, failure: Failure) -> Header:
    header: Header = {"type": "failed", "code": failure.code, "message": failure.message[:2000]}
    if number is not None:
        header["id"] = number
    return header
