#!/usr/bin/env bash
# Every test that provisioner/THREATS.md names, as `FILE: NAME`, is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
page=provisioner/THREATS.md
count=0
failed=0
while IFS= read -r named; do
    count=$((count + 1))
    file=${named%%: *}
    name=${named#*: }
    # A name that is long is written in two pieces, one a line.
    if [ ! -f "$file" ] || ! tr -d '\n' < "$file" | sed 's/"  *"//g' | grep -qF -- "$name"; then
        echo "threats: $page names a test that is not there: $named"
        failed=1
    fi
done < <(grep -oE '`tests/[a-z0-9_/]+\.(cpp|py): [^`]+`' "$page" | tr -d '`')
[ "$count" -gt 0 ] || { echo "threats: $page names no test"; failed=1; }
[ "$failed" -eq 0 ] && echo "threats: all of the $count tests are there"
exit "$failed"
