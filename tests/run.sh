#!/usr/bin/env bash
# Sets up, builds and runs the tests. Idempotent; needs nothing outside the clone but Debian packages.
#
#   tests/run.sh [OPTION...]
#
#   without an option          unit, simulation and end-to-end tests; always the last, with the closing lines
#   tests/run.sh --lint        first: formatting, and clang-tidy over all but the tests
#   tests/run.sh --interop     also: the sandbox against Microsoft's own clients (tests/interop/run.sh)
#   tests/run.sh --fuzz        also: each fuzz target for 60 s (tests/fuzz/run.sh)
#   tests/run.sh --coroutines  also: 200 histories with AddressSanitizer and UBSan, GCC; --all plays 800
#   tests/run.sh --all         all of these and: AddressSanitizer and UBSan with clang 19 and with GCC, ThreadSanitizer,
#                              200 rounds of kill -9; pages in a browser and before axe-core; clang-tidy at full depth
#
# CI runs --lint --interop --fuzz --coroutines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lint=0
interop=0
fuzz=0
coroutines=0
all=0
packages=test
for option in "$@"; do
    case $option in
        --lint) lint=1 packages+=,lint ;;
        --interop) interop=1 packages+=,interop ;;
        --fuzz) fuzz=1 packages+=,fuzz ;;
        --coroutines) coroutines=1 ;;
        --all) lint=1 interop=1 fuzz=1 all=1 packages+=,all ;;
        *) echo "run.sh: unknown option: $option (there are --lint, --interop, --fuzz, --coroutines and --all)" >&2; exit 64 ;;
    esac
done

code=(planner throttle provisioner cli examples)

check_format() {
    echo '==> Formatting'
    find "${code[@]}" tests -name '*.cpp' -o -name '*.hpp' | sort | xargs clang-format-22 --dry-run --Werror
}

# With the compile commands of GCC: no build is needed. How much it left out is not news.
# A few functions have more paths than clang's analyzer follows anyhow (225,000 states); following them to its end takes
# longer than all the rest, so only --all does.
check_tidiness() {
    echo '==> clang-tidy'
    cmake --preset lint >/dev/null
    local depth=()
    [ "$all" -eq 1 ] || depth=(--extra-arg={-Xclang,-analyzer-config,-Xclang,max-nodes=60000})
    find "${code[@]}" -name '*.cpp' | sort | xargs -P "$(nproc)" -n 1 clang-tidy-22 -p build/lint --quiet "${depth[@]}" \
        2> >(grep -vE '^[0-9]+ warnings? generated\.$' >&2)
}

# GCC 12 destroys twice what stands in some statements with co_await, and nothing but AddressSanitizer notices. All that the
# provisioner awaits but the sockets is in the histories.
check_coroutines() {
    echo '==> Histories with AddressSanitizer and UndefinedBehaviorSanitizer, GCC'
    cmake --preset coroutines >/dev/null
    cmake --build --preset coroutines --target histories -j "$(nproc)"
    build/coroutines/tests/simulate/histories 1 200
}

examples/setup.sh "$packages" dev
if [ "$lint" -eq 1 ]; then
    check_format
    check_tidiness
fi
if [ "$interop" -eq 1 ]; then
    echo "==> Microsoft's own clients"
    tests/interop/run.sh
fi
[ "$coroutines" -eq 0 ] || check_coroutines
if [ "$fuzz" -eq 1 ]; then
    [ "$all" -eq 1 ] || export SEED=1
    tests/fuzz/run.sh 60
fi
if [ "$all" -eq 1 ]; then
    echo '==> AddressSanitizer and UndefinedBehaviorSanitizer, clang'
    examples/setup.sh all clang
    ctest --preset clang
    echo '==> AddressSanitizer and UndefinedBehaviorSanitizer, GCC'
    examples/setup.sh all asan
    ctest --preset asan
    # Of what has more than one thread: the ledger, and the programs as a whole.
    echo '==> ThreadSanitizer'
    examples/setup.sh all tsan
    ctest --preset tsan
    echo '==> axe-core'
    tests/axe/run.sh
fi
# Last, so that the closing lines are those of the tests.
echo '==> Tests'
[ "$all" -eq 0 ] || export POOLWRIGHT_KILL_ROUNDS=200
ctest --preset dev
