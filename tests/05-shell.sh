#!/usr/bin/env bash
# Shell scripts: shellcheck.
set -euo pipefail
command -v shellcheck >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends shellcheck >/dev/null
mapfile -t scripts < <(git ls-files | while read -r f; do if head -c 64 "$f" | grep -qE '^#!.*(bash|/sh)'; then echo "$f"; fi; done)
shellcheck "${scripts[@]}"
echo "${#scripts[@]} scripts checked"
