#!/bin/sh
# Once a night: counts the mailboxes in the tenants, plans, and writes the capacity report; creates what is missing only if told
# so. Started by poolwright-nightly.timer, or by cron with these settings in its environment:
#
#   NIGHTLY_TENANTS     the tenant CSV (default: /etc/poolwright/tenants.csv)
#   NIGHTLY_FOLDER      where plan, report and metrics go (default: the unit's state folder, else the present folder)
#   NIGHTLY_PROVISION   yes: also `provision`
#   NIGHTLY_COUNT       no: takes the mailboxes as the CSV has them
#   NIGHTLY_OPTIONS     more options of count and provision, such as --cloud usgov
#   AZURE_CLIENT_ID …   the identity, as for `provision`
#
# Ends with the worst exit code of its steps: 1 if a tenant could not be counted or finished, and the next night goes on.
set -eu

tenants=${NIGHTLY_TENANTS:-/etc/poolwright/tenants.csv}
cd "${NIGHTLY_FOLDER:-${STATE_DIRECTORY:-.}}"
worst=0

# step COMMAND…: 1 is told at the end, since what could be done is done; anything else ends the night.
step() {
    code=0
    "$@" || code=$?
    case $code in
        0) ;;
        1) worst=1 ;;
        *) exit "$code" ;;
    esac
}

if [ "${NIGHTLY_COUNT:-yes}" = yes ]; then
    # Options are words here.
    # shellcheck disable=SC2086
    step poolwright count "$tenants" --to counted.csv --quiet ${NIGHTLY_OPTIONS:-}
    tenants=counted.csv
fi
# The tables have a line per tenant: they are for the files, not for the journal.
step poolwright plan "$tenants" --save plan.json --quiet >/dev/null
step poolwright report plan.json --html report.html --quiet >/dev/null
if [ "${NIGHTLY_PROVISION:-no}" = yes ]; then
    # shellcheck disable=SC2086
    step poolwright provision plan.json --yes --events events.jsonl --metrics metrics.prom ${NIGHTLY_OPTIONS:-}
fi
exit "$worst"
