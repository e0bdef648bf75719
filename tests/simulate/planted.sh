#!/usr/bin/env bash
# Does the simulation find what it is for? Plants one mistake after the other in a copy of the source, and says after how many
# histories a promise broke. Ends with 1 if one was not found among the first MOST.
#
#   tests/simulate/planted.sh [MOST] [NAME ...]      all of planted/, 20,000 histories at most, if nothing is said
#   tests/simulate/planted.sh --check                whether each mistake can still be planted in the source as it is
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ "${1:-}" = --check ]; then
    for patch in tests/simulate/planted/*.patch; do git apply --check "$patch"; done
    exit
fi

most=${1:-20000}
[ $# -eq 0 ] || shift
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(cd tests/simulate/planted && ls -- *.patch | sed 's/\.patch$//')

copy=build/planted
# Only what differs is written, so that only that is compiled again.
git ls-files | while read -r file; do
    cmp -s "$file" "$copy/source/$file" || install -D -m 755 "$file" "$copy/source/$file"
done
cmake -S "$copy/source" -B "$copy/build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null

# Git must not take the copy for a part of this clone.
export GIT_CEILING_DIRECTORIES=$PWD/$copy

missed=0
for name in "${names[@]}"; do
    patch=$PWD/tests/simulate/planted/$name.patch
    (cd "$copy/source" && git apply "$patch")
    cmake --build "$copy/build" --target histories -j "$(nproc)" >/dev/null
    printf '%-32s ' "$name"
    "$copy/build/tests/simulate/histories" --until-broken 1 "$most" || missed=1
    (cd "$copy/source" && git apply -R "$patch")
done
exit "$missed"
