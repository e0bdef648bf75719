#!/usr/bin/env bash
# From a bare Debian 12 to recorded app pools: installs, builds, starts a Microsoft Graph on this machine (the sandbox), and lets poolwright
# plan, provision and export the pools of the 24 tenants of examples/tenants.csv. Touches nothing outside this clone but Debian packages.
#
#   examples/quickstart.sh [FOLDER]     FOLDER: where the demonstration keeps its files (default: demo/ in the clone)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=examples/demonstration.sh
. examples/demonstration.sh

examples/setup.sh build

# What an operator sets once: where the state lies, and with which identity to provision.
begin_demonstration demo "$@"

say 'Starting the sandbox: a Microsoft Graph on this machine, with 80 ms latency and 2 s of replication lag'
start_sandbox --latency 80 --replication-lag 2000 --secret-lag 2000

say 'How many apps, and why'
run poolwright plan examples/tenants.csv --save "$demo/plan.json"

say 'How long that will take, and what stands against it'
run poolwright report "$demo/plan.json" --latency 80 --replication-lag 2000

say 'Creating them: each app registered, consented, given a secret, and proven with a token for every API'
run poolwright provision "$demo/plan.json" --yes "${there[@]}" --redirect-uri https://console.example/adminconsole

say 'Where every pool stands'
run poolwright status

say "The values for the backup product's guided setup"
mkdir -m 700 "$demo/export"
run poolwright export --format csv --to "$demo/export/apps.csv"
run poolwright export --format commvault --to "$demo/export/commvault.json"
run poolwright export --format ews-allow-list --to "$demo/export/ews-allow-list.ps1"

say 'Once more: nothing is left to do'
run poolwright provision "$demo/plan.json" --yes "${there[@]}" --redirect-uri https://console.example/adminconsole

say 'Done. Everything lies here:'
cat <<END
$demo/plan.json                      the plan, with the reason for every number
$demo/state/poolwright/fleet.db      the ledger: what exists, secrets sealed
$demo/config/poolwright/fleet.key    the key that opens them (back up the real one)
$demo/export/apps.csv                application id, key value and directory id of every app
$demo/export/commvault.json          the same for the product's interface
$demo/export/ews-allow-list.ps1      the EWS allow list of every tenant
$demo/sandbox.log                    what the sandbox said
END

say 'To look further (the sandbox has ended, so only what asks no tenant works):'
cat <<END
export PATH="$(dirname "$(command -v poolwright)"):\$PATH" XDG_STATE_HOME="$XDG_STATE_HOME" XDG_CONFIG_HOME="$XDG_CONFIG_HOME"
poolwright status
poolwright report $demo/plan.json --html report.html
END
