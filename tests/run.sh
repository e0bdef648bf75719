#!/usr/bin/env bash
# Sets up, builds and runs the tests. Idempotent; needs nothing outside the clone but Debian packages.
#
#   tests/run.sh          unit, simulation and end-to-end tests
#   tests/run.sh --all    also: formatting, clang 19 with its own build and clang-tidy, AddressSanitizer and UBSan with GCC
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=0
case ${1:-} in
    '') ;;
    --all) all=1 ;;
    *) echo "run.sh: unknown option: $1 (there is --all)" >&2; exit 64 ;;
esac

# The results come last, so that the closing lines are those of the tests.
if [ "$all" -eq 1 ]; then
    examples/setup.sh all dev
    echo '==> Formatting'
    git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 --dry-run --Werror
    echo '==> clang 19'
    examples/setup.sh all clang
    echo '==> clang-tidy'
    git ls-files 'planner/*.cpp' 'throttle/*.cpp' 'provisioner/*.cpp' 'cli/*.cpp' 'examples/*.cpp' |
        xargs -P "$(nproc)" -n 8 clang-tidy-19 -p build/clang --quiet
    ctest --preset clang
    echo '==> AddressSanitizer and UndefinedBehaviorSanitizer'
    examples/setup.sh all asan
    ctest --preset asan
else
    examples/setup.sh test dev
fi
echo '==> Tests'
ctest --preset dev
