#!/usr/bin/env bash
# A customer grows: the pool gets the apps that are missing, and what is there keeps its number and its secret. In the sandbox.
#
#   examples/growth/run.sh [FOLDER]          FOLDER: where the demonstration keeps its files (default: demo/growth)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. examples/demonstration.sh
begin_demonstration demo/growth "$@"
printf '{"schema": "poolwright.faults/1", "tenants": [{"tenant_id": "contoso.example", "mailboxes": 4100}]}\n' >"$demo/tenant.json"
start_sandbox --latency 20 --faults "$demo/tenant.json"

say 'In spring: 2,500 mailboxes, five apps'
printf 'tenant_id,mailboxes,name\ncontoso.example,2500,Contoso Ltd\n' >"$demo/tenants.csv"
expect 0 poolwright provision "$demo/tenants.csv" --yes --quiet "${there[@]}"
expect 0 poolwright status

say 'In autumn the tenant itself is asked how many it has'
expect 0 poolwright count "$demo/tenants.csv" --to "$demo/tenants.csv" "${there[@]}"

say 'Is there something to create? Exit code 2 says yes'
expect 2 poolwright plan "$demo/tenants.csv" --detailed-exitcode --save "$demo/plan.json"

say 'The two that are missing, and nothing else'
expect 0 poolwright provision "$demo/plan.json" --dry-run
expect 0 poolwright provision "$demo/plan.json" --yes --quiet "${there[@]}"
expect 0 poolwright status
