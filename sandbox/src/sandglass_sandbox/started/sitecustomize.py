"""Read at the start of a Python that code starts anew (joblib), where there are no walls: it must
know what the kernel knows of where files are (places.py)."""

import pathlib
import sys

_source = str(pathlib.Path(__file__).resolve().parent.parent.parent)
sys.path.append(_source)
try:
    from sandglass_sandbox import places

    places.take_over()
finally:
    sys.path.remove(_source)
