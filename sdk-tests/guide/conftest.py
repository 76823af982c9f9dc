"""The samples' client module and its way to the server, which GuideSamplesTest.java starts."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "examples" / "python"))
