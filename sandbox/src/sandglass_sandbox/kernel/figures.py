"""matplotlib's backend in a kernel: figures that are shown, or left open at the end of a cell,
become PNG images, once each.

Whatever other backend the code asks for (`matplotlib.use("Agg")`, `%matplotlib inline`), it keeps
this one: there is no screen, and nothing else would show anything.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sandglass_sandbox.kernel import drawn

NAME = "module://sandglass_sandbox.kernel.figures"


def _nowhere(_png: bytes, _text: str) -> None:
    """Where figures go before a kernel has its shell."""


_publish: Callable[[bytes, str], None] = _nowhere


def publish_to(publish: Callable[[bytes, str], None]) -> None:
    global _publish
    _publish = publish


class FigureManager(FigureManagerBase):
    """A figure of pyplot's. Showing it publishes and closes it."""

    def show(self) -> None:
        figure = self.canvas.figure
        Gcf.destroy(self)
        image = png(figure)  # drawn: now its ticks have their names
        _publish(image, "\n".join(filter(None, (repr(figure), drawn.describe(figure)))))

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        show_all()


class FigureCanvas(FigureCanvasAgg):
    manager_class = FigureManager  # type: ignore[assignment]


def show_all() -> None:
    """Shows what is open, in the order in which it was made."""
    for manager in sorted(Gcf.get_all_fig_managers(), key=lambda m: m.num):
        FigureManager.show(manager)  # type: ignore[arg-type]


def png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return buffer.getvalue()


def format_png(figure: Figure) -> bytes:
    """For a figure that is displayed as a value: shown thereby, so not again at the cell's end."""
    image = png(figure)
    for manager in Gcf.get_all_fig_managers():
        if manager.canvas.figure is figure:
            Gcf.destroy(manager)
    return image


def install() -> None:
    matplotlib.use(NAME)
    plt.switch_backend(NAME)

    @functools.wraps(matplotlib.use)
    def use(backend: str, *, force: bool = True) -> None:
        pass

    @functools.wraps(plt.switch_backend)
    def switch_backend(newbackend: Any) -> None:
        pass

    matplotlib.use = use  # type: ignore[assignment]
    plt.switch_backend = switch_backend
