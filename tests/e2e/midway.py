"""A run of `provision` that something happens to in the middle, and the same command afterwards that has to make everything good."""

import directory
from harness import LONG_PATIENCE, PATIENCE, EndToEnd, read_events, wait_until

REDIRECT = "https://console.example/adminconsole"
# 30 apps; few at a time and 50 ms each, so that the middle lasts.
TENANTS = "tenant_id,mailboxes,name\n" + "".join(
    f"{digit * 8}-0000-4000-8000-000000000000,7500,Tenant {digit.upper()}\n" for digit in "abc")
APPS = 30
SLOW = ("--latency", 50, "--replication-lag", 200, "--secret-lag", 200)


class Midway(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.csv = self.me.write("tenants.csv", TENANTS)
        self.events = self.me.work / "events.ndjson"

    def begin_sandbox(self, *options, **settings):
        self.where = self.sandbox(*SLOW, *options, **settings)
        self.client = self.asking(self.where)

    def command(self, *options, concurrency=6):
        return ["provision", self.csv, "--yes", *self.where.options(), "--redirect-uri", REDIRECT,
                "--concurrency", concurrency, *options]

    def begin(self, *options, apps=5, **settings):
        """Starts a run and comes back when it is in the middle: so many apps stand."""
        process = self.background(self.me, *self.command("--events", self.events, *options), **settings)
        wait_until(lambda: self.count("app_created") >= apps, f"{apps} apps are made", process)
        return process

    def count(self, kind):
        return sum(event["type"] == kind for event in read_events(self.events))

    def ends(self, process, code, pattern, patience=PATIENCE):
        """The background command ends so, and says that once on standard error, in words that name no part of the program."""
        self.assertEqual(process.wait(patience), code, process.err_file.read_text())
        said = process.err_file.read_text()
        self.assertRegex(said, pattern)
        self.assertNotRegex(said, r"(?i)what\(\)|std::|boost|terminate|errno|sqlite_|this is a bug")
        return said

    def converge(self, clean=directory.CLEAN, **settings):
        """The same command again ends well; every app is there once, every secret works, and then nothing is left to do."""
        outcome = self.me.run(*self.command(), timeout=LONG_PATIENCE, **settings)
        self.assertEnds(outcome, 0, f"{APPS} of {APPS} apps ready")
        plan = self.me.run("plan", self.csv, "-o", "json").json()
        directory.assert_end_state(self, self.client, self.me, plan, REDIRECT, clean)
        before = self.client.writes()
        self.assertEnds(self.me.run(*self.command()), 0, f"{APPS} of {APPS} apps ready")
        self.assertEqual(self.client.writes(), before)
