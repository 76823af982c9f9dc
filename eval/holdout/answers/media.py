"""The invoice, the tale, the dish."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pypdf import PdfReader
from scipy import ndimage

from kit import Answers, answers, figures, one_of

MEDIA: Answers = {}


@answers(MEDIA, "invoice-check")
def invoice_sum(files: Path) -> dict[str, Any]:
    text = "\n".join(page.extract_text() for page in PdfReader(files / "invoice.pdf").pages)
    items = re.findall(r"(\d+) x ([\d.]+)\s+([\d,]+\.\d\d)$", text, re.MULTILINE)
    amounts = [float(amount.replace(",", "")) for _, _, amount in items]
    for (count, price, _), amount in zip(items, amounts, strict=True):
        if round(int(count) * float(price), 2) != amount:
            raise ValueError(f"{count} x {price} is not {amount}")
    (printed,) = figures(text, r"Net total\s+([\d,.]+)")
    net = round(sum(amounts), 2)
    return {"net": net, "excess": round(printed - net, 2)}


@answers(MEDIA, "tale-words")
def words_of_tale(files: Path) -> dict[str, Any]:
    text = (files / "tale.txt").read_text(encoding="utf-8").lower()
    count = Counter(re.findall(r"[a-z]+", text))
    long = Counter({word: times for word, times in count.items() if len(word) >= 7})
    (word, times), *_ = long.most_common(1)
    return {
        "words": count.total(),
        "different": len(count),
        "word": one_of(word, long),
        "times": times,
    }


def read_dish(files: Path) -> np.ndarray:
    return np.asarray(Image.open(files / "colony.png").convert("L"))


@answers(MEDIA, "colony-spots")
def spots(files: Path) -> dict[str, Any]:
    labels, count = ndimage.label(read_dish(files) > 128)
    return {"spots": count, "largest": np.bincount(labels.ravel())[1:].max()}


@answers(MEDIA, "colony-inner-file")
def inner(files: Path) -> dict[str, Any]:
    cut = read_dish(files)[20:-20, 20:-20]
    height, width = cut.shape
    return {
        "picture": [width, height],
        "width": width,
        "height": height,
        "bright": (cut > 128).mean() * 100,
    }
