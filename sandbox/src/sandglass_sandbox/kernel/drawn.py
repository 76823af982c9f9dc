"""What a figure shows, in a few words: a model that can't see would else make the numbers up."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from numbers import Real
from typing import Any

LIMIT = 1500
_POINTS = 40
_SERIES = 6


def describe(figure: Any) -> str:
    """Never raises or warns; "" if there is nothing to tell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = [line for axes in figure.axes[:4] for line in _axes(axes)]
    except Exception:  # drawing objects of the user's code may do anything
        return ""
    text = "\n".join(lines)
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


def _axes(axes: Any) -> list[str]:
    name_at = _name_at(axes)
    series = [
        (str(line.get_label()), list(line.get_xdata(orig=True)), list(line.get_ydata(orig=True)))
        for line in axes.get_lines()
    ]
    for bars in axes.containers:
        rectangles = [p for p in bars if hasattr(p, "get_height")]
        if rectangles and not _lying(rectangles):
            middles = [r.get_x() + r.get_width() / 2 for r in rectangles]
            heights = [r.get_height() for r in rectangles]
            series.append((str(bars.get_label()), middles, heights))
    told = [_series(label, xs, ys, name_at) for label, xs, ys in series[:_SERIES] if ys]
    if not told:
        return []
    title = axes.get_title() or axes.get_ylabel() or "untitled"
    return [f"(The chart '{title}' shows:", *told[:-1], told[-1] + ")"]


def _lying(rectangles: list[Any]) -> bool:
    return len({r.get_height() for r in rectangles}) == 1 and len(rectangles) > 1


def _name_at(axes: Any) -> Callable[[float], str]:
    """How the axis writes a place. Where only some places have names, the others just follow."""
    labels = [t.get_text() for t in axes.get_xticklabels()]
    places = [round(float(x), 6) for x in axes.get_xticks()]
    names = {x: label for x, label in zip(places, labels, strict=False) if label}
    named = any(not label.lstrip("-\u2212").replace(".", "").isdigit() for label in names.values())
    return lambda x: names.get(round(x, 6)) or ("then" if named else _number(x))


def _series(label: str, xs: list[Any], ys: list[Any], name_at: Callable[[float], str]) -> str:
    name = "" if label.startswith("_") else f"{label}: "
    if len(ys) > _POINTS:
        numbers = [float(y) for y in ys]
        return f"{name}{len(ys)} points, from {_number(min(numbers))} to {_number(max(numbers))}"
    return name + ", ".join(f"{_at(x, name_at)} {_number(y)}" for x, y in zip(xs, ys, strict=False))


def _at(x: Any, name_at: Callable[[float], str]) -> str:
    if isinstance(x, Real):
        return name_at(float(x))
    return str(x).removesuffix("T00:00:00.000000000").removesuffix(" 00:00:00")[:40]


def _number(value: Any) -> str:
    return f"{float(value):.10g}"
