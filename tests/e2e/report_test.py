"""`report`: a document for programs and words for people, before anything is created and after some of it was."""

import json

from harness import EXAMPLES, EndToEnd

TENANTS = EXAMPLES / "tenants.csv"
MANY = "tenant_id,mailboxes\n" + "".join(f"{n:08x}-0000-4000-8000-000000000000,2501\n" for n in range(1, 10001))


class Report(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def report(self, *arguments, **settings):
        outcome = self.me.run("report", *arguments, "-o", "json", **settings)
        self.assertEnds(outcome, 0)
        return outcome.json()

    def test_a_csv_and_its_plan_say_the_same(self):
        plan = self.me.work / "plan.json"
        self.assertEnds(self.me.run("plan", TENANTS, "--save", plan), 0)
        by_csv = self.report(TENANTS)
        self.assertEqual(self.report(plan), by_csv)
        self.assertEqual(self.report("-", input=TENANTS.read_bytes()), by_csv)
        self.assertEqual(by_csv["schema"], "poolwright.report/1")
        self.assertEqual((by_csv["totals"]["tenants"], by_csv["totals"]["apps"]), (24, 147))
        self.assertEqual(by_csv["writes"], {"per_app": 5, "total": 735})

    def test_each_rule_is_what_a_plan_by_it_gives(self):
        for rule in self.report(TENANTS)["rules"]:
            planned = self.me.run("plan", TENANTS, "--rule", rule["name"], "-o", "json").json()
            self.assertEqual(rule["apps"], planned["totals"]["apps"], rule["name"])

    def test_thresholds_are_where_the_plan_has_them(self):
        planned = {row["tenant_id"]: row for row in self.me.run("plan", TENANTS, "-o", "json").json()["tenants"]}
        near = self.report(TENANTS)["thresholds"]
        self.assertEqual(
            {row["tenant_id"] for row in near},
            {key for key, row in planned.items() if (row["next_app_at"] - row["mailboxes"]) * 10 <= row["mailboxes"]})
        for row in near:
            self.assertEqual(row["next_app_at"], planned[row["tenant_id"]]["next_app_at"])

    def test_the_forecast_follows_limits_latency_and_lag(self):
        many = self.me.write("many.csv", MANY)
        forecast = self.report(many)["forecast"]
        bound = (300_000 - 35_000) * 300 / 35_000
        self.assertEqual(forecast["binding_limit"], "application.writes")
        self.assertGreaterEqual(forecast["seconds"], round(bound, 1))
        self.assertLess(forecast["seconds"], bound * 1.05)
        self.assertEqual([each["identities"] for each in forecast["identities_for"]], [1, 2, 3, 5])
        limits = self.me.write("limits.json", json.dumps({
            "schema": "poolwright.limits/1", "application": {"writes": {"limit": 1_000_000, "window": "1s"}}}))
        slow = self.report(many, "--limits", limits, "--latency", 9000)["forecast"]
        self.assertEqual(slow["binding_limit"], "latency")
        self.assertAlmostEqual(slow["seconds"], 470_000 * 9 / 1024, delta=30)
        one = self.me.write("one.csv", "tenant_id,mailboxes\ncontoso.example,1\n")
        chain = self.report(one, "--latency", 100, "--replication-lag", 60000)["forecast"]
        self.assertEqual((chain["binding_limit"], chain["critical_path_seconds"]), ("critical path", 121.0))

    def test_only_what_is_missing_is_counted(self):
        where = self.sandbox()
        few = self.me.write("few.csv", "tenant_id,mailboxes\ncontoso.example,2500\n")
        self.assertEnds(self.me.provision(where, few), 0, "5 of 5")
        done = self.report(few)
        self.assertEqual((done["writes"]["total"], done["forecast"]["seconds"]), (0, 0))
        self.assertIsNone(done["forecast"]["binding_limit"])
        more = self.me.write("more.csv", "tenant_id,mailboxes\ncontoso.example,3501\n")
        self.assertEqual(self.report(more)["writes"]["total"], 10)
        elsewhere = self.me.work / "other.db"
        self.assertEqual(self.report(more, "--state", f"sqlite://{elsewhere}")["writes"]["total"], 35)
        self.assertFalse(elsewhere.exists(), "a report makes no ledger")

    def profile(self, permission):
        document = json.loads((EXAMPLES / "profile.json").read_text())
        document["resources"][0]["permissions"] = [permission]
        return self.me.write("profile.json", json.dumps(document))

    def test_risks_are_named(self):
        rows = self.me.write("rows.csv", "tenant_id,mailboxes,workload\na.example,2500,sharepoint\nb.example,45000,\n")
        found = self.report(rows, "--profile", self.profile("User.Raed.All"))
        self.assertEqual([(risk["tenant_id"], risk["kind"]) for risk in found["risks"]], [(None, "doubtful_permission")])
        self.assertEqual({row["tenant_id"]: row["near"] for row in found["quota"]}, {"a.example": False, "b.example": True})
        rule = json.loads((EXAMPLES / "rule.json").read_text()) | {"workload": "any"}
        outcome = self.me.run("report", rows, "--rule", self.me.write("rule.json", json.dumps(rule)))
        self.assertEnds(outcome, 0, "1 pool of more than one app is for onedrive, sharepoint or teams")
        self.assertRegex(outcome.out, r"a\.example: a pool of \d+ apps for sharepoint")

    def test_words_for_people_fit_a_terminal(self):
        outcome = self.me.run("report", TENANTS)
        self.assertEnds(outcome, 0, "full_access_as_app")
        for title in ("Apps", "Forecast", "Close to the next app", "Directory quota", "Risks"):
            self.assertIn(f"{title}\n", outcome.out)
        self.assertLessEqual(max(map(len, outcome.out.splitlines())), 100)
        text = self.me.run("report", TENANTS, "-o", "markdown").out
        self.assertTrue(text.startswith("# Capacity report\n"))
        self.assertIn("| Alpine Ski House | alpineskihouse.example |", text)

    def test_what_is_wrong_is_said_and_nothing_else(self):
        bad = self.me.write("bad.csv", "tenant_id,mailboxes\na.example,x\nb.example,-1\n")
        limits = self.me.write("limits.json", '{"schema":"poolwright.limits/1","tenant":{"writes":{"limit":0}}}')
        plan = self.me.work / "plan.json"
        self.assertEnds(self.me.run("plan", TENANTS, "--save", plan), 0)
        for code, words, arguments in (
                (65, r"bad\.csv:2:11: (.|\n)*bad\.csv:3:11: ", [bad]),
                (65, r"limits\.json: tenant\.writes\.limit", [TENANTS, "--limits", limits]),
                (65, "missing.csv", ["missing.csv"]),
                (65, "no permission `Group.Write.All`, use `Group.ReadWrite.All`",
                 [TENANTS, "--profile", self.profile("Group.Write.All")]),
                (64, "is a saved plan", [plan, "--growth", "3"]),
                (64, "--latency", [TENANTS, "--latency", "60001"]),
                (64, "--replication-lag", [TENANTS, "--replication-lag", "-1"]),
                (64, "FILE", []),
        ):
            with self.subTest(arguments=arguments):
                outcome = self.me.run("report", *arguments)
                self.assertEnds(outcome, code, words)
                self.assertEqual(outcome.out, "")
