#!/usr/bin/env bash
# Two customers have policies: one forbids client secrets, one lets them live for 90 days at most. In the sandbox.
#
#   examples/strict-tenant/run.sh [FOLDER]   FOLDER: where the demonstration keeps its files (default: demo/strict-tenant)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. examples/demonstration.sh
begin_demonstration demo/strict-tenant "$@"
cat >"$demo/policies.json" <<'END'
{"schema": "poolwright.faults/1", "tenants": [
    {"tenant_id": "no-secrets.example", "kind": "secrets_forbidden", "policy": "default"},
    {"tenant_id": "short-lived.example", "kind": "lifetime_capped", "days": 90, "policy": "default"}]}
END
start_sandbox --latency 20 --faults "$demo/policies.json"
printf 'tenant_id,mailboxes,name\nno-secrets.example,100,No Secrets AG\nshort-lived.example,100,Short Lived Ltd\nplain.example,100,Plain Inc\n' \
    >"$demo/tenants.csv"

say 'What stands against it is said beforehand, with what mends it'
expect 1 poolwright doctor "$demo/tenants.csv" "${there[@]}"

say 'Certificates where secrets are forbidden, and lives as long as each tenant allows'
expect 0 poolwright provision "$demo/tenants.csv" --yes "${there[@]}" --credential auto --lifetime max

say 'Certificates go to files of their own'
mkdir -m 700 "$demo/export"
expect 0 poolwright export --format csv --to "$demo/export/apps.csv" --certificates "$demo/export/certificates"
ls "$demo/export/certificates"
