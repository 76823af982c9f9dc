#!/usr/bin/env bash
# Every test that docs/guide-coverage.md names exists, was run by the suites before this one, and passed.
set -euo pipefail
shopt -s nullglob
reports=(server/target/surefire-reports/TEST-*.xml server/target/pytest-reports/*.xml)
[ ${#reports[@]} -gt 0 ] || { echo "no reports: run the suites server and sandbox first" >&2; exit 1; }
exec python3 tests/guide_coverage.py "${reports[@]}"
