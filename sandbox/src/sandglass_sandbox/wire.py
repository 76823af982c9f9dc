"""One end of a connection in a selector loop: frames in by callback, frames out by a queue.

Never blocks. A peer that breaks the protocol loses the connection, not the process.
"""

from __future__ import annotations

import selectors
import socket
from collections import deque
from collections.abc import Callable, Sequence

from sandglass_sandbox import framing, messages
from sandglass_sandbox.framing import Frame, Header, Parser, ProtocolError
from sandglass_sandbox.messages import Failure

_CHUNK = 256 * 1024


class Wire:
    """Frames over a non-blocking stream socket. Owned by one loop; not thread-safe.

    `on_close` is called once, with None for an orderly end, else with what was wrong.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        connection: socket.socket,
        on_frame: Callable[[Wire, Frame], None],
        on_close: Callable[[Wire, str | None], None],
    ) -> None:
        connection.setblocking(False)
        self._selector = selector
        self._socket = connection
        self._on_frame = on_frame
        self._on_close = on_close
        self._parser = Parser()
        self._out: deque[bytes] = deque()
        self._sent = 0  # bytes of the first frame in the queue that are out
        self._events = selectors.EVENT_READ
        self._closing = False
        self.open = True
        self.backlog = 0
        """Bytes waiting to be sent."""
        selector.register(connection, self._events, self._ready)

    def send(self, header: Header, body: bytes = b"") -> None:
        self.send_raw(framing.encode(header, body))

    def send_raw(self, frame: bytes) -> None:
        """Sends as much as the peer takes; the rest waits."""
        if not self.open:
            return
        self._out.append(frame)
        self.backlog += len(frame)
        if len(self._out) == 1:
            self._write()

    def send_at_once(self, header: Header, descriptors: Sequence[int] = ()) -> bool:
        """Sends this small frame if the peer can take it now; else it is forgotten."""
        if not self.open or self._out:
            return False
        try:
            if descriptors:
                socket.send_fds(self._socket, [framing.encode(header)], list(descriptors))
            else:
                self._socket.send(framing.encode(header))
        except OSError:
            return False
        return True

    def pause(self, paused: bool) -> None:
        """Stops or resumes reading."""
        events = self._events & ~selectors.EVENT_READ
        self._want(events if paused else events | selectors.EVENT_READ)

    def close_when_sent(self) -> None:
        self._closing = True
        if not self._out:
            self.close()

    def close(self, reason: str | None = None) -> None:
        if not self.open:
            return
        self.open = False
        if self._events:
            self._selector.unregister(self._socket)
        self._socket.close()
        self._out.clear()
        self.backlog = 0
        self._on_close(self, reason)

    def read_all(self) -> None:
        """Takes in whatever a peer that has ended sent before its end."""
        while self.open:
            if not self._read():
                return

    def _want(self, events: int) -> None:
        if events == self._events or not self.open:
            return
        if not self._events:
            self._selector.register(self._socket, events, self._ready)
        elif not events:
            self._selector.unregister(self._socket)
        else:
            self._selector.modify(self._socket, events, self._ready)
        self._events = events

    def _ready(self) -> None:
        # Which of the two it is isn't asked: each finds out without blocking.
        if self._out:
            self._write()
        if self.open and self._events & selectors.EVENT_READ:
            self._read()

    def _write(self) -> None:
        try:
            while self._out:
                frame = self._out[0]
                count = self._socket.send(memoryview(frame)[self._sent :])
                self._sent += count
                self.backlog -= count
                if self._sent < len(frame):
                    continue
                self._sent = 0
                self._out.popleft()
        except BlockingIOError:
            self._want(self._events | selectors.EVENT_WRITE)
            return
        except ConnectionError:
            self.close()  # it has ended
            return
        except OSError as error:
            self.close(f"send: {error}")
            return
        self._want(self._events & ~selectors.EVENT_WRITE)
        if self._closing:
            self.close()

    def _read(self) -> bool:
        """False if nothing has come."""
        if not self.open:
            return False
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return False
        except ConnectionResetError:  # it has ended, and had not read all
            data = b""
        except OSError as error:
            self.close(f"receive: {error}")
            return False
        if not data:
            self.close("ended within a frame" if self._parser.pending else None)
            return False
        try:
            for frame in self._parser.feed(data):
                if not self.open or self._closing:
                    break
                self._on_frame(self, frame)
        except ProtocolError as error:
            self.send(messages.failed(None, Failure("invalid", str(error))))
            self.close(str(error))
        return True
