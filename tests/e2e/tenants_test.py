"""Tenants that are not as they should be, among others that are."""

import directory
from harness import EndToEnd, tenants_csv


def guid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


# kind in the sandbox: what the summary says of it (the reason, then the remedy)
BROKEN = {
    "unknown": r"AADSTS90002.*no such tenant in this cloud: check the id",
    "no_consent": r"lacks Application\.ReadWrite\.OwnedBy.* in this tenant; .*administrator.* at "
                  r"https://localhost:\d+/{id}/\S*adminconsent\S*",
    "no_exchange": r"no service principal in this tenant.*assign a licence, or leave the tenant out",
    # The directory has two such quotas, each with a remedy of its own; the sandbox meets either.
    "quota": r"(holds 300000 of .*purge deleted|Directory_QuotaExceeded.*(for the Principal .*no more than 250 objects|for the Tenant .*purge deleted objects))",
    "secrets_forbidden": r"(CredentialTypeNotAllowedAsPerAppPolicy|forbids client secrets).*exempt the provisioning application",
    "lifetime_capped": r"(CredentialInvalidLifetimeAsPerAppPolicy.*use a smaller|180 days at most, not 730; use) --lifetime",
}
IDS = {kind: guid(number) for number, kind in enumerate(BROKEN, 1)}
GOOD = {"Good One": guid(101), "Good Two": guid(102)}


def faults(*kinds):
    return {"tenants": [{"tenant_id": IDS[kind], "kind": kind} for kind in kinds]}


class BrokenTenants(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def test_each_is_named_with_its_reason_and_the_others_become_ready(self):
        self.check_each_is_named()

    def test_the_same_where_it_is_found_out_on_the_way(self):
        self.check_each_is_named("--skip-checks")

    def check_each_is_named(self, *options):
        where = self.sandbox(faults=faults(*BROKEN))
        client = self.asking(where)
        everybody = self.me.write("tenants.csv", tenants_csv(IDS | GOOD))
        outcome = self.me.provision(where, everybody, *options)
        self.assertEnds(outcome, 1, rf"10 of {5 * (len(IDS) + len(GOOD))} apps ready")
        status = {each["tenant_id"]: each for each in self.me.run("status", "-o", "json").json()["tenants"]}
        for kind, tenant in IDS.items():
            with self.subTest(kind=kind):
                reason = BROKEN[kind].replace("{id}", tenant)
                self.assertRegex(outcome.out, rf"(?m)^  .*{kind} \({tenant}\).*: .*{reason}")
                self.assertRegex(status[tenant]["last_error"], reason)
                self.assertEqual((status[tenant]["ready"], status[tenant]["failed"]), (0, 5))
                # A policy and a quota are met by the first write; the others are found out before any.
                self.assertEqual(self.applications(client, kind), [])
        only_good = self.me.run("plan", self.me.write("good.csv", tenants_csv(GOOD)), "-o", "json").json()
        directory.assert_end_state(self, client, self.me, only_good)
        self.assertRegex(outcome.out, r"(?m)^to continue: \S*poolwright provision ")

    def applications(self, client, kind):
        status, document = client.call("GET", f"/sandbox/tenants/{IDS[kind]}/applications")
        return document["value"] if status == 200 else []

    def test_mended_tenants_become_ready_and_their_error_goes(self):
        state = self.folder / "directory"
        csv = self.me.write("tenants.csv", tenants_csv(IDS | GOOD))
        where = self.sandbox("--state", state, faults=faults(*BROKEN))
        self.assertEnds(self.me.provision(where, csv), 1)
        where.stop()
        where = self.sandbox("--state", state)
        self.assertEnds(self.me.provision(where, csv), 0, "40 of 40 apps ready")
        status = self.me.run("status", "-o", "json").json()
        self.assertEqual([each["last_error"] for each in status["tenants"]], [None] * 8)
        plan = self.me.run("plan", csv, "-o", "json").json()
        directory.assert_end_state(self, self.asking(where), self.me, plan)

    def test_a_capped_lifetime_is_met_by_a_shorter_one(self):
        where = self.sandbox(faults=faults("lifetime_capped"))
        csv = self.me.write("tenants.csv", tenants_csv({"Capped": IDS["lifetime_capped"]}))
        self.assertEnds(self.me.provision(where, csv), 1, "use --lifetime 180")
        self.assertEnds(self.me.provision(where, csv, "--lifetime", 90), 0, "5 of 5")

    def test_refused_everywhere_is_77(self):
        where = self.sandbox(faults=faults("no_consent"))
        csv = self.me.write("tenants.csv", tenants_csv({"Closed": IDS["no_consent"]}))
        before = self.me.snapshot()
        self.assertEnds(self.me.provision(where, csv), 77, "0 of 5 apps ready")
        self.assertEqual(self.asking(where).writes(), {})
        self.assertEqual(self.me.snapshot(), before, "nothing is left behind")

    def test_a_first_run_that_is_let_in_nowhere_but_is_of_use_to_status_is_recorded(self):
        where = self.sandbox(faults=faults("no_exchange"))
        csv = self.me.write("tenants.csv", tenants_csv({"Without Exchange": IDS["no_exchange"]}))
        self.assertEnds(self.me.provision(where, csv), 1, "0 of 5 apps ready")
        status = self.me.run("status", "-o", "json").json()
        self.assertRegex(status["tenants"][0]["last_error"], BROKEN["no_exchange"])
        self.assertEqual(status["pools"], [{"pool": "exchange", "planned": 5, "ready": 0, "pending": 0, "failed": 5}])

    def test_refused_in_one_of_two_is_1(self):
        where = self.sandbox(faults=faults("no_consent"))
        csv = self.me.write("tenants.csv", tenants_csv({"Closed": IDS["no_consent"]} | GOOD))
        self.assertEnds(self.me.provision(where, csv), 1, "10 of 15 apps ready")

    def test_an_unknown_domain_does_not_stop_the_others(self):
        name = "gone.example"
        where = self.sandbox(faults={"tenants": [{"tenant_id": name, "kind": "unknown"}]})
        csv = self.me.write("tenants.csv", tenants_csv({"Gone": name} | GOOD))
        outcome = self.me.provision(where, csv)
        self.assertEnds(outcome, 1, "10 of 15 apps ready")
        self.assertRegex(outcome.out, r"Gone \(gone\.example\): .*AADSTS90002")


class OneTenantTwice(EndToEnd):
    """A domain and the directory id it belongs to are one tenant."""

    def test_a_domain_and_its_directory_id_are_an_error_naming_both(self):
        where = self.sandbox()
        client = self.asking(where)
        me = self.operator()
        directory_id = client.directory_id("contoso.example")
        rows = ["contoso.example,100,By Domain\n", f"{directory_id},100,By Id\n"]
        for number, order in enumerate((rows, rows[::-1])):
            csv = me.write(f"tenants{number}.csv", "tenant_id,mailboxes,name\n" + "".join(order))
            before = me.snapshot()
            outcome = me.provision(where, csv)
            with self.subTest(order=number):
                self.assertEnds(outcome, 65, r"same directory")
                for word in ("contoso.example", "By Domain", directory_id, "By Id"):
                    self.assertIn(word, outcome.err)
                self.assertEqual(outcome.out, "")
                self.assertEqual(client.stats()["applications"], 0)
                self.assertEqual(client.writes(), {})
                self.assertEqual(me.snapshot(), before, "nothing is left behind")

    def test_another_pool_of_the_same_tenant_is_no_double(self):
        where = self.sandbox()
        me = self.operator()
        csv = me.write("tenants.csv", "tenant_id,mailboxes\ncontoso.example,100\n")
        self.assertEnds(me.provision(where, csv), 0, "5 of 5")
        self.assertEnds(me.provision(where, csv, "--pool", "second"), 0, "5 of 5")
        apps = self.asking(where).applications("contoso.example")
        self.assertEqual(len({each["uniqueName"] for each in apps}), 10)
