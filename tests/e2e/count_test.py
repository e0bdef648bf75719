"""Mailboxes are counted in the tenants themselves."""

from harness import EndToEnd, lasting_port

FAULTS = {"tenants": [
    {"tenant_id": "large.example", "mailboxes": 5000},
    {"tenant_id": "none.example", "kind": "no_reports", "mailboxes": 1000},
    {"tenant_id": "denied.example", "kind": "missing_roles", "roles": ["Reports.Read.All"], "mailboxes": 500},
    {"tenant_id": "gone.example", "kind": "unknown"}]}
# A fiftieth of the mailboxes has lost its plan, as population.cpp of the sandbox says.
TENANTS = ("\ufeffname;tenant_id;mailboxes;note\r\n=A;large.example;;\"a;b\"\r\nB;NONE.example;7;\r\n"
           "C;denied.example;;\r\nD;gone.example;9;\r\n")
COUNTED = ("name;tenant_id;mailboxes;note\r\n'=A;large.example;5000;\"a;b\"\r\nB;NONE.example;980;\r\n"
           "C;denied.example;490;\r\nD;gone.example;9;\r\n")


class Count(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        # One test stops it, and another must not come up where it was.
        self.where = self.sandbox(faults=FAULTS, port=lasting_port())
        self.client = self.asking(self.where)

    def count(self, file, *options):
        return self.me.run("count", file, *self.where.options(), *options)

    def requests(self):
        return self.client.call("GET", "/sandbox/stats")[1]["requests"]

    def test_by_report_by_licences_and_not_at_all(self):
        file = self.me.write("tenants.csv", TENANTS)
        outcome = self.count(file)
        self.assertEnds(outcome, 0)
        self.assertEqual(outcome.out, COUNTED)
        self.assertRegex(outcome.err, r"=A +5,000 +- +usage report +\d{4}-\d\d-\d\d \(2 days old\)")
        self.assertRegex(outcome.err, r"B +980 +7 +licences +now +cannot ask for the mailbox report: 404")
        self.assertRegex(outcome.err, r"too low where there are shared mailboxes")
        self.assertRegex(outcome.err, r"warning: D \(gone\.example\) could not be counted and keeps its old number 9: .*90002")
        # The address of the report got no token: the sandbox refuses one there.
        self.assertEqual(self.requests()["GET /sandbox-download/{link}"], {"200": 1})

        self.assertEnds(self.count(file, "--to", file, "-q"), 0)
        self.assertEqual(file.read_bytes().decode(), COUNTED)
        document = self.count(file, "-o", "json").json()
        self.assertEqual(document["schema"], "poolwright.count/1")
        self.assertEqual([each["source"] for each in document["tenants"]], ["report", "licences", "licences", "kept"])
        self.assertRegex(document["tenants"][2]["no_report_because"], "403 S2SUnauthorized.*Reports.Read.All")

    def test_a_number_that_is_not_known_is_never_made_up(self):
        file = self.me.write("tenants.csv", "tenant_id\nlarge.example\ngone.example\n")
        outcome = self.count(file)
        self.assertEnds(outcome, 1)
        self.assertEqual(outcome.out, "tenant_id,mailboxes\nlarge.example,5000\ngone.example,\n")
        plan = self.me.run("plan", file, "--live", "-o", "json", *self.where.options())
        self.assertEnds(plan, 1, r"gone\.example could not be counted and is left out")
        self.assertEqual([each["tenant_id"] for each in plan.json()["tenants"]], ["large.example"])

    def test_plan_and_report_count_in_one_go(self):
        file = self.me.write("tenants.csv", TENANTS)
        saved = self.me.work / "plan.json"
        plan = self.me.run("plan", file, "--live", "--save", saved, "-o", "json", *self.where.options())
        self.assertEnds(plan, 0, "counted in 3 of 4 tenants: 1 by the usage report, 2 by licences")
        self.assertEqual([each["mailboxes"] for each in plan.json()["tenants"]], [5000, 980, 490, 9])
        report = self.me.run("report", file, "--live", "-o", "json", *self.where.options())
        self.assertEnds(report, 0)
        self.assertEqual(report.json()["totals"]["mailboxes"], 6479)
        self.assertEnds(self.me.run("plan", saved, "--live", *self.where.options()), 64, "is a saved plan")
        self.assertEnds(self.me.run("plan", "--mailboxes", 5, "--live"), 64, "--mailboxes names none")

    def test_where_nothing_is_learnt_nothing_is_written(self):
        file = self.me.write("tenants.csv", TENANTS)
        before = file.read_bytes()
        wrong = self.me.write("wrong", "not the secret")
        refused = self.me.run("count", file, "--to", file, *self.where.addresses(), "--client-id",
                              self.where.client_id, "--client-secret-file", wrong)
        # gone.example is refused for another reason, so this is not the identity's refusal everywhere.
        self.assertEnds(refused, 1, "7000215")
        self.assertEqual(file.read_bytes(), before)
        only = self.me.write("only.csv", "tenant_id,mailboxes\nlarge.example,3\n")
        refused = self.me.run("count", only, "--to", only, *self.where.addresses(), "--client-id",
                              self.where.client_id, "--client-secret-file", wrong)
        self.assertEnds(refused, 77, "nothing was written")
        self.assertEqual(only.read_text(), "tenant_id,mailboxes\nlarge.example,3\n")
        self.where.stop()
        gone = self.count(only, "--to", only)
        self.assertEnds(gone, 69, "nothing was written")
        self.assertEqual(gone.out, "")

    def test_wrong_input(self):
        file = self.me.write("tenants.csv", "tenant_id,mailboxs\nlarge.example,1\n")
        self.assertEnds(self.count(file), 65, "if column 2, `mailboxs`, is meant, rename it")
        file = self.me.write("tenants.csv", "tenant_id,mailboxes\nlarge.example,1.5\n")
        self.assertEnds(self.count(file), 65, "without decimals")
        self.assertEnds(self.count(file, "-o", "json", "--to", "-"), 64, "standard output")
        self.assertEnds(self.me.run("count", file), 65)
        good = self.me.write("good.csv", "tenant_id\nlarge.example\n")
        self.assertEnds(self.me.run("count", good, *self.where.addresses()), 64, "no identity")
