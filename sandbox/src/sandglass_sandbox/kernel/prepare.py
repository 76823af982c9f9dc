"""What the zygote does once so that no container has to: imports, the shell, the first figure."""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import time
import warnings

MODULES = (
    "numpy",
    "pandas",
    "matplotlib",
    "matplotlib.pyplot",
    "scipy.stats",
    "scipy.optimize",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.metrics",
    "seaborn",
    "sympy",
    "PIL.Image",
    "openpyxl",
    "pyarrow",
    "pyarrow.parquet",
    "sqlite3",
    "json",
    "IPython",
    "matplotlib_inline.backend_inline",
)


def import_libraries() -> tuple[list[str], int]:
    """Imports what nearly every question needs. Gives the names that worked and the milliseconds."""
    began = time.monotonic()
    done = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in MODULES:
            # A library that this image lacks is imported, and fails, in the user's own cell.
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
                done.append(name)
    return done, round((time.monotonic() - began) * 1000)


def warm_shell():  # type: ignore[no-untyped-def]
    """The shell with figures set up and every lazy part of a first cell behind it."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    from sandglass_sandbox.kernel.shell import make_shell

    shell = make_shell()
    matplotlib.use("module://matplotlib_inline.backend_inline", force=True)
    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    # As %matplotlib does: otherwise figures that are left open at the end of a cell aren't shown.
    matplotlib.interactive(True)
    for code in (
        "import pandas as pd, matplotlib.pyplot as plt, seaborn as sns",
        "pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']}).describe()",
        "pd.DataFrame({'a': [1, 2]}).groupby('a').size()",
        "plt.plot([1, 2]); plt.title('warm'); plt.show()",
    ):
        shell.run_cell(code, store_history=False, silent=False)
    shell.reset(new_session=True)
    shell.execution_count = 1
    return shell


def reseed() -> None:
    """Nothing that was seeded before the fork may repeat in another container."""
    random.seed(os.urandom(32))
    import numpy as np

    np.random.seed(_words(624))


def _words(count: int) -> list[int]:
    raw = os.urandom(count * 4)
    return [int.from_bytes(raw[i * 4 : i * 4 + 4], "little") for i in range(count)]
