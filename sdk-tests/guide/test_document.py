"""The Python blocks of documents run as they stand: the README's, and the guide's if it is there.

The guide is not ours to keep here: SANDGLASS_GUIDE names a copy of it.
"""

import os
import pathlib

import document
import pytest
from sandglass_client import OpenAI

ROOT = pathlib.Path(__file__).parents[2]
GUIDE = os.environ.get("SANDGLASS_GUIDE")
DOCUMENTS = [ROOT / "README.md", *([pathlib.Path(GUIDE)] if GUIDE else [])]

BLOCKS = [
    pytest.param(block, id=f"{path.name}:{block.name}")
    for path in DOCUMENTS
    for block in document.blocks(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_block(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    document.make_files(tmp_path)
    document.run(block, OpenAI())
