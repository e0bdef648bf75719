#!/usr/bin/env bash
# Runs the sandbox against clients that this project did not write: azure-identity and msgraph-sdk (Python), msal-node and
# microsoft-graph-client (JavaScript), at the versions pinned beside this file and installed below build/interop. Without a way
# to the package registries it says so and counts as skipped.
#
#   tests/interop/run.sh [GRAPH_SANDBOX]      build/dev/graph-sandbox by default
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/registry.sh

GRAPH_SANDBOX=$(realpath "${1:-build/dev/graph-sandbox}")
export GRAPH_SANDBOX
here=tests/interop
place=build/interop
mkdir -p "$place"
need_commands interop interop python3 node npm

# What is installed is kept as long as it is what is pinned.
if ! cmp -s "$place/requirements.txt" "$here/requirements.txt"; then
    echo '==> Installing azure-identity and msgraph-sdk'
    rm -rf "$place/venv"
    python3 -m venv "$place/venv"
    install_packages interop "$place/pip.log" "$place/venv/bin/pip" --disable-pip-version-check --retries 1 --timeout 20 install \
        -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$place/requirements.txt"
fi
npm_packages interop "$place/node" "$here"

failed=0
echo '==> Python'
"$place/venv/bin/python" -B -W ignore "$here/python_test.py" 2>&1 | tee "$place/python.log" || failed=1
echo '==> JavaScript'
INTEROP_PACKAGES=$PWD/$place/node node --test --test-reporter=tap "$here/node_test.mjs" 2>&1 | tee "$place/node.log" || failed=1

# count PATTERN: in what both runners said.
count() { cat "$place/python.log" "$place/node.log" | grep -cE "$1" || true; }
passes=$(count '\.\.\. ok$|^ok [0-9]+ - ')
failures=$(count '\.\.\. (FAIL|ERROR)$|^not ok [0-9]+ - ')
echo "interop: $passes passed, $failures failed"
[ "$failures" -eq 0 ] && [ "$passes" -gt 0 ] || failed=1
exit "$failed"
