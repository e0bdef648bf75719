#!/usr/bin/env bash
# Sets a bare Debian 12 up: installs what is missing and builds. The one place that names packages; quickstart.sh and
# tests/run.sh both use it. Idempotent: what is there already is not done again.
#
#   examples/setup.sh [WANTED[,WANTED...]] [preset]
#
# build: what the program and the sandbox need.  test: what the tests need too.  interop, lint, fuzz, all: what tests/run.sh
# --interop, --lint, --fuzz, --all need too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

to_build=(
    g++ cmake ninja-build pkg-config ca-certificates
    libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev
    libfmt-dev libcli11-dev libtomlplusplus-dev libcsv-dev libsodium-dev libsoci-dev libsqlite3-dev libjs-chart.js
    file dpkg-dev  # for cpack
)
# The sandbox is asked for as localhost, which a machine without /etc/hosts, such as a fresh chroot, cannot find.
getent hosts localhost >/dev/null || to_build+=(libnss-myhostname)
to_test=(doctest-dev libjemalloc-dev python3 python3-jsonschema openssl zsh fish mandoc groff-base systemd)
to_interop=(python3-venv)
# Whoever has these from elsewhere keeps them: Debian's would not go beside them.
command -v node >/dev/null || to_interop+=(nodejs)
command -v npm >/dev/null || to_interop+=(npm)
to_lint=(clang-tidy-22 clang-format-22)
to_fuzz=(clang-19 libclang-rt-19-dev)
# A browser for the tests of pages, which are skipped without one.
to_test_all=(chromium)

wanted=${1:-build}
preset=${2:-release}
packages=("${to_build[@]}")
for word in ${wanted//,/ }; do
    case $word in
        build) ;;
        test) packages+=("${to_test[@]}") ;;
        interop) packages+=("${to_test[@]}" "${to_interop[@]}") ;;
        lint) packages+=("${to_test[@]}" "${to_lint[@]}") ;;
        fuzz) packages+=("${to_test[@]}" "${to_fuzz[@]}") ;;
        all) packages+=("${to_test[@]}" "${to_interop[@]}" "${to_lint[@]}" "${to_fuzz[@]}" "${to_test_all[@]}") ;;
        *) echo "setup.sh: unknown: $word (build, test, interop, lint, fuzz or all)" >&2; exit 64 ;;
    esac
done

missing=()
for package in $(printf '%s\n' "${packages[@]}" | sort -u); do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = 'install ok installed' ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "setup.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 70; }
        as_root=(sudo)
    fi
    echo "==> Installing ${#missing[@]} Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Two files take 800 MB each to compile, so memory limits the jobs as well as the processors.
jobs=$(nproc)
by_memory=$(awk '/^MemAvailable:/ { print int($2 / 1000000) }' /proc/meminfo)
[ "$by_memory" -lt "$jobs" ] && jobs=$((by_memory > 0 ? by_memory : 1))

tests=OFF
[ "$wanted" = build ] || tests=ON
echo "==> Building ($preset, $jobs at a time)"
cmake --preset "$preset" -DPOOLWRIGHT_TESTS=$tests >/dev/null
cmake --build --preset "$preset" -j "$jobs"
