"""The running cell: its limits, its clock, its displays. Decides; does nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sandglass_sandbox import messages, worker
from sandglass_sandbox.framing import Frame, Header
from sandglass_sandbox.messages import Failure

MAX_CODE = 1024 * 1024
MAX_DISPLAYS = 500
MAX_DISPLAY_BYTES = 64 * 1024 * 1024
MAX_PARTS = 20
MAX_TRACEBACK = 512 * 1024
MAX_COUNT = 2**31 - 1
_DAY_MS = 24 * 3600 * 1000
_KINDS = ("display", "result", "figure")


@dataclass(frozen=True)
class CellSpec:
    """An `execute` request, checked."""

    id: str
    timeout_s: float
    grace_s: float
    output_bytes: int
    spill_bytes: int
    files: int  # how many files are told at most with the cell's end

    @staticmethod
    def parse(header: Header, body: bytes) -> CellSpec:
        if len(body) > MAX_CODE:
            raise Failure("too-large", f"code of {len(body):,} bytes is over {MAX_CODE:,}")
        return CellSpec(
            id=messages.text(header, "cell", 200),
            timeout_s=messages.integer(header, "timeout_ms", 1, _DAY_MS) / 1000,
            grace_s=messages.integer(header, "grace_ms", 1, _DAY_MS) / 1000,
            output_bytes=messages.integer(header, "output_bytes", 2, 64 * 1024 * 1024),
            spill_bytes=messages.integer(header, "spill_bytes", 0, 2**40),
            files=messages.integer({"files": 0, **header}, "files", 0, worker.MAX_LIST),
        )


@dataclass
class Cell:
    """State of a cell between `execute` and `done`."""

    spec: CellSpec
    number: int
    began: float
    seq: int = 0
    stopping: str | None = None  # "interrupted" or "timeout", once SIGINT was sent
    begun: bool = False  # the kernel hears SIGINT
    deadline: float = 0.0
    killed_because: str | None = None
    ending: bool = False  # its end is known; the saved file is still being finished
    displays: int = 0
    display_bytes: int = 0

    def __post_init__(self) -> None:
        self.deadline = self.began + self.spec.timeout_s

    def stop(self, why: str, now: float) -> None:
        """SIGINT is being sent; the grace time begins with the first."""
        if self.stopping is None:
            self.stopping = why
            self.deadline = now + self.spec.grace_s

    def status(self, told: object) -> str:
        """The status for the server: an error after SIGINT is that signal's consequence."""
        if told == "ok":
            return "ok"
        return self.stopping or "error"

    def admits_display(self, size: int) -> bool:
        """Counts one more display; False once there are too many."""
        self.displays += 1
        self.display_bytes += size
        return self.displays <= MAX_DISPLAYS and self.display_bytes <= MAX_DISPLAY_BYTES

    def first_refused(self, size: int) -> bool:
        """Whether the display just counted, which wasn't admitted, is the first such one."""
        return self.displays - 1 <= MAX_DISPLAYS and self.display_bytes - size <= MAX_DISPLAY_BYTES


def checked_display(frame: Frame) -> Header | None:
    """The fields of a display event, or None if the kernel's make no sense."""
    kind, parts = frame.header.get("kind"), frame.header.get("parts")
    if kind not in _KINDS or not isinstance(parts, list) or not 0 < len(parts) <= MAX_PARTS:
        return None
    total = 0
    checked = []
    for part in parts:
        if not isinstance(part, dict):
            return None
        mime, length = part.get("mime"), part.get("length")
        if not isinstance(mime, str) or not 0 < len(mime) <= 200 or not mime.isascii():
            return None
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            return None
        total += length
        checked.append({"mime": mime, "length": length})
    if total != len(frame.body):
        return None
    fields: Header = {"kind": kind, "parts": checked}
    if kind == "result":
        fields["execution_count"] = checked_count(frame.header.get("execution_count"), 0)
    return fields


def checked_error(frame: Frame) -> tuple[Header, bytes]:
    """The fields and the body (the traceback) of an error event, whatever the kernel sent."""
    fields: Header = {}
    for name, limit in (("ename", 200), ("evalue", 8000), ("brief", 2000)):
        value = frame.header.get(name)
        fields[name] = value[:limit] if isinstance(value, str) else ""
    return fields, frame.body[:MAX_TRACEBACK]


def checked_count(value: object, otherwise: int) -> int:
    valid = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT
    return value if valid else otherwise  # type: ignore[return-value]
