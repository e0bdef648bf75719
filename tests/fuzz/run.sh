#!/usr/bin/env bash
# Builds the fuzz targets (preset fuzz: clang 19, AddressSanitizer, UndefinedBehaviorSanitizer) and runs each for a
# while, two at a time, from its committed corpus and from what earlier runs found. Fails if one of them finds
# anything; the input that shows it is kept, and its path is printed.
#
#   tests/fuzz/run.sh [SECONDS] [TARGET…]      60 seconds and all targets by default
#
# SEED=1 in the environment begins as CI does, which is to fail for what was changed; without it each run tries
# other inputs.
#
# What is worth keeping of build/fuzz/corpus is put into tests/fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(ls tests/fuzz/corpus)
for target in "${targets[@]}"; do
    [ -d "tests/fuzz/corpus/$target" ] || { echo "run.sh: there is no target $target" >&2; exit 64; }
done

command -v clang++-19 >/dev/null || { echo "run.sh: needs clang 19: run examples/setup.sh fuzz" >&2; exit 70; }
echo "==> Building the fuzz targets"
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target fuzzers -j "${JOBS:-$(nproc)}" >/dev/null

# run TARGET: its log in build/fuzz/logs, its findings in build/fuzz/findings/TARGET.
run() {
    local target=$1 log=build/fuzz/logs/$1.log corpus=build/fuzz/corpus/$1 findings=build/fuzz/findings/$1
    local dictionary=tests/fuzz/$1.dict options=()
    mkdir -p build/fuzz/logs "$corpus" "$findings"
    [ ! -f "$dictionary" ] || options+=("-dict=$dictionary")
    local failed=0
    "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
        -print_final_stats=1 -seed="${SEED:-0}" -artifact_prefix="$findings/" "${options[@]}" \
        "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1 </dev/null || failed=$?
    awk -v target="$target" -v failed="$failed" '
        /^stat::number_of_executed_units:/ { executions = $2 }
        /^stat::average_exec_per_sec:/ { rate = $2 }
        / cov: / { for (i = 1; i < NF; ++i) if ($i == "cov:") edges = $(i + 1) }
        END { printf "%-14s %12d executions %8d/s %7d edges  %s\n", target, executions, rate, edges,
                     failed ? "FOUND SOMETHING" : "no finding" }' "$log"
    [ "$failed" -ne 0 ] || return 0
    grep -E 'broken promise|ERROR: |runtime error|SUMMARY' "$log" | head -5 | sed 's/^/    /'
    echo "    the input: $(grep -o 'Test unit written to .*' "$log" | tail -1 | sed 's/.* to //'); the log: $log"
    return 1
}

echo "==> ${#targets[@]} fuzz targets, $seconds s each"
failed=0
for target in "${targets[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge 2 ]; do wait -n || failed=1; done
    run "$target" &
done
while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
exit "$failed"
