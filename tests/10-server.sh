#!/usr/bin/env bash
# The server: format, Error Prone and NullAway, unit tests; over real HTTP with real containers, the local model, and the official SDKs.
set -euo pipefail
cache=${SANDGLASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sandglass}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# The SDKs as their registries have them, pinned by lock files.
key=$({ python3 --version; cat sdk-tests/python/requirements.lock; } | sha256sum | cut -c1-16)
venv=$cache/sdk-tests/$key
if [ ! -e "$venv/complete" ]; then
  echo "installing the Python SDK"
  rm -rf "$venv"
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary=:all: -r sdk-tests/python/requirements.lock
  touch "$venv/complete"
fi
export SANDGLASS_SDK_PYTHON=$venv/bin/python
command -v node >/dev/null || apt_install nodejs
command -v npm >/dev/null || apt_install npm
(cd sdk-tests/node && npm ci --silent --no-audit --no-fund)
command -v mvn >/dev/null || apt_install maven

cd server
rm -rf target/surefire-reports target/pytest-reports/guide.xml # tests/90-guide.sh reads what this run leaves
mvn -B -ntp -q spotless:check
exec mvn -B -ntp test
