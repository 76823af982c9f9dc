#!/usr/bin/env bash
# The server: format, Error Prone and NullAway, unit tests; over real HTTP with real containers, the local model, and the official SDKs.
set -euo pipefail
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# The SDKs as their registries have them, pinned by lock files.
# python_with LOCK: the interpreter of a venv that has what the lock file names.
python_with() {
  local key venv
  key=$({ python3 --version; cat "$1"; } | sha256sum | cut -c1-16)
  venv=$cache/sdk-tests/$key
  if [ ! -e "$venv/complete" ]; then
    echo "installing the Python SDK of $1" >&2
    rm -rf "$venv"
    python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary=:all: -r "$1" >&2
    touch "$venv/complete"
  fi
  echo "$venv/bin/python"
}
SANDGLASS_SDK_PYTHON=$(python_with sdk-tests/python/requirements.lock)
SANDGLASS_SDK_PYTHON_2=$(python_with sdk-tests/python/requirements-2.lock)
export SANDGLASS_SDK_PYTHON SANDGLASS_SDK_PYTHON_2
command -v node >/dev/null || apt_install nodejs
command -v npm >/dev/null || apt_install npm
(cd sdk-tests/node && npm ci --silent --no-audit --no-fund)
command -v mvn >/dev/null || apt_install maven

cd server
rm -rf target/surefire-reports target/pytest-reports/guide.xml target/validated.json # tests/90-guide.sh reads what this run leaves
mvn -B -ntp -q spotless:check
mvn -B -ntp test
exec python3 ../tests/validated.py
