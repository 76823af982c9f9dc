"""Frames over a blocking stream socket: how kernel and file worker talk to the supervisor."""

from __future__ import annotations

import select
import socket
from collections import deque

from sandglass_sandbox.framing import Frame, Header, Parser, encode

_CHUNK = 256 * 1024


class Channel:
    """One end, blocking. `receive` gives None at the end of the stream."""

    MAX_DESCRIPTORS = 4

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._parser = Parser()
        self._ready: deque[Frame] = deque()
        self._descriptors: list[int] = []

    def close(self) -> None:
        self._socket.close()

    def take_descriptors(self) -> list[int]:
        """Those that came with the frames received so far; they are the caller's now."""
        taken, self._descriptors = self._descriptors, []
        return taken

    def send(self, header: Header, body: bytes = b"") -> None:
        self._socket.sendall(encode(header, body))

    def await_taken(self, mark: int, patience_s: float) -> bool:
        """Waits for the answer to the frame with that mark; False if none came in this time.

        Anything else that comes is kept for `receive`.
        """
        if not select.select([self._socket], [], [], patience_s)[0]:
            return False
        data = self._socket.recv(_CHUNK)
        taken = not data  # nobody is left who could answer
        for frame in self._parser.feed(data):
            if frame.header["type"] == "taken":
                taken = taken or frame.header.get("mark") == mark
            else:
                self._ready.append(frame)
        return taken

    def receive(self) -> Frame | None:
        while not self._ready:
            data, descriptors, _, _ = socket.recv_fds(
                self._socket, _CHUNK, self.MAX_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
            )
            self._descriptors += descriptors
            if not data:
                return None
            self._ready.extend(self._parser.feed(data))
        return self._ready.popleft()
