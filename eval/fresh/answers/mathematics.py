"""Expected values of what is asked without a file."""

from __future__ import annotations

import math
import statistics
from pathlib import Path
from typing import Any

import sympy
from scipy import stats

from kit import Answers, answers

MATHEMATICS: Answers = {}


@answers(MATHEMATICS, "math-linear")
def linear(_: Path) -> dict[str, Any]:
    x = sympy.symbols("x")
    return {"x": sympy.solve(sympy.Eq(3 * x + 5, 7 * x - 8), x)[0]}


@answers(MATHEMATICS, "math-prime")
def prime(_: Path) -> dict[str, Any]:
    return {"prime": int(sympy.prime(200))}


@answers(MATHEMATICS, "math-sixes")
def sixes(_: Path) -> dict[str, Any]:
    return {"percent": (1 - (5 / 6) ** 4) * 100}


@answers(MATHEMATICS, "math-interval")
def interval(_: Path) -> dict[str, Any]:
    values = [52, 48, 55, 61, 47, 50, 58, 53, 49, 56]
    middle = statistics.mean(values)
    error = statistics.stdev(values) / math.sqrt(len(values))
    reach = stats.t.ppf(0.975, len(values) - 1) * error
    return {"bounds": [middle - reach, middle + reach]}


@answers(MATHEMATICS, "math-choose")
def choose(_: Path) -> dict[str, Any]:
    return {"ways": math.comb(42, 5)}
