#!/usr/bin/env bash
# The server: format, Error Prone and NullAway, unit tests and tests over real HTTP, real containers and the local model.
set -euo pipefail
cd server
mvn -B -ntp -q spotless:check
exec mvn -B -ntp test
