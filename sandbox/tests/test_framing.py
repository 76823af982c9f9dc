import json
import random
import struct

import pytest

from sandglass_sandbox.framing import MAX_BODY, MAX_HEADER, Frame, Parser, ProtocolError, encode


def _raw(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">II", len(header), len(body)) + header + body


GOOD = {
    "no body": (b'{"type":"a"}', b""),
    "a body": (b'{"type":"a","id":1}', b"\0\1\2"),
    "white space": (b' {"type" : "a"}\n', b""),
    "unicode": ('{"type":"a","x":"😀é"}'.encode(), b""),
    "an escaped surrogate": (b'{"type":"a","x":"\\ud800"}', b""),
    "a large integer": (b'{"type":"a","x":123456789012345678901234567890}', b""),
    "the same key twice": (b'{"type":"a","type":"b"}', b""),
}

BAD = {
    "an empty header": _raw(b""),
    "no object": _raw(b"[]"),
    "no type": _raw(b"{}"),
    "a type that is a number": _raw(b'{"type":1}'),
    "NaN": _raw(b'{"type":"a","x":NaN}'),
    "Infinity": _raw(b'{"type":"a","x":-Infinity}'),
    "no UTF-8": _raw(b'{"type":"\xff"}'),
    "UTF-16": _raw('{"type":"a"}'.encode("utf-16")),
    "rubbish behind the object": _raw(b'{"type":"a"}x'),
    "deep nesting": _raw(b'{"type":"a","x":' + b"[" * 100_000),
    "digits without end": _raw(b'{"type":"a","x":' + b"9" * 100_000 + b"}"),
    "a header over the limit": struct.pack(">II", MAX_HEADER + 1, 0),
    "a body over the limit": struct.pack(">II", 2, MAX_BODY + 1),
    "lengths of all ones": b"\xff" * 8,
}


@pytest.mark.parametrize(("header", "body"), GOOD.values(), ids=GOOD.keys())
def test_a_good_frame_is_parsed(header, body):
    assert list(Parser().feed(_raw(header, body))) == [Frame(json.loads(header), body)]


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_a_bad_frame_is_a_protocol_error(raw):
    with pytest.raises(ProtocolError):
        list(Parser().feed(raw))


def test_limits_hold_before_the_bytes_have_come():
    with pytest.raises(ProtocolError):
        list(Parser(max_header=10).feed(struct.pack(">II", 11, 0)))


def test_what_cannot_be_sent_is_refused():
    with pytest.raises(ProtocolError):
        encode({"type": "a", "x": "y" * MAX_HEADER})
    with pytest.raises(ProtocolError):
        encode({"type": "a"}, bytes(MAX_BODY + 1))


def test_lone_surrogates_are_replaced():
    assert next(Parser().feed(encode({"type": "a", "x": "\ud800"}))).header["x"] == "?"


@pytest.mark.parametrize("seed", range(50))
def test_frames_cut_anywhere_come_out_whole(seed):
    rng = random.Random(seed)
    frames = [
        Frame({"type": "t", "x": "é" * rng.randrange(50)}, rng.randbytes(rng.randrange(3000)))
        for _ in range(rng.randrange(1, 8))
    ]
    stream = b"".join(encode(f.header, f.body) for f in frames)
    parser, out = Parser(), []
    while stream:
        size = rng.choice((1, 2, 7, 8, 9, 100, 5000))
        out += parser.feed(stream[:size])
        stream = stream[size:]
    assert out == frames
    assert parser.pending == 0


@pytest.mark.parametrize("seed", range(300))
def test_mutated_frames_give_frames_or_a_protocol_error(seed):
    rng = random.Random(seed)
    raw = bytearray(b"".join(_raw(*rng.choice(list(GOOD.values()))) for _ in range(3)))
    for _ in range(rng.randrange(1, 6)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    parser = Parser(max_header=1000, max_body=1000)
    try:
        for frame in parser.feed(bytes(raw)):
            assert isinstance(frame.header["type"], str)
    except ProtocolError:
        pass
    assert parser.pending <= len(raw)
