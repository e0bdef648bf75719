"""`plan`: where it reads from and writes to, what it counts, and that a saved plan leads to the same apps as its CSV."""

import csv
import io
import json
import os
import subprocess
import tempfile

import directory
from harness import EXAMPLES, PATIENCE, EndToEnd, tenants_csv

TENANTS = EXAMPLES / "tenants.csv"
REDIRECT = "https://console.example/adminconsole"


class Plan(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def plan(self, *arguments, **settings):
        outcome = self.me.run("plan", *arguments, "-o", "json", **settings)
        self.assertEnds(outcome, 0)
        return outcome.json()

    def test_standard_input_and_a_file_give_the_same(self):
        from_file = self.plan(TENANTS)
        from_stdin = self.plan("-", input=TENANTS.read_bytes())
        self.assertEqual(from_stdin, from_file)
        again = self.plan("-", input=json.dumps(from_file).encode())
        self.assertEqual(again["plan_id"], from_file["plan_id"])
        outcome = self.me.run("plan", "-", input=b"tenant_id,mailboxes\nx y,1\n")
        self.assertEnds(outcome, 65, r"^stdin:2:1: ")

    def test_the_same_rows_in_other_clothes_are_the_same_plan(self):
        rows = list(csv.reader(io.StringIO(TENANTS.read_text(), newline="")))
        wanted = self.plan(TENANTS)["plan_id"]

        def dressed(delimiter=",", end="\n", order=(0, 1, 2, 3), header=None, before=""):
            out = io.StringIO(newline="")
            writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
            writer.writerows([[row[i] for i in order] for row in [header or rows[0], *rows[1:]]])
            return (before + out.getvalue()).encode()

        for name, content in {
                "semicolons": dressed(";"), "tabs": dressed("\t"), "CRLF": dressed(end="\r\n"), "a mark": dressed(before="\ufeff"),
                "another order": dressed(order=(3, 2, 1, 0)), "sep": dressed(";", before="sep=;\n"),
                "other names": dressed(header=["Customer Tenant-ID", "MailboxCount", "company", "Redirect URI"]),
                "all": dressed(";", "\r\n", (2, 0, 3, 1), ["TENANT", "Mailbox_Total", "Customer", "RedirectUri"], "\ufeff"),
        }.items():
            with self.subTest(name):
                self.assertEqual(self.plan("-", input=content)["plan_id"], wanted)

    def test_a_saved_plan_provisions_what_its_csv_would(self):
        file = self.me.work / "plan.json"
        outcome = self.me.run("plan", TENANTS, "--save", file)
        self.assertEnds(outcome, 0, r"the plan is saved in .*next: poolwright provision")
        self.assertEqual(json.loads(file.read_text())["plan_id"], self.plan(TENANTS)["plan_id"])
        by_csv = self.operator("by csv")
        seen = []
        for who, what in ((self.me, file), (by_csv, TENANTS)):
            where = self.sandbox()
            client = self.asking(where)
            self.assertEnds(who.provision(where, what, "--redirect-uri", REDIRECT), 0, "147 of 147")
            directory.assert_end_state(self, client, who, json.loads(file.read_text()), REDIRECT)
            seen.append({key: client.stats()["requests"][key] for key in client.writes()})
        self.assertEqual(seen[0], seen[1])

    def test_the_exit_code_tells_whether_there_is_something_to_create(self):
        where = self.sandbox()
        few = self.me.write("few.csv", "tenant_id,mailboxes\ncontoso.example,2500\n")
        self.assertEnds(self.me.run("plan", few, "--detailed-exitcode"), 2)
        self.assertEnds(self.me.run("plan", few), 0)
        self.assertEnds(self.me.provision(where, few), 0, "5 of 5")
        self.assertEnds(self.me.run("plan", few, "--detailed-exitcode"), 0)
        more = self.me.write("more.csv", "tenant_id,mailboxes\ncontoso.example,3501\n")
        grown = self.me.run("plan", more, "--detailed-exitcode", "-o", "json")
        self.assertEnds(grown, 2)
        totals = grown.json()["totals"]
        self.assertEqual((totals["apps"], totals["existing"], totals["to_create"], totals["surplus"]), (7, 5, 2, 0))
        self.assertEnds(self.me.provision(where, more), 0, "7 of 7")
        shrunk = self.plan(few)["totals"]
        self.assertEqual((shrunk["apps"], shrunk["existing"], shrunk["to_create"], shrunk["surplus"]), (5, 7, 0, 2))
        self.assertEnds(self.me.provision(where, few), 0, "5 of 5")
        self.assertEqual(self.asking(where).stats()["applications"], 7, "shrinking deletes nothing")

    def test_one_number_by_rule_and_growth(self):
        table = {"commvault-exchange": (0, 5, 5, 6, 6, 7, 13, 53), "commvault-exchange-2022e": (0, 5, 5, 5, 6, 6, 12, 52),
                 "commvault-2024": (0, 1, 3, 3, 4, 4, 10, 10)}
        for rule, wanted in table.items():
            for mailboxes, apps in zip((0, 1, 2500, 2501, 3500, 3501, 10000, 50000), wanted):
                with self.subTest(rule=rule, mailboxes=mailboxes):
                    self.assertEqual(self.plan("--mailboxes", mailboxes, "--rule", rule)["totals"]["apps"], apps)
        for growth, apps in ((0, 13), (1, 13), (6, 14), (100, 23), (1000, 113)):
            with self.subTest(growth=growth):
                self.assertEqual(self.plan("--mailboxes", 10000, "--growth", growth)["totals"]["apps"], apps)

    def test_the_next_threshold_is_where_the_next_app_is_due(self):
        for growth in (0, 7, 100):
            for row in self.plan(TENANTS, "--growth", growth)["tenants"]:
                due = row["next_app_at"]
                at, below = (self.plan("--mailboxes", n, "--growth", growth)["totals"]["apps"] for n in (due, due - 1))
                self.assertGreater(at, row["apps"])
                self.assertEqual(below, row["apps"])

    def test_the_example_files_are_good(self):
        by_rule = self.plan(TENANTS, "--rule", EXAMPLES / "rule.json", "--profile", EXAMPLES / "profile.json")
        self.assertEqual((by_rule["rule"]["name"], by_rule["profile"]["name"]), ("three-and-a-half", "graph-export-only"))
        example = self.plan(TENANTS)
        self.assertEqual((example["totals"]["tenants"], example["totals"]["apps"]), (24, 147))

    def test_every_output_format_holds_every_tenant(self):
        document = self.plan(TENANTS)
        ids = [row["tenant_id"] for row in document["tenants"]]
        for form, delimiter in (("csv", ","), ("tsv", "\t")):
            text = self.me.run("plan", TENANTS, "-o", form).out
            rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
            self.assertEqual([row["tenant_id"] for row in rows], ids)
            self.assertEqual([int(row["apps"]) for row in rows], [row["apps"] for row in document["tenants"]])
        lines = [json.loads(line) for line in self.me.run("plan", TENANTS, "-o", "ndjson").out.splitlines()]
        self.assertEqual([each["tenant_id"] for each in lines if "tenant_id" in each], ids)
        table = self.me.run("plan", TENANTS)
        self.assertEnds(table, 0)
        self.assertRegex(table.out, r"(?m)^Total.* 147\b")

    def test_a_hundred_thousand_rows_in_little_memory(self):
        with tempfile.TemporaryFile() as file, open(os.devnull, "wb") as nowhere:
            file.write(b"tenant_id,mailboxes,name\n")
            for number in range(100_000):
                file.write(b"%08x-0000-4000-8000-000000000000,%d,Tenant of a name that takes its room %d\n"
                           % (number, number % 7000, number))
            for form in ("json", "csv"):
                file.seek(0)
                process = self.me.start("plan", "-", "-o", form, stdin=file, stdout=nowhere, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                self.assertEqual(process.returncode, 0)
                if "ASAN_OPTIONS" not in self.me.environment:
                    self.assertLess(usage.ru_maxrss, 64 * 1024, f"KiB for {file.tell()} bytes as {form}")

    def test_a_reader_that_leaves_ends_it_quietly(self):
        rows = "".join(f"{n:08x}-0000-4000-8000-000000000000,{n}\n" for n in range(20_000))
        file = self.me.write("many.csv", "tenant_id,mailboxes\n" + rows)
        for form in ("table", "json", "csv", "ndjson"):
            with self.subTest(form):
                process = self.me.start("plan", file, "-q", "-o", form, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                process.stdout.readline()
                process.stdout.close()
                self.assertEqual(process.stderr.read(), b"")
                process.stderr.close()
                self.assertEqual(process.wait(PATIENCE), 0)

    def test_what_is_read_is_not_replaced(self):
        csv = self.me.write("tenants.csv", tenants_csv({"Contoso": "contoso.example"}))
        before = self.me.snapshot()
        (self.me.work / "also").symlink_to(csv)
        for command in (["plan", csv, "--save", csv], ["plan", csv, "--save", "also"], ["plan", "also", "--save", csv], ["report", csv, "--html", csv]):
            with self.subTest(command=command):
                self.assertEnds(self.me.run(*command), 64, "would replace the file that is read")
        (self.me.work / "also").unlink()
        self.assertEqual(self.me.snapshot(), before)

    def test_a_header_alone_is_a_warning(self):
        file = self.me.write("none.csv", "tenant_id,mailboxes\n")
        for outcome in (self.me.run("plan", "-", input=b"tenant_id,mailboxes\n"), self.me.run("plan", file)):
            self.assertEnds(outcome, 0)
            self.assertRegex(outcome.err, r"(?m)^warning: (stdin|\S*none\.csv): there is a header and no tenant$")

    def test_without_a_command_or_with_help_there_is_help(self):
        short = self.me.run()
        self.assertEnds(short, 0, "Examples:")
        for command in ("plan", "provision", "status", "export", "rules", "profiles", "version"):
            with self.subTest(command):
                self.assertIn(f"  {command} ", short.out)
                outcome = self.me.run(command, "--help")
                self.assertEnds(outcome, 0, r"^Examples:")
                self.assertEqual(outcome.err, "")
        self.assertEqual(self.me.snapshot(), self.operator("another").snapshot(), "nothing was made")
