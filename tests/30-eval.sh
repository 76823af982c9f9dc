#!/usr/bin/env bash
# Examples, the guide's samples, evaluation and benchmark: Python's format and lint; expected values and example files are what their code makes.
set -euo pipefail
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}
key=$({ python3 --version; cat eval/requirements.txt; } | sha256sum | cut -c1-16)
venv=$cache/eval-tests/$key
if [ ! -e "$venv/complete" ]; then
  rm -rf "$venv"
  python3 -c 'import ensurepip' 2>/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-venv >/dev/null
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r eval/requirements.txt
  touch "$venv/complete"
fi
"$venv/bin/ruff" check -q examples eval bench sdk-tests/guide tests
"$venv/bin/ruff" format -q --check examples eval bench sdk-tests/guide tests
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider eval/tests
