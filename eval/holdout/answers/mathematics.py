"""Questions without a file: their figures stand in the question and are repeated here."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from scipy import stats

from kit import Answers, answers

MATHEMATICS: Answers = {}


@answers(MATHEMATICS, "math-bus-pass")
def bus_pass(_: Path) -> dict[str, Any]:
    growth = (105.5 / 84) ** (1 / 6)
    return {"percent": (growth - 1) * 100, "later": 105.5 * growth**4}


@answers(MATHEMATICS, "math-field")
def sides(_: Path) -> dict[str, Any]:
    half, area = 350 / 2, 7000
    root = math.sqrt(half**2 - 4 * area)
    return {"short": (half - root) / 2, "long": (half + root) / 2}


@answers(MATHEMATICS, "math-heights")
def heights(_: Path) -> dict[str, Any]:
    men = stats.norm(178, 7.2)
    return {"percent": men.sf(190) * 100, "tallest": men.isf(0.01)}
