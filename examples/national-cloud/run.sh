#!/usr/bin/env bash
# Tenants of a national cloud (GCC High here), and one that lives in another cloud than was thought. In the sandbox, which answers as that cloud.
# For the real one leave out the addresses and say --cloud usgov, or write usgov into the CSV's column `cloud`.
#
#   examples/national-cloud/run.sh [FOLDER]  FOLDER: where the demonstration keeps its files (default: demo/national-cloud)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. examples/demonstration.sh
begin_demonstration demo/national-cloud "$@"
printf '{"schema": "poolwright.faults/1", "tenants": [{"tenant_id": "commercial.example", "kind": "wrong_cloud", "cloud": "global", "code": 900432}]}\n' \
    >"$demo/tenants.json"
start_sandbox --latency 20 --cloud usgov --faults "$demo/tenants.json"
printf 'tenant_id,mailboxes,name\nagency.example,800,Agency\ncommercial.example,300,Commercial Inc\n' >"$demo/tenants.csv"

say 'A tenant of another cloud is recognised before anything is sent to its directory'
expect 1 poolwright doctor "$demo/tenants.csv" "${there[@]}"

say 'The others are provisioned'
expect 1 poolwright provision "$demo/tenants.csv" --yes "${there[@]}"
expect 0 poolwright status
