#!/usr/bin/env bash
# Has axe-core, at the version pinned beside this file and installed below build/axe, look for barriers in the capacity report, in
# Chromium. Without a way to the package registry it says so and counts as skipped.
#
#   tests/axe/run.sh [POOLWRIGHT]      build/dev/poolwright by default
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/registry.sh

POOLWRIGHT=$(realpath "${1:-build/dev/poolwright}")
GRAPH_SANDBOX=$(dirname "$POOLWRIGHT")/graph-sandbox
export POOLWRIGHT GRAPH_SANDBOX
here=tests/axe
place=build/axe
need_commands axe all python3 npm chromium
npm_packages axe "$place" "$here"
AXE=$place python3 -B "$here/axe_test.py"
