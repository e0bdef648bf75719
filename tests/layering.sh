#!/usr/bin/env bash
# Holds the rules of the house (CONTRIBUTING.md): who may include whom, and where Asio, Beast and SQL may stand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0

# forbid WHY PATTERN FILE...: no such line may stand in these files.
forbid() {
    local why=$1 pattern=$2 found
    shift 2
    [ $# -gt 0 ] || { echo "layering: no files to look at for: $why"; failed=1; return; }
    found=$(grep -nE "$pattern" "$@" || true)
    [ -z "$found" ] || { echo "layering: $why"; echo "$found"; failed=1; }
}

sources() { find "$@" -name '*.cpp' -o -name '*.hpp' | sort; }

mapfile -t planner < <(sources planner)
mapfile -t throttle < <(sources throttle)
mapfile -t provisioner < <(sources provisioner)
mapfile -t cli < <(sources cli)
mapfile -t sandbox < <(sources examples/sandbox)
mapfile -t everything < <(sources planner throttle provisioner cli examples tests)

forbid 'planner includes only planner' '#include "(throttle|provisioner|cli|examples|tests)/' "${planner[@]}"
forbid 'throttle includes only throttle' '#include "(planner|provisioner|cli|examples|tests)/' "${throttle[@]}"
forbid 'provisioner includes planner, throttle and itself' '#include "(cli|examples|tests)/' "${provisioner[@]}"
forbid 'cli includes planner, throttle, provisioner and itself' '#include "(examples|tests)/' "${cli[@]}"
forbid 'the sandbox is independent of what is tested against it' '#include "(planner|provisioner|cli|tests)/' "${sandbox[@]}"
forbid 'an include of the project carries its folder' '#include "[^/"]+"' "${everything[@]}"

forbid 'planner and throttle are pure: no Asio, no HTTP, no SQL' '#include <(boost/(asio|beast)|soci|sqlite|openssl/ssl)' \
    "${planner[@]}" "${throttle[@]}"
forbid 'planner and throttle never ask for the time' '(system_clock|steady_clock|high_resolution_clock)::now\(' \
    "${planner[@]}" "${throttle[@]}"

mapfile -t no_beast < <(printf '%s\n' "${provisioner[@]}" "${cli[@]}" "${sandbox[@]}" |
    grep -vxE 'provisioner/https.cpp|cli/dashboard.cpp|examples/sandbox/server.cpp')
forbid 'Beast only in the transport, the dashboard and the server of the sandbox' '#include <boost/beast' "${no_beast[@]}"
mapfile -t no_sql < <(printf '%s\n' "${provisioner[@]}" "${cli[@]}" "${sandbox[@]}" | grep -vE '^provisioner/ledger')
forbid 'SQL only in the ledger' '#include <(soci|sqlite)' "${no_sql[@]}"

mapfile -t anywhere < <(printf '%s\n' "${planner[@]}" "${throttle[@]}" "${provisioner[@]}" "${cli[@]}" "${sandbox[@]}" |
    grep -vxE 'cli/secrets_guard.cpp|provisioner/(durable_file|locked_memory).cpp')
forbid 'what only Linux has, one small file each for core dumps, renames and locked memory' \
    '<(linux/|sys/(prctl|epoll|eventfd|signalfd|inotify|timerfd|random|sendfile|capability))|"/proc/|\b(prctl|renameat2|epoll_|inotify_|memfd_create|accept4|pipe2|dup3|close_range|gettid|secure_getenv|MADV_[A-Z]+|O_PATH|O_TMPFILE|TCP_USER_TIMEOUT)\b' \
    "${anywhere[@]}"

forbid 'the umbrella headers cost seconds in every file' '#include <boost/(asio|beast|json|url)\.hpp>' "${everything[@]}"
forbid 'detached swallows exceptions' '\bdetached\b' "${provisioner[@]}" "${cli[@]}"
forbid 'no test sleeps' '(sleep_for|sleep_until|usleep|nanosleep)\(' "${everything[@]}"
forbid 'no random seed but the one given' '\brandom_device\b|\bsrand\(' "${planner[@]}" "${throttle[@]}"

[ "$failed" -eq 0 ] && echo "layering: ${#everything[@]} files keep the rules"
exit "$failed"
