"""examples/nightly: counted, planned and reported every night, and created if told so."""

import os

import harness

SCRIPT = harness.ROOT / "examples/nightly/nightly.sh"
TENANT, LOST = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c", "gone.example"


class Nightly(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.where = self.sandbox(faults={"tenants": [{"tenant_id": TENANT, "mailboxes": 2600}, {"tenant_id": LOST, "kind": "unknown"}]})

    def night(self, csv, **settings):
        env = {"PATH": f"{os.path.dirname(os.path.realpath(harness.POOLWRIGHT))}:{os.environ['PATH']}",
               "NIGHTLY_TENANTS": str(csv), "NIGHTLY_FOLDER": str(self.me.work), "AZURE_CLIENT_ID": self.where.client_id,
               "AZURE_CLIENT_SECRET": self.where.client_secret,
               "NIGHTLY_OPTIONS": " ".join(map(str, self.where.addresses())), **settings}
        return self.me.run(command=[SCRIPT], env=env)

    def test_it_reports_and_creates_nothing_unless_told_so(self):
        csv = self.me.write("tenants.csv", f"tenant_id\n{TENANT}\n")
        night = self.night(csv)
        self.assertEnds(night, 0)
        self.assertEqual(night.out, "", "a fleet's tables would fill the journal")
        made = {path.name for path in self.me.work.iterdir()}
        self.assertLessEqual({"counted.csv", "plan.json", "report.html"}, made)
        self.assertIn(",2600", (self.me.work / "counted.csv").read_text())
        self.assertEqual(self.asking(self.where).stats()["applications"], 0)

    def test_a_pool_grows_with_its_tenant_every_night(self):
        csv = self.me.write("tenants.csv", f"tenant_id,mailboxes\n{TENANT},2500\n")
        self.assertEnds(self.night(csv, NIGHTLY_COUNT="no", NIGHTLY_PROVISION="yes"), 0)
        self.assertEqual(self.asking(self.where).stats()["applications"], 5)
        self.assertEnds(self.night(csv, NIGHTLY_PROVISION="yes"), 0)
        self.assertEqual(self.asking(self.where).stats()["applications"], 6)
        self.assertIn("poolwright_", (self.me.work / "metrics.prom").read_text())

    def test_one_tenant_that_cannot_be_counted_stops_nothing(self):
        csv = self.me.write("tenants.csv", f"tenant_id,mailboxes\n{TENANT},1\n{LOST},7\n")
        self.assertEnds(self.night(csv, NIGHTLY_PROVISION="yes"), 1)
        self.assertEqual(self.asking(self.where).stats()["applications"], 6)

    def test_a_night_without_tenants_says_so(self):
        self.assertEnds(self.night(self.me.work / "none.csv"), 65, "none.csv")
