"""A second ledger (another operator, a lost laptop) that meets tenants which a first one has provisioned."""

import directory
from harness import EndToEnd

REDIRECT = ("--redirect-uri", "https://console.example/adminconsole")
TENANTS = """tenant_id,mailboxes,name
0b04089f-9bd9-47e5-89ee-47dfac89ec9c,1,"Fabrikam, Inc."
contoso.example,2600,Contoso Ltd
"""


class TwoLedgers(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox("--replication-lag", 100, "--secret-lag", 100)
        self.client = self.asking(self.where)
        self.first, self.second = self.operator("first"), self.operator("second")
        self.csv = self.first.write("tenants.csv", TENANTS)
        self.plan = self.first.run("plan", self.csv, "-o", "json").json()
        self.assertEnds(self.first.provision(self.where, self.csv, *REDIRECT), 0, "11 of 11 apps ready")

    def applications(self):
        return [each for row in self.plan["tenants"] for each in self.client.applications(row["tenant_id"])]

    def key_values(self, operator):
        return directory.rows_of(operator.export("csv"))

    def test_without_adopt_nothing_changes_and_it_says_why(self):
        before = self.applications()
        outcome = self.second.provision(self.where, self.csv, *REDIRECT)
        self.assertEnds(outcome, 1, "0 of 11 apps ready")
        line = next(line for line in outcome.out.splitlines() if "apps pending" in line)
        self.assertRegex(line, r": 11 apps pending: .*made by another ledger: .*--adopt")
        for tenant in ("Contoso Ltd (", "Fabrikam, Inc. (0b04089f"):
            self.assertIn(tenant, line)
        self.assertEqual(self.applications(), before)
        target = self.second.exports / "apps.csv"
        self.assertEnds(self.second.run("export", "--format", "csv", "--to", target), 1, "no app is ready yet, so nothing is written")
        self.assertFalse(target.exists())
        status = self.second.run("status", "-o", "json").json()
        self.assertEqual(status["pools"][0], {"pool": "exchange", "planned": 11, "ready": 0, "pending": 11, "failed": 0})
        self.assertIn("made by another ledger", status["tenants"][0]["last_error"])

    def test_with_adopt_a_credential_is_added_and_the_first_still_works(self):
        before = {each["appId"]: each["credentials"] for each in self.applications()}
        outcome = self.second.provision(self.where, self.csv, *REDIRECT, "--adopt")
        self.assertEnds(outcome, 0, r"11 of 11 apps ready")
        after = {each["appId"]: each["credentials"] for each in self.applications()}
        self.assertEqual(after.keys(), before.keys())
        for app, credentials in after.items():
            self.assertEqual(len(credentials), 2)
            self.assertIn(before[app][0], credentials)
        exports = [self.key_values(each) for each in (self.first, self.second)]
        for rows in exports:
            self.assertEqual(len(rows), 11)
            directory.assert_credentials(self, self.client, rows, self.plan["profile"])
        values = [{row["application_id"]: row["key_value"] for row in rows} for rows in exports]
        self.assertEqual(values[0].keys(), values[1].keys())
        self.assertFalse(set(values[0].values()) & set(values[1].values()))

    def test_after_adoption_neither_run_does_anything_more(self):
        self.assertEnds(self.second.provision(self.where, self.csv, *REDIRECT, "--adopt"), 0)
        before = self.client.writes()
        for operator, options in ((self.first, ()), (self.second, ()), (self.second, ("--adopt",)),
                                  (self.first, ("--verify",)), (self.second, ("--verify",))):
            with self.subTest(options=options):
                self.assertEnds(operator.provision(self.where, self.csv, *REDIRECT, *options), 0, "11 of 11")
                self.assertEqual(self.client.writes(), before)

    def test_a_refused_run_and_then_adopt(self):
        self.assertEnds(self.second.provision(self.where, self.csv, *REDIRECT), 1)
        self.assertEnds(self.second.provision(self.where, self.csv, *REDIRECT, "--adopt"), 0, "11 of 11")
        directory.assert_credentials(self, self.client, self.key_values(self.first), self.plan["profile"])
        directory.assert_credentials(self, self.client, self.key_values(self.second), self.plan["profile"])

    def test_growth_by_the_second_is_not_the_firsts(self):
        grown = self.second.write("tenants.csv", TENANTS.replace(",1,", ",3000,"))
        outcome = self.second.provision(self.where, grown, *REDIRECT)
        self.assertEnds(outcome, 1, "1 of 12 apps ready")
        rows = self.key_values(self.second)
        self.assertEqual([int(row["ordinal"]) for row in rows], [6])
        self.assertEqual(self.client.stats()["duplicates"], 0)
