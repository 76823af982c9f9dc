#!/bin/bash
# Fetches gVisor's runsc as Debian 13 has it: one program that needs nothing else of Debian 13.
#
#   runsc.sh --out FILE    FILE, whole or not at all; nothing if it is there already
#
# Debian 12's runsc is too old (ptrace only). The package comes by apt, which checks
# Debian's signature; the program in it must have the SHA-256 below.
set -euo pipefail
export LC_ALL=C
suite=trixie
sha256=ce52e04038baa76d6069afae5fc1bee60c153bbf0276f2c3c25506553526f38f

fail() {
  echo "runsc.sh: $*" >&2
  exit 1
}

if [ "${1:-}" != --out ] || [ -z "${2:-}" ]; then
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
out=$2
[ "$(uname -m)" = x86_64 ] || fail "known for x86-64 alone: install a runsc from 2024-07-29 or later into PATH"
command -v mmdebstrap >/dev/null || fail "mmdebstrap not found: install the Debian packages in host-packages.txt"
mkdir -p "$(dirname "$out")"
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT
exec 9>"$out.lock"
flock 9
if [ -x "$out" ]; then
  echo "runsc: ready"
  exit 0
fi
echo "runsc: fetching Debian 13's package"
mmdebstrap --quiet --variant=extract --include=runsc --format=directory \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
  "$suite" "$work/package" >"$work/log" 2>&1 9>&- || { tail -n 15 "$work/log" >&2; fail "mmdebstrap failed"; }
found=$work/package/usr/bin/runsc
echo "$sha256  $found" | sha256sum --check --status ||
  fail "Debian's runsc is another one than this version of Sandglass knows: $(sha256sum "$found" | cut -d' ' -f1). Check it, and put it into PATH"
chmod 755 "$found"
mv "$found" "$out"
echo "runsc: ready"
