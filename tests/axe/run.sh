#!/usr/bin/env bash
# Has axe-core, at the version pinned beside this file and installed below build/axe, look for barriers in the capacity report, in
# Chromium. Without a way to the package registry it says so and counts as skipped.
#
#   tests/axe/run.sh [POOLWRIGHT]      build/dev/poolwright by default
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

POOLWRIGHT=$(realpath "${1:-build/dev/poolwright}")
export POOLWRIGHT
here=tests/axe
place=build/axe
mkdir -p "$place"
for command in python3 npm chromium; do
    command -v "$command" >/dev/null || { echo "axe: $command is missing: run examples/setup.sh all" >&2; exit 70; }
done

# What is installed is kept as long as it is what is pinned.
if ! cmp -s "$place/installed.json" "$here/package-lock.json"; then
    echo '==> Installing axe-core'
    cp "$here/package.json" "$here/package-lock.json" "$place"
    if ! npm ci --prefix "$place" --ignore-scripts --no-audit --no-fund --fetch-retries 1 >"$place/npm.log" 2>&1; then
        if grep -qE 'ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN' "$place/npm.log"; then
            echo "axe: skipped, since the package registry cannot be reached (see $place/npm.log)"
            exit 0
        fi
        tail -n 20 "$place/npm.log" >&2
        exit 1
    fi
    cp "$here/package-lock.json" "$place/installed.json"
fi
AXE=$place python3 -B "$here/axe_test.py"
