#!/usr/bin/env bash
# The first pool of one customer, from the number of mailboxes to the values for the product's guided setup, in the sandbox.
#
#   examples/first-pool/run.sh [FOLDER]      FOLDER: where the demonstration keeps its files (default: demo/first-pool)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. examples/demonstration.sh
begin_demonstration demo/first-pool "$@"
start_sandbox --latency 20

say 'How many apps do 2,501 mailboxes need?'
run poolwright plan --mailboxes 2501

say 'The customer, as a line of a CSV'
printf 'tenant_id,mailboxes,name\ncontoso.example,2501,Contoso Ltd\n' | tee "$demo/tenants.csv"

say 'Can we get in, are we allowed, is there room? Nothing is written'
expect 0 poolwright doctor "$demo/tenants.csv" "${there[@]}"

say 'What would be created, then it is'
expect 0 poolwright provision "$demo/tenants.csv" --dry-run
expect 0 poolwright provision "$demo/tenants.csv" --yes "${there[@]}" --redirect-uri https://console.example/adminconsole

say 'The three values of each app, for the guided setup'
mkdir -m 700 "$demo/export"
expect 0 poolwright export --format csv --to "$demo/export/apps.csv"
cut -d, -f1-3 "$demo/export/apps.csv"
