#!/usr/bin/env bash
# The main job as a user sees it, with the local model: a question on the command line, and one flow with the Python SDK.
set -euo pipefail
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}
python=$cache/sdk-tests/$({ python3 --version; cat sdk-tests/python/requirements.lock; } | sha256sum | cut -c1-16)/bin/python
[ -x "$python" ] || { echo "the Python SDK is not installed: tests/10-server.sh does it"; exit 1; }

# No endpoint of the user's, and a home that nobody else has.
unset OPENAI_BASE_URL OPENAI_API_KEY
SANDGLASS_HOME=$(mktemp -d)
export SANDGLASS_HOME
trap './sandglass stop >/dev/null 2>&1 || true; rm -rf "$SANDGLASS_HOME"' EXIT

answer=$(./sandglass ask --quiet --out "$SANDGLASS_HOME/out" "How many rows does the table have? Print len(df)." examples/sales.csv)
echo "$answer"
grep -q 513 <<<"$answer"

status=$(./sandglass status)
OPENAI_BASE_URL=$(sed -n 's/^running: *//p' <<<"$status") OPENAI_API_KEY=$(sed -n 's/^key: *//p' <<<"$status") "$python" sdk-tests/python/local_model.py

pid=$(sed -n 's/^process: *\([0-9]*\).*/\1/p' <<<"$status")
./sandglass stop
if kill -0 "$pid" 2>/dev/null; then
  echo "the server is still there after stop"
  exit 1
fi
