#!/usr/bin/env bash
# The sandbox's Python: format and lint; protocol, kernel and walls against a real sandbox; file cards; the image. Needs root.
# A test that is skipped fails the suite: here nothing may be missing.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "the sandbox's tests need root, for runc and chroot" >&2; exit 1; }
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

locks=(sandbox/tests/requirements.lock sandbox/tests/host-requirements.lock)
key=$({ python3 --version; cat "${locks[@]}"; } | sha256sum | cut -c1-16)
venv=$cache/sandbox-tests/$key
if [ ! -e "$venv/complete" ]; then
  echo "installing pytest and ruff"
  rm -rf "$venv"
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary=:all: "${locks[@]/#/-r}"
  touch "$venv/complete"
fi
command -v runc >/dev/null || apt_install runc
export SANDGLASS_IMAGE=${SANDGLASS_IMAGE:-$cache/images/$(sandbox/image/build.sh --key)}
[ -e "$SANDGLASS_IMAGE/image.json" ] || ./sandglass image build
export PYTHONDONTWRITEBYTECODE=1

"$venv/bin/ruff" check -q sandbox
"$venv/bin/ruff" format -q --check sandbox
echo "ruff: $(git ls-files 'sandbox/*.py' | wc -l) files checked"

said=$(mktemp)
trap 'rm -f "$said"' EXIT
status=0 passed=0 left_out=0

# How many the last line of pytest's output names as `$1`.
count() {
  tail -n 1 "$said" | grep -oE "[0-9]+ $1" | grep -oE '^[0-9]+' || echo 0
}

# suite NAME COMMAND …
suite() {
  local began=$SECONDS word
  echo "--- $1"
  shift
  "$@" 2>&1 | tee "$said" || status=1
  passed=$((passed + $(count passed)))
  for word in skipped xfailed deselected; do
    left_out=$((left_out + $(count "$word")))
  done
  echo "--- $((SECONDS - began)) s"
}

# What ran and how, for tests/90-guide.sh.
reports=server/target/pytest-reports
mkdir -p "$reports"
rm -f "$reports"/{sandbox,card,image}.xml

pytest=("$venv/bin/python" -m pytest -q -p no:cacheprovider -c sandbox/pyproject.toml)
suite "protocol, kernel, walls: in a sandbox" "${pytest[@]}" sandbox/tests --ignore sandbox/tests/card --ignore sandbox/tests/inside --ignore sandbox/tests/image --junit-xml="$reports/sandbox.xml"
suite "file cards, file worker: under the image's Python" sandbox/tests/run-in-image.sh -q -ra --junit-xml=/dev/fd/9 /mnt/tests/card /mnt/tests/inside 9>"$reports/card.xml"
suite "the image" "${pytest[@]}" sandbox/tests/image --junit-xml="$reports/image.xml"

echo "sandbox: $passed tests passed, $left_out skipped, $SECONDS s"
[ "$left_out" = 0 ] || { echo "a skipped test fails this suite" >&2; status=1; }
exit "$status"
