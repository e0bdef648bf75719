"""SIGINT and SIGTERM in the middle of `provision`: it finishes and records what is in flight, says how to resume, and that works."""

import re
import signal
import time

import directory
from harness import EXAMPLES, PATIENCE, EndToEnd, read_events, wait_until

REDIRECT = "https://console.example/adminconsole"
SLACK = 5  # seconds that a busy machine may take beside what the program itself waits for

# Every principal takes 20 s, which is far longer than any run here may take.
STUCK = {"rules": [{"route": "POST /servicePrincipals", "probability": 1, "effect": "delay", "delay_ms": 20000}]}


class Interrupt(EndToEnd):
    def begin(self, where, *options, tenants=EXAMPLES / "tenants.csv"):
        """Starts a run and comes back when it is in the middle: three apps stand or more."""
        self.events = self.me.work / "events.ndjson"
        process = self.background(self.me, "provision", tenants, "--yes", *where.options(),
                                  "--redirect-uri", REDIRECT, "--events", self.events, *options)
        wait_until(lambda: self.count("app_created") >= 3, "three apps are made", process)
        return process

    def count(self, kind):
        return sum(event["type"] == kind for event in read_events(self.events))

    def resume_command(self, process):
        text = process.err_file.read_text()
        found = re.search(r"^to resume: (.*)$", text, re.MULTILINE)
        self.assertIsNotNone(found, text)
        return found[1]

    def test_a_signal_ends_it_in_order_and_the_printed_command_resumes(self):
        for name in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=name.name):
                self.me = self.operator(name.name)
                where = self.sandbox("--latency", 50, "--replication-lag", 200)
                client = self.asking(where)
                # The printed command is for a shell, whatever the file is called.
                tenants = self.me.write("the tenants' list; all $of them.csv", (EXAMPLES / "tenants.csv").read_bytes())
                process = self.begin(where, "--concurrency", 12, tenants=tenants)
                process.send_signal(name)
                self.assertEqual(process.wait(PATIENCE), 130, process.err_file.read_text())
                self.assertEqual(self.count("run_finished"), 1)
                self.assertLess(self.count("app_ready"), 147)
                # What was in flight is recorded: every app that stands is known, with its secret.
                known = self.me.run("status", "-o", "json").json()["pools"][0]
                self.assertLess(known["ready"], 147)
                self.assertEqual(client.stats()["applications"], self.count("app_created"))
                self.assertRegex(process.out_file.read_text(), r"of 147 apps ready")
                creates = self.created(client)
                outcome = self.me.run(command=["sh", "-c", f"exec {self.resume_command(process)}"])
                self.assertEnds(outcome, 0, "147 of 147 apps ready")
                self.assertEqual(self.created(client), creates + self.count("app_created"))
                self.assertEqual(self.created(client), 147)
                plan = self.me.run("plan", EXAMPLES / "tenants.csv", "-o", "json").json()
                directory.assert_end_state(self, client, self.me, plan, REDIRECT)

    def created(self, client):
        return client.stats()["requests"]["POST /applications"]["201"]

    def test_the_end_is_within_the_request_timeout(self):
        self.me = self.operator()
        process = self.begin(self.sandbox(faults=STUCK), "--request-timeout", 2)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 130)
        self.assertLess(time.monotonic() - started, 2 + SLACK)

    def test_a_second_signal_ends_it_at_once_and_loses_nothing(self):
        self.me = self.operator()
        where = self.sandbox("--state", self.folder / "directory", faults=STUCK)
        tenants = self.me.write("three.csv", "tenant_id,mailboxes,rule\n" + "".join(
            f"{digit * 8}-0000-4000-8000-000000000000,9,single-app\n" for digit in "abc"))
        process = self.begin(where, tenants=tenants)
        process.send_signal(signal.SIGINT)
        wait_until(lambda: "to resume: " in process.err_file.read_text(), "the first signal is heard", process)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 130)
        self.assertLess(time.monotonic() - started, SLACK)
        # The directory comes back healthy, with what it had.
        where.stop()
        where = self.sandbox("--state", self.folder / "directory")
        self.assertEnds(self.me.provision(where, tenants, "--redirect-uri", REDIRECT), 0, "3 of 3 apps ready")
        plan = self.me.run("plan", tenants, "-o", "json").json()
        directory.assert_end_state(self, self.asking(where), self.me, plan, REDIRECT)

    def test_a_signal_while_tenants_are_looked_up(self):
        route = "GET /{tenant}/v2.0/.well-known/openid-configuration"
        where = self.sandbox(faults={"rules": [{"route": route, "probability": 1, "effect": "delay", "delay_ms": 3000}]})
        self.me = self.operator()
        process = self.background(self.me, "provision", EXAMPLES / "tenants.csv", "--yes", *where.options())
        client = self.asking(where)
        wait_until(lambda: self.listens(process), "it catches signals", process)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 130, process.err_file.read_text())
        self.assertEqual(client.writes(), {})
        self.assertIn("to resume: ", process.err_file.read_text())

    def listens(self, process):
        """The kernel's word on whether the process catches SIGINT."""
        with open(f"/proc/{process.pid}/status") as facts:
            caught = next(int(line.split()[1], 16) for line in facts if line.startswith("SigCgt:"))
        return bool(caught >> (signal.SIGINT - 1) & 1)
