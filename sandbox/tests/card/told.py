"""Does what a card says to read its file with, and holds the tables against what it promises."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import docx
import h5py
import numpy as np
import pandas as pd
import pdfplumber

from sandglass_sandbox.card import Limits
from sandglass_sandbox.card import card as bounded_card

TABLE = re.compile(r"(?:Sheet|Table) '.+?': .*|(\w+): (?:[\d,]+ object|a row).*")
PROMISE = re.compile(r"- ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"): (.*)")


def card(path: Path) -> str:
    """A card without hurry: how long one may take is another test's matter."""
    return bounded_card(path, Limits(seconds=120))


def read_as_told(text: str) -> dict[str, pd.DataFrame]:
    """Runs what the card says; the tables that it makes, in their order."""
    scope: dict[str, object] = {
        "pd": pd, "np": np, "json": json, "sqlite3": sqlite3, "zipfile": zipfile, "h5py": h5py,
        "ET": ET, "pdfplumber": pdfplumber, "docx": docx,
    }  # fmt: skip
    for line in text.splitlines():
        if match := re.match(r"Read it with: (.*)", line):
            exec(match[1], scope)
    return {key: value for key, value in scope.items() if isinstance(value, pd.DataFrame)}


def assert_kept(text: str, tables: dict[str, pd.DataFrame]) -> None:
    """Every column that the card lists is in its table, as what it is called."""
    frames = list(tables.values())
    assert frames, text
    at = -1 if any(TABLE.fullmatch(line) for line in text.splitlines()) else 0
    checked = 0
    for line in text.splitlines():
        at += bool(TABLE.fullmatch(line))
        if not (match := PROMISE.fullmatch(line)):
            continue
        name, about = ast.literal_eval(match[1]), match[2]
        assert name in frames[at].columns, (text, frames[at])
        values = frames[at][name]
        if about.startswith("dates "):
            assert values.dt.year.notna().sum() == values.notna().sum() > 0, (text, values)
        elif about.startswith(("integers ", "numbers ")):
            assert pd.api.types.is_numeric_dtype(values), (text, values)
        checked += 1
    assert checked, text


def assert_holds(holds: str, text: str, tables: dict[str, pd.DataFrame]) -> None:
    names = {"list": list, "len": len, "tables": tables, "map": map}
    assert eval(holds, {**names, **{k: v for k, v in tables.items() if k not in names}}), text
