"""Starts the zygote: `python3 -sP /opt/sandglass/sandglass_sandbox [--socket PATH]`."""

import pathlib
import sys

# -P leaves the script's directory out of sys.path, but a directory that is run is put in first:
# replaced by its parent, so that the package has its name.
sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)

from sandglass_sandbox import zygote  # noqa: E402

if __name__ == "__main__":
    zygote.main(sys.argv[1:])
