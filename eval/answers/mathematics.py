"""Questions without a file: their figures stand in the question and are repeated here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import sympy
from scipy import stats

from kit import Answers, answers

MATHEMATICS: Answers = {}


@answers(MATHEMATICS, "math-loan")
def loan(_: Path) -> dict[str, Any]:
    amount, monthly, months = 250_000, 0.036 / 12, 25 * 12
    payment = amount * monthly / (1 - (1 + monthly) ** -months)
    return {"payment": payment, "interest": payment * months - amount}


@answers(MATHEMATICS, "math-saving")
def saving(_: Path) -> dict[str, Any]:
    return {"final": 8500 * (1 + 0.042 / 4) ** (4 * 12)}


@answers(MATHEMATICS, "math-roots")
def roots(_: Path) -> dict[str, Any]:
    found = sorted(np.roots([1, -4, -7, 5]).real)
    return dict(zip(("low", "middle", "high"), found, strict=True))


@answers(MATHEMATICS, "math-integral")
def integral(_: Path) -> dict[str, Any]:
    x = sympy.Symbol("x")
    return {"value": sympy.integrate(x**2 * sympy.exp(-x), (x, 0, 2)).evalf()}


@answers(MATHEMATICS, "math-system")
def system(_: Path) -> dict[str, Any]:
    left = np.array([[2, 3, -1], [4, -1, 5], [1, 2, 7]], dtype=float)
    x, y, z = np.linalg.solve(left, [11, 7, -4])
    return {"x": x, "y": y, "z": z}


@answers(MATHEMATICS, "math-coins")
def coins(_: Path) -> dict[str, Any]:
    return {"percent": stats.binom.sf(59, 100, 0.5) * 100}


@answers(MATHEMATICS, "math-primes")
def primes(_: Path) -> dict[str, Any]:
    found = list(sympy.primerange(5000))
    return {"count": len(found), "sum": sum(found)}


@answers(MATHEMATICS, "math-ttest")
def t_test(_: Path) -> dict[str, Any]:
    old = [23.1, 25.4, 22.8, 26.0, 24.7, 23.9, 25.1, 24.2]
    new = [21.9, 23.0, 22.4, 24.1, 21.5, 23.6, 22.2, 22.9]
    result = stats.ttest_ind(old, new)
    return {"t": result.statistic, "p": result.pvalue}


@answers(MATHEMATICS, "math-annuity")
def annuity(_: Path) -> dict[str, Any]:
    monthly, months = 0.05 / 12, 18 * 12
    return {"final": 220 * ((1 + monthly) ** months - 1) / monthly}


@answers(MATHEMATICS, "math-extrema")
def extrema(_: Path) -> dict[str, Any]:
    x = sympy.Symbol("x")
    f = x**3 - 5 * x**2 + 3 * x + 4
    values = sorted(float(f.subs(x, root)) for root in sympy.solve(sympy.diff(f, x), x))
    return {"low": values[0], "high": values[1]}


@answers(MATHEMATICS, "math-regression")
def small_regression(_: Path) -> dict[str, Any]:
    x, y = [2, 4, 5, 7, 9, 12], [11.2, 17.9, 19.1, 27.4, 31.8, 43.5]
    slope, start = np.polyfit(x, y, 1)
    return {"slope": slope, "intercept": start, "at15": slope * 15 + start}
