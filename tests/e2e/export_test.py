"""What an export leaves alone, and what it says is missing in it: values that somebody relies on are not replaced by fewer without a word."""

import directory
from harness import EndToEnd, tenants_csv

GOOD, FORBIDDING = (f"{number:08x}-0000-4000-8000-000000000000" for number in (1, 2))


class Export(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.target = self.me.exports / "apps.csv"

    def export(self, *options):
        return self.me.run("export", "--format", "csv", "--to", self.target, *options)

    def assertKept(self, outcome, code, pattern):
        self.assertEnds(outcome, code, pattern)
        self.assertEqual(self.target.read_text(), "what was exported yesterday\n")

    def test_nothing_takes_no_place(self):
        self.target.write_text("what was exported yesterday\n")
        nowhere = f"sqlite://{self.me.home}/typo/fleet.db"
        self.assertKept(self.export("--state", nowhere), 65, r"there is no ledger `?\S*typo/fleet\.db`? yet, so nothing is written to .*apps\.csv")
        self.assertKept(self.export("--tenant", GOOD), 65, "there is no ledger")
        piped = self.me.run("export", "--format", "json", "--to", "-")
        self.assertEnds(piped, 0, "the export is empty")
        self.assertEqual(piped.json(), [])

    def test_what_is_not_ready_is_told(self):
        where = self.sandbox(faults={"tenants": [{"tenant_id": FORBIDDING, "kind": "secrets_forbidden", "policy": "default"}]})
        csv = self.me.write("tenants.csv", tenants_csv({"Good": GOOD, "Forbidding": FORBIDDING}))
        self.assertEnds(self.me.provision(where, csv), 1, "5 of 10 apps ready")
        self.target.write_text("what was exported yesterday\n")
        self.assertKept(self.export("--tenant", "Forbidding"), 1, "no app is ready yet, so nothing is written to")
        self.assertEnds(self.export(), 0, "warning: the export lacks 5 of 10 apps")
        self.assertEqual(len(directory.rows_of(self.target.read_bytes())), 5)
        self.assertNotIn("lacks", self.export("--tenant", "Good").out)
