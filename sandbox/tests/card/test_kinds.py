"""Every kind of file has a card that says what it is."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from samples import write_samples

from sandglass_sandbox.card import Limits, card


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    directory = tmp_path_factory.mktemp("samples")
    return directory, write_samples(directory)


def test_each_card_says_what_the_file_is(samples: tuple[Path, dict[str, str]]) -> None:
    directory, expected = samples
    wrong = {name: card(directory / name) for name, words in expected.items()
             if words not in card(directory / name)}  # fmt: skip
    assert wrong == {}


@pytest.mark.parametrize("characters", [80, 300, 1500, 3072])
def test_no_card_is_longer_than_its_limit(
    samples: tuple[Path, dict[str, str]], characters: int
) -> None:
    directory, expected = samples
    for name in expected:
        assert len(card(directory / name, Limits(characters=characters))) <= characters


def test_content_comes_before_the_name(samples: tuple[Path, dict[str, str]]) -> None:
    directory, _ = samples
    (directory / "wrong.csv").write_bytes((directory / "a.png").read_bytes())
    assert "PNG image" in card(directory / "wrong.csv")


def mutated(data: bytes, chance: random.Random) -> bytes:
    content = bytearray(data)
    kind = chance.randrange(4)
    if kind == 0:
        return bytes(content[: chance.randrange(len(content))])
    for _ in range(chance.choice((1, 4, 30))):
        position = chance.randrange(len(content))
        if kind == 1:
            content[position] = chance.randrange(256)
        elif kind == 2:
            content[position : position + chance.randrange(1, 9)] = b""
        else:
            content[position:position] = chance.randbytes(chance.randrange(1, 9))
        if not content:
            return b"x"
    return bytes(content)


@pytest.mark.parametrize("seed", range(6))
def test_mutated_files_never_raise_and_stay_bounded(
    samples: tuple[Path, dict[str, str]], tmp_path: Path, seed: int
) -> None:
    directory, expected = samples
    chance = random.Random(seed)
    for name in expected:
        data = (directory / name).read_bytes()
        for _ in range(6):
            path = tmp_path / name
            path.write_bytes(mutated(data, chance))
            start = time.monotonic()
            text = card(path)
            assert 0 < len(text) <= 1500, name
            assert time.monotonic() - start < 15, name
            assert all(character.isprintable() or character == "\n" for character in text), name
