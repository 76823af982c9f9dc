"""What the zygote imports and warms up once for all containers, and what must differ in each."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import sys
import time
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandglass_sandbox.kernel.shell import Shell

ENVIRONMENT = {
    **{
        name: "1"
        for name in (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "NUMEXPR_MAX_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "BLIS_NUM_THREADS",
            "OPENCV_FOR_THREADS_NUM",
        )
    },
    "MPLBACKEND": "module://sandglass_sandbox.kernel.figures",
    "HOME": "/tmp",
    "USER": "sandbox",
    "PATH": "/usr/bin",
}
"""A container has one CPU, and threads don't survive a fork."""

MODULES = (
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.dates",
    "scipy.stats",
    "scipy.optimize",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.preprocessing",
    "sklearn.metrics",
    "sklearn.cluster",
    "sklearn.ensemble",
    "seaborn",
    "sympy",
    "PIL.Image",
    "PIL.PngImagePlugin",
    "openpyxl",
    "pyarrow",
    "pyarrow.parquet",
    "plotly.graph_objects",
    "plotly.express",
    "sqlite3",
    "json",
    "csv",
    "decimal",
    "fractions",
    "statistics",
    "zipfile",
    "multiprocessing.pool",
    "xml.etree.ElementTree",
    "asyncio",
    "IPython",
)

_FORMAT_WARNING = warnings.formatwarning  # plotly sets another for everybody

FORK_WARNING = r"This process \(pid=\d+\) is multi-threaded, use of fork"
EXIT_WARNING = r"To exit: use 'exit', 'quit', or Ctrl-D"


def import_all() -> tuple[list[str], int]:
    """Imports what nearly every question needs. Gives the names that worked and milliseconds."""
    began = time.monotonic()
    os.environ.update(ENVIRONMENT)
    done = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in MODULES:
            # A library that this image lacks is imported, and fails, in the user's own cell.
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
                done.append(name)
    warnings.filterwarnings("ignore", FORK_WARNING, DeprecationWarning)
    warnings.filterwarnings("ignore", EXIT_WARNING, UserWarning)
    return done, round((time.monotonic() - began) * 1000)


ALIASES = {
    "np": "numpy",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "px": "plotly.express",
    "sns": "seaborn",
    "stats": "scipy.stats",
    "re": "re",
    "json": "json",
    "math": "math",
    "itertools": "itertools",
    "statistics": "statistics",
    "Image": "PIL.Image",
}
"""Names by which models know these modules, and whose import small models forget."""

WARM_CELLS = (
    "import pandas as pd, numpy as np, matplotlib.pyplot as plt, seaborn as sns",
    "df = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'x']}); df",
    "df.describe(), df.groupby('b')['a'].sum(), df.to_csv(), df.sort_values('a')",
    "import io; pd.read_csv(io.StringIO('d,v\\n2024-01-02,3\\n2024-02-03,4'), parse_dates=['d'])",
    "fig, ax = plt.subplots(); ax.bar([1, 2], [1, 2]); ax.plot([1, 2], label='l'); ax.legend()\n"
    "ax.set(title='Title', xlabel='x', ylabel='€'); fig.autofmt_xdate(); plt.show()",
    "df.plot(x='b', y='a'); plt.tight_layout(); plt.show()",
    "1 / 0",
    "df['c']",
    "def f(x: int) -> str:\n    return f'{x:,}'\nprint(f(1), end='')",
)
"""Run once in the zygote: what they load, compile and cache is there in every container."""


def warm(shell: Shell) -> None:
    _settings()
    out, err = sys.stdout, sys.stderr
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for code in WARM_CELLS:
                    shell.run(code)
        finally:
            sys.stdout, sys.stderr = out, err
    shell.forget()
    _close_fonts()
    warnings.formatwarning = _FORMAT_WARNING
    _know_aliases()


def _close_fonts() -> None:
    """matplotlib does so after every fork, as their files have one position for all processes.

    What is closed here, once, is not freed again in each container, page by page.
    """
    with contextlib.suppress(KeyError, AttributeError):
        sys.modules["matplotlib.font_manager"]._get_font.cache_clear()  # type: ignore[attr-defined]


def _know_aliases() -> None:
    """Names of last resort: code that binds them never sees these, and no listing shows them.

    A 1.5B model that had left out an import repeated the same code until the turn's end.
    """
    for alias, module in ALIASES.items():
        if module in sys.modules and not hasattr(builtins, alias):
            setattr(builtins, alias, sys.modules[module])


def _settings() -> None:
    if "pandas" in sys.modules:
        pandas = sys.modules["pandas"]
        # As in a notebook; without one pandas would fit tables into a terminal of 80 columns.
        pandas.set_option("display.max_columns", 20)
        pandas.set_option("display.width", 120)
    if "matplotlib" in sys.modules:
        from sandglass_sandbox.kernel import figures

        figures.install()
    if "plotly" in sys.modules:
        from sandglass_sandbox.kernel import plotly_renderer

        plotly_renderer.install()


def reseed() -> None:
    """Nothing that was seeded before the fork may repeat in another container.

    (`random` reseeds itself by a hook of its own.)
    """
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "sympy.core.random" in sys.modules:
        sys.modules["sympy.core.random"].rng.seed()
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].current_process().authkey = os.urandom(32)
