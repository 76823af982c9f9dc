"""The zygote's connections: one that has gone costs nobody else anything."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sandglass_sandbox import PROTOCOL, framing
from sandglass_sandbox.framing import Parser
from sandglass_sandbox.system import LINUX
from sandglass_sandbox.wire import Wire
from sandglass_sandbox.zygote import _Zygote


@pytest.fixture
def zygote() -> Iterator[_Zygote]:
    with socket.socket(socket.AF_UNIX) as listener:
        made = _Zygote(listener, None, [], 0, LINUX.name)
        made.live[4711] = "c1"
        yield made
        for wire in list(made.wires):
            wire.close()
        made.selector.close()


def test_an_end_is_told_to_the_others_though_some_have_hung_up(zygote: _Zygote) -> None:
    peers = [_greeted(zygote) for _ in range(8)]
    for peer in peers[1:]:
        peer.close()
    zygote._ended(4711, 0)
    assert _heard(peers[0]) == ["hello", "exited"]
    assert len(zygote.wires) == 1


def test_an_end_that_nobody_was_left_to_hear_is_told_to_the_next(zygote: _Zygote) -> None:
    _greeted(zygote).close()
    zygote._ended(4711, 0)
    assert _heard(_greeted(zygote)) == ["hello", "exited"]


def _heard(peer: socket.socket) -> list[str]:
    with peer:
        peer.setblocking(False)
        return [frame.header["type"] for frame in Parser().feed(peer.recv(1 << 16))]


def _greeted(zygote: _Zygote) -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    Wire(zygote.selector, theirs, zygote._on_frame, zygote._on_close)
    ours.sendall(framing.encode({"type": "hello", "protocol": PROTOCOL}))
    for key, _ in zygote.selector.select(0):
        key.data()
    return ours
