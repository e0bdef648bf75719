"""What `doctor` finds in tenants of every kind, and that `provision` heeds it before it writes."""

import datetime
import time

import directory
from harness import EndToEnd, lasting_port, tenants_csv

# Of each kind: what the tenant's entry in the faults says, the check that finds it, its result, and the words.
KINDS = {
    "unknown": ({}, "token", "finding", r"AADSTS90002"),
    "wrong_cloud": ({"cloud": "usgov", "code": 90038}, "token", "finding", r"AADSTS90038"),
    "no_consent": ({}, "rights", "finding", r"lacks Application\.ReadWrite\.OwnedBy, AppRoleAssignment"),
    "missing_roles": ({"roles": ["AppRoleAssignment.ReadWrite.All"]}, "rights", "finding",
                      r"lacks AppRoleAssignment\.ReadWrite\.All in"),
    "not_installed": ({}, "token", "finding", r"AADSTS700016"),
    "app_disabled": ({}, "token", "finding", r"AADSTS7000112"),
    "conditional_access": ({}, "token", "finding", r"AADSTS53003"),
    "expired_secret": ({}, "token", "finding", r"AADSTS7000222"),
    "not_authorized_by_partner": ({}, "token", "finding", r"AADSTS90099"),
    "skewed_clock": ({"seconds": -600}, "clock", "finding", r"(599|600|601) s ahead of the service's"),
    "no_exchange": ({}, "apis", "finding", r"Office 365 Exchange Online: .*404"),
    "quota": ({"whose": "tenant"}, "quota", "finding", r"holds 300000 of at most 300000 objects"),
    "secrets_forbidden": ({"policy": "default"}, "policy", "finding", r"forbids client secrets"),
    "secrets_forbidden_for_new": ({"created_after": "2026-01-01T00:00:00Z"}, "policy", "finding",
                                  r"forbids client secrets"),
    "lifetime_capped": ({"days": 90}, "policy", "finding", r"90 days at most, not 730"),
    "certificates_capped": ({"days": 180}, "policy", "ok", r"allows what is wished"),
}
CONSENT = {"no_consent", "missing_roles", "not_installed", "not_authorized_by_partner"}
# What keeps no app from being made.
HARMLESS = {"skewed_clock", "certificates_capped"}
OF_EACH, GOOD = 5, 200


def guid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


class Doctor(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def doctor(self, where, csv, *options):
        return self.me.run("doctor", csv, *where.options(), *options)

    def one(self, kind, **fault):
        # Once it has ended, another test must not come up where it was.
        where = self.sandbox(faults={"tenants": [{"tenant_id": guid(1), "kind": kind, **fault}]}, port=lasting_port())
        return where, self.me.write("one.csv", tenants_csv({"One": guid(1)}))

    def test_five_of_every_kind_among_200_good_ones(self):
        broken = {(kind, i): guid(1000 + OF_EACH * number + i)
                  for number, kind in enumerate(KINDS) for i in range(OF_EACH)}
        good = {f"Good {i}": guid(5000 + i) for i in range(GOOD)}
        entries = [{"tenant_id": each, "kind": kind, **KINDS[kind][0]} for (kind, _), each in broken.items()]
        where = self.sandbox("--latency", 80, faults={"tenants": entries})
        named = {f"{kind} {i}": each for (kind, i), each in broken.items()}
        csv = self.me.write("tenants.csv", tenants_csv(named | good))
        small = ["--rule", "commvault-2024"]  # an app for each tenant
        before = self.me.snapshot()
        began = time.monotonic()
        outcome = self.doctor(where, csv, *small, "-o", "json")
        print(f"doctor took {time.monotonic() - began:.1f} s for {len(broken) + GOOD} tenants")
        self.assertEnds(outcome, 1)
        self.assertEqual(self.me.snapshot(), before, "nothing is written here")
        self.assertEqual(self.asking(where).writes(), {}, "nor there")
        report = outcome.json()
        found = {each["tenant_id"]: each for each in report["tenants"]}
        for (kind, i), tenant in broken.items():
            with self.subTest(kind=kind, number=i):
                self.check_one(kind, tenant, found[tenant])
        for tenant in good.values():
            self.assertEqual(found[tenant]["result"], "ok", found[tenant])
        failing = OF_EACH * (len(KINDS) - 1)
        self.assertEqual(report["totals"], {"tenants": len(broken) + GOOD, "well": GOOD + OF_EACH,
                                            "with_warnings": 0, "with_findings": failing})
        self.check_provision(where, csv, small, broken)

    def check_one(self, kind, tenant, found):
        _, check, result, words = KINDS[kind]
        here = [each for each in found["checks"] if each["check"] == check]
        self.assertEqual([each["result"] for each in here], [result])
        self.assertRegex(here[0]["text"], words)
        others = {each["result"] for each in found["checks"] if each["check"] != check}
        self.assertLessEqual(others, {"ok", "not_checked"})
        if result == "finding":
            self.assertTrue(here[0]["remedy"])
        if kind in CONSENT:
            self.assertRegex(here[0]["url"], rf"^https://localhost:\d+/{tenant}/adminconsent\?client_id=")
        else:
            self.assertIsNone(here[0]["url"])

    def check_provision(self, where, csv, options, broken):
        ready = GOOD + OF_EACH * len(HARMLESS)
        outcome = self.me.provision(where, csv, *options, "-o", "json", timeout=240)
        self.assertEnds(outcome, 1)
        run = outcome.json()
        self.assertEqual(run["totals"]["ready"], ready)
        reasons = {each["tenant_id"]: each["reason"] for each in run["failed_tenants"]}
        expected = {each: kind for (kind, _), each in broken.items() if kind not in HARMLESS}
        self.assertEqual(reasons.keys(), expected.keys())
        for tenant, kind in expected.items():
            self.assertRegex(reasons[tenant], KINDS[kind][3])
        self.assertEqual(self.asking(where).stats()["applications"], ready, "none is begun where it must fail")
        status = {each["tenant_id"]: each for each in self.me.run("status", "-o", "json").json()["tenants"]}
        for tenant, reason in reasons.items():
            self.assertEqual(status[tenant]["last_error"], reason)
        # What is ready is not asked about again.
        requests = self.asking(where).stats()["requests"]
        only = ["--only", "Good 1", "--only", "Good 2"]
        self.assertEnds(self.me.provision(where, csv, *options, *only), 0, "2 of 2 apps ready")
        self.assertEqual(self.asking(where).stats()["requests"], requests)

    def test_the_table_names_the_broken_and_sums_up_the_others(self):
        where = self.sandbox(faults={"tenants": [{"tenant_id": guid(1), "kind": "no_consent"}]})
        csv = self.me.write("some.csv", tenants_csv({"Closed": guid(1), "Good": guid(2)}))
        outcome = self.doctor(where, csv)
        self.assertEnds(outcome, 1, r"(?m)^Closed +ok +ok +ok +FAIL +- +- +- +-$")
        self.assertRegex(outcome.out, rf"(?m)^  https://localhost:\d+/{guid(1)}/adminconsent\?client_id=")
        self.assertRegex(outcome.out, r"(?m)^asked by .*client secret.*--client-secret-file")
        self.assertRegex(outcome.out, r"(?m)^1 of 2 tenants is as it should be$")
        self.assertNotRegex(outcome.out, r"(?m)^Good ")
        self.assertRegex(self.doctor(where, csv, "--verbose").out, r"(?m)^Good +ok( +ok){7}$")

    def test_exit_codes(self):
        where, csv = self.one("no_consent")
        self.assertEnds(self.doctor(where, csv), 77)
        where.stop()
        self.assertEnds(self.doctor(where, csv), 69, r"FAIL, reach: .*\n.*Connection refused")
        where, csv = self.one("certificates_capped")
        self.assertEnds(self.doctor(where, csv), 0, "1 of 1 tenant is as it should be")
        self.assertEnds(self.doctor(where, csv, "--lifetime", "0"), 64, "`max` nor a whole number")
        self.assertEnds(self.me.run("doctor", csv, *where.addresses()), 64, "no identity")

    def test_names_of_another_ledger_and_of_deleted_apps(self):
        where = self.sandbox()
        csv = self.me.write("one.csv", tenants_csv({"One": guid(1)}))
        self.assertEnds(self.operator("other").provision(where, csv), 0, "5 of 5")
        self.assertEnds(self.doctor(where, csv), 1, r"(?s)0001 and 4 more: made by another ledger.*--adopt")
        self.assertEnds(self.doctor(where, csv, "--adopt"), 0)
        client = self.asking(where)
        token = client.token(guid(1), where.client_id, where.client_secret, directory.GRAPH)
        app = client.applications(guid(1))[0]["id"]
        self.assertEqual(client.call("DELETE", f"/v1.0/applications/{app}", bearer=token)[0], 204)
        self.assertEnds(self.doctor(where, csv, "--adopt"), 1, r"(?s)and deleted.*--restore-deleted --adopt")
        self.assertEnds(self.doctor(where, csv, "--adopt", "--restore-deleted"), 0)

    def test_a_lifetime_of_as_long_as_is_allowed(self):
        where, csv = self.one("lifetime_capped", days=90)
        self.assertEnds(self.me.provision(where, csv, "--lifetime", "max", "--skip-checks"), 64, "needs the checks")
        self.assertEnds(self.me.provision(where, csv), 1, "90 days at most, not 730; use --lifetime 90")
        self.assertEnds(self.me.provision(where, csv, "--lifetime", "max"), 0, "5 of 5")
        self.export_is_for(90)

    def test_a_certificate_of_as_long_as_is_allowed(self):
        where, csv = self.one("certificates_capped", days=90)
        options = ("--credential", "certificate", "--lifetime")
        self.assertEnds(self.me.provision(where, csv, *options, 730), 1, "90 days at most, not 730; use --lifetime 90")
        self.assertEnds(self.me.provision(where, csv, *options, "max"), 0, "5 of 5")
        self.export_is_for(90)

    def export_is_for(self, days):
        self.me.run("export", "--format", "json", "--to", self.me.exports / "apps.json", "--no-key-values")
        text = (self.me.exports / "apps.json").read_text()
        day = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days)
        self.assertTrue(any(str(each) in text for each in (day, day - datetime.timedelta(1))), text)

    def test_without_the_checks_the_first_write_finds_it_out(self):
        where, csv = self.one("secrets_forbidden")
        self.assertEnds(self.me.provision(where, csv), 1, "forbids client secrets")
        self.assertEqual(self.asking(where).writes(), {})
        self.assertEnds(self.me.provision(where, csv, "--skip-checks"), 1, "CredentialTypeNotAllowedAsPerAppPolicy")
