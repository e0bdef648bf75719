"""What a run of `provision` tells and heeds: events, quotas, --verify, --only, --dry-run, readers, configuration."""

import collections
import contextlib
import json
import os
import sqlite3
import subprocess

import directory
from harness import EXAMPLES, LONG_PATIENCE, PATIENCE, EndToEnd, wait_until

TENANTS = EXAMPLES / "tenants.csv"
A, B = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c", "755af1a6-823d-4bc0-87f8-0dfd10787204"
TWO = f"tenant_id,mailboxes,name\n{A},100,Fabrikam\n{B},100,Müller\n"


class Run(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.two = self.me.write("two.csv", TWO)

    def begin(self, *options, **faults):
        self.where = self.sandbox(*options, **faults)
        self.client = self.asking(self.where)

    def provision(self, file, *options, **settings):
        return self.me.provision(self.where, file, *options, **settings)

    def plan(self, file):
        return self.me.run("plan", file, "-o", "json").json()


class Events(Run):
    def check(self, lines, apps):
        events = [json.loads(line) for line in lines]
        self.assertEqual(events[0], {"type": "version", "schema": "poolwright.events/1"})
        self.assertEqual((events[1]["type"], events[-1]["type"]), ("run_started", "run_finished"))
        counts = collections.Counter(event["type"] for event in events)
        self.assertEqual((counts["app_created"], counts["app_ready"]), (apps, apps))
        self.assertEqual(events[-1]["totals"]["ready"], apps)
        for event in events[1:]:
            self.assertRegex(event["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(sorted(event["at"] for event in events[1:]), [event["at"] for event in events[1:]])
        ready = {(e["tenant_id"], e["pool"], e["ordinal"], e["application_id"]) for e in events if e["type"] == "app_ready"}
        created = {(e["tenant_id"], e["pool"], e["ordinal"], e["application_id"]) for e in events if e["type"] == "app_created"}
        self.assertEqual(ready, created)
        return events

    def test_to_a_file_they_are_whole_and_only_the_owners(self):
        self.begin("--replication-lag", 200)
        target = self.me.work / "events.ndjson"
        self.assertEnds(self.provision(self.two, "--events", target), 0, "10 of 10")
        events = self.check(target.read_text().splitlines(), 10)
        waits = [event for event in events if event["type"] == "waiting"]
        self.assertTrue(waits, "objects replicate, so something waits")
        self.assertEqual({event["reason"] for event in waits}, {"replication"})
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)

    def test_to_standard_output_they_stand_alone(self):
        self.begin()
        outcome = self.provision(self.two, "--events", "-")
        self.assertEnds(outcome, 0)
        self.check(outcome.out.splitlines(), 10)
        self.assertRegex(outcome.err, "10 of 10 apps ready")

    def test_a_reader_that_leaves_does_not_stop_the_run(self):
        self.begin("--latency", 20)
        for options, pool in ((["--events", "-"], "one"), ([], "two"), (["-o", "json"], "three")):
            with self.subTest(options=options):
                process = self.me.start("provision", self.two, "--yes", *self.where.options(), "--pool", pool, *options,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                if options[:1] == ["--events"]:
                    process.stdout.readline()
                process.stdout.close()
                err = process.stderr.read().decode()
                process.stderr.close()
                self.assertEqual(process.wait(PATIENCE), 0, err)
                self.assertEnds(self.provision(self.two, "--pool", pool), 0, "10 of 10 apps ready .*0 created")

    def test_a_reader_of_both_streams_that_leaves(self):
        self.begin("--latency", 20)
        reader, writer = os.pipe()
        process = self.me.start("provision", self.two, "--yes", *self.where.options(), "-v", stdout=writer, stderr=writer)
        os.close(writer)
        os.close(reader)
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertEqual(self.me.run("status", "-o", "json").json()["pools"][0]["ready"], 10)

    def test_a_failed_tenant_is_an_event_with_its_reason(self):
        self.begin(faults={"tenants": [{"tenant_id": A, "kind": "no_consent"}]})
        outcome = self.provision(self.two, "--events", "-")
        self.assertEnds(outcome, 1)
        failed = [e for e in map(json.loads, outcome.out.splitlines()) if e["type"] == "tenant_failed"]
        self.assertEqual([e["tenant_id"] for e in failed], [A])
        self.assertIn("an administrator consents at https://", failed[0]["reason"])


# Quotas that a run of 147 apps (735 writes, 115 of them in the largest tenant) uses up and has to wait for. The windows are long
# beside what a busy machine delays a call: calls that arrive closer together than they were sent are a matter of the pacer's tests.
SMALL = {"application": {"writes": {"limit": 650, "window": "30s"}},
         "tenant": {"writes": {"limit": 110, "window": "30s"}},
         "application_tenant": {"writes": {"limit": 100, "window": "30s"}}}


class Quotas(Run):
    def test_known_limits_are_not_run_into(self):
        self.begin(limits=SMALL)
        limits = self.me.write("limits.json", json.dumps({"schema": "poolwright.limits/1", **SMALL}))
        self.assertEnds(self.provision(TENANTS, "--limits", limits, "--concurrency", 8), 0, "147 of 147")
        stats = self.client.stats()
        self.assertEqual((stats["throttled"], stats["early_calls"]), (0, 0), stats)
        directory.assert_end_state(self, self.client, self.me, self.plan(TENANTS))

    def test_limits_that_are_lower_than_known_throttle_and_no_call_is_early(self):
        self.begin(limits=SMALL)
        outcome = self.provision(TENANTS, "--events", self.me.work / "events")
        self.assertEnds(outcome, 0, "147 of 147")
        stats = self.client.stats()
        self.assertGreater(stats["throttled"], 0)
        self.assertEqual(stats["early_calls"], 0, stats)
        directory.assert_end_state(self, self.client, self.me, self.plan(TENANTS))
        reasons = {json.loads(line).get("reason") for line in (self.me.work / "events").read_text().splitlines()}
        self.assertIn("throttle", reasons)

    def test_a_run_remembers_what_the_one_before_has_spent(self):
        small = {"application_tenant": {"writes": {"limit": 60, "window": "8s", "shape": "sliding"}}}
        self.begin(limits=small)
        limits = self.me.write("limits.json", json.dumps({"schema": "poolwright.limits/1", **small}))
        for pool in ("one", "two", "three"):
            self.assertEnds(self.provision(self.two, "--limits", limits, "--pool", pool), 0, "10 of 10")
        self.assertEqual(self.client.stats()["throttled"], 0)

    def test_a_planted_429_is_heeded_to_the_letter(self):
        self.begin(faults={"rules": [
            {"route": "POST /applications", "nth": 3, "effect": "status", "status": 429, "retry_after": "2"},
            {"route": "POST /servicePrincipals", "nth": 2, "effect": "status", "status": 429, "retry_after": "1"},
            {"route": "POST /{tenant}/oauth2/v2.0/token", "nth": 1, "effect": "status", "status": 429, "retry_after": "1"}]})
        self.assertEnds(self.provision(self.two), 0, "10 of 10")
        stats = self.client.stats()
        self.assertEqual((stats["throttled"], stats["early_calls"]), (3, 0))

    def test_a_429_is_heeded_by_the_next_process_too(self):
        self.begin(faults={"rules": [{"route": "POST /applications", "nth": 1, "effect": "status", "status": 429, "retry_after": "8"}]})
        process = self.background(self.me, "provision", self.two, "--yes", *self.where.options())
        wait_until(self.holds, "what the service said is recorded", process)
        process.kill()
        process.wait()
        self.assertEnds(self.provision(self.two, timeout=LONG_PATIENCE), 0, "10 of 10")
        stats = self.client.stats()
        self.assertEqual((stats["throttled"], stats["early_calls"]), (1, 0))

    def holds(self):
        """Whom the ledger says that the service told to wait."""
        place = self.me.state / "fleet.db"
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as ledger:
            return ledger.execute("SELECT directory_id FROM held").fetchall()
        return []


class Options(Run):
    def test_a_dry_run_sends_and_makes_nothing(self):
        self.begin()
        before, requests = self.me.snapshot(), self.client.stats()["requests"]
        outcome = self.provision(TENANTS, "--dry-run")
        self.assertEnds(outcome, 0, r"would create 147 apps in 23 tenants \(about 735 writes\)")
        document = self.provision(TENANTS, "--dry-run", "-o", "json").json()
        self.assertEqual((document["dry_run"], document["totals"]["to_create"]), (True, 147))
        # Neither an identity nor a terminal is needed to look.
        self.assertEnds(self.me.run("provision", TENANTS, "--dry-run"), 0, "would create 147 apps")
        self.assertEqual(self.me.snapshot(), before)
        self.assertEqual(self.client.stats()["requests"], requests)

    def test_only_chooses_tenants_by_id_domain_or_name(self):
        self.begin()
        for choice, apps in (("relecloud", 5), ("contoso.example", 23), ("0B04089F-9bd9-47e5-89ee-47dfac89ec9c", 12)):
            with self.subTest(choice):
                self.assertEnds(self.provision(TENANTS, "--only", choice), 0, rf"{apps} of {apps} apps ready in 1 tenant")
        self.assertEnds(self.provision(TENANTS, "--only", "Relecloud", "--only", "VanArsdel"), 0, "10 of 10 apps ready in 2 tenants")
        self.assertEqual(self.client.stats()["applications"], 45)

    def test_verify_mends_what_was_taken_away(self):
        self.begin()
        self.assertEnds(self.provision(self.two), 0)
        graph = self.client.token(A, self.where.client_id, self.where.client_secret, directory.GRAPH)
        apps = self.client.applications(A)
        taken = {"grant": f"/v1.0/servicePrincipals/{apps[0]['servicePrincipalId']}/appRoleAssignments/{apps[0]['grants'][0]['id']}",
                 "principal": f"/v1.0/servicePrincipals/{apps[1]['servicePrincipalId']}"}
        for what, path in taken.items():
            self.assertEqual(self.client.call("DELETE", path, bearer=graph)[0], 204, what)
        self.assertEnds(self.provision(self.two), 0, "10 of 10")
        self.assertEqual(len(self.client.applications(A)[0]["grants"]), 2, "what is ready is not asked about")
        self.assertEnds(self.provision(self.two, "--verify"), 0, "10 of 10")
        directory.assert_end_state(self, self.client, self.me, self.plan(self.two))

    def test_verify_says_what_it_cannot_mend_alone(self):
        self.begin()
        self.assertEnds(self.provision(self.two), 0)
        graph = self.client.token(A, self.where.client_id, self.where.client_secret, directory.GRAPH)
        gone = self.client.applications(A)[0]
        self.assertEqual(self.client.call("DELETE", f"/v1.0/applications/{gone['id']}", bearer=graph)[0], 204)
        outcome = self.provision(self.two, "--verify", "--step-deadline", 2)
        self.assertEnds(outcome, 1, "9 of 10 apps ready")
        self.assertRegex(outcome.out, r"Fabrikam .*1 app .*(--restore-deleted|deleted)")

    def test_readers_during_a_run_see_it_grow_and_do_not_disturb_it(self):
        self.begin("--latency", 60)
        process = self.background(self.me, "provision", TENANTS, "--yes", *self.where.options(), "--concurrency", 16)
        seen = [0]
        while process.poll() is None:
            if not (self.me.state / "fleet.db").exists():
                continue
            status = self.me.run("status", "-o", "json")
            self.assertEnds(status, 0)
            pools = status.json()["pools"]
            seen.append(pools[0]["ready"] if pools else 0)
            self.assertEnds(self.me.run("export", "--format", "csv", "--to", "-", "--no-key-values"), 0)
        self.assertEqual(process.returncode, 0, process.err_file.read_text())
        self.assertEqual(seen, sorted(seen))
        self.assertGreater(len(set(seen)), 2, "the readers came too late to see it grow")

    def test_a_second_pool_another_profile_and_names_for_people(self):
        self.begin()
        outcome = self.provision(self.two, "--pool", "graph-only", "--profile", EXAMPLES / "profile.json",
                                 "--display-name", "{tenant} backup {ordinal:02}")
        self.assertEnds(outcome, 0, "10 of 10")
        apps = self.client.applications(B)
        self.assertEqual(sorted(each["displayName"] for each in apps), [f"Müller backup {n:02}" for n in range(1, 6)])
        self.assertEqual({grant["role"] for grant in apps[0]["grants"]},
                         {"User.Read.All", "Group.Read.All", "MailboxItem.ImportExport.All", "MailboxFolder.Read.All"})
        rows = directory.rows_of(self.me.export("csv"))
        directory.assert_credentials(self, self.client, rows, json.loads((EXAMPLES / "profile.json").read_text()))

    def test_a_person_who_declines_finds_everything_as_it_was(self):
        self.begin()
        outcome = self.in_a_terminal("n\n")
        self.assertEqual(outcome[0], 1, outcome)
        self.assertIn("Create 10 apps in 2 tenants", outcome[1])
        self.assertIn("nothing was done", outcome[1])
        self.assertEqual(self.client.writes(), {})
        self.assertFalse(self.me.state.exists())
        outcome = self.in_a_terminal("y\n")
        self.assertEqual(outcome[0], 0, outcome)
        self.assertIn("10 of 10 apps ready", outcome[1])

    def in_a_terminal(self, answer):
        """Runs `provision` as a person does, who reads and answers; gives the exit code and what was shown."""
        master, terminal = os.openpty()
        process = self.me.start("provision", self.two, *self.where.options(), stdin=terminal, stdout=terminal, stderr=terminal)
        os.close(terminal)
        self.addCleanup(os.close, master)
        shown, answered = b"", False
        while True:
            try:
                shown += os.read(master, 65536)
            except OSError:  # the last one to hold the terminal has ended
                break
            if b"[y/N]" in shown and not answered:
                answered = os.write(master, answer.encode()) > 0
        return process.wait(PATIENCE), shown.decode()


class Settings(Run):
    """Option before environment before config file before default."""

    def apps(self, *options, env=None):
        outcome = self.me.run("plan", "--mailboxes", 10000, "-o", "json", *options, env=env)
        self.assertEnds(outcome, 0)
        return outcome.json()["growth_percent"]

    def test_precedence(self):
        self.assertEqual(self.apps(), 0)
        self.me.config.mkdir()
        (self.me.config / "config.toml").write_text('growth = 10\n')
        self.assertEqual(self.apps(), 10)
        (self.me.config / "config.toml").write_text('growth = 10\n[plan]\ngrowth = 20\n')
        self.assertEqual(self.apps(), 20)
        self.assertEqual(self.apps(env={"POOLWRIGHT_GROWTH": "30"}), 30)
        self.assertEqual(self.apps("--growth", 40, env={"POOLWRIGHT_GROWTH": "30"}), 40)
        named = self.me.write("mine.toml", "growth = 50\n")
        self.assertEqual(self.apps("--config", named), 50)
        self.assertEqual(self.apps(env={"POOLWRIGHT_CONFIG": str(named)}), 50)

    def test_a_bad_value_names_where_it_comes_from(self):
        outcome = self.me.run("plan", "--mailboxes", 5, env={"POOLWRIGHT_GROWTH": "much"})
        self.assertEnds(outcome, 64, r"POOLWRIGHT_GROWTH: .*much")

    def test_nothing_is_read_from_the_current_folder(self):
        for name in ("config.toml", "poolwright.toml", ".env", "fleet.key", "single-app"):
            self.me.write(name, "this is nothing that could be read\n")
        self.assertEqual(self.apps("--rule", "single-app"), 0)

    def test_provision_by_configuration_alone(self):
        self.begin()
        self.me.config.mkdir()
        (self.me.config / "config.toml").write_text(
            f'[provision]\nauthority-url = "{self.where.url}"\ngraph-url = "{self.where.url}"\nca-file = "{self.where.ca_file}"\n'
            f'client-id = "{self.where.client_id}"\nclient-secret-file = "{self.where.secret_file}"\n'
            'redirect-uri = "https://console.example/x"\n')
        self.assertEnds(self.me.run("provision", self.two, "--yes"), 0, "10 of 10")
        directory.assert_end_state(self, self.client, self.me, self.plan(self.two), "https://console.example/x")

    def test_another_ledger_by_its_address(self):
        self.begin()
        state = f"sqlite://{self.me.work}/my%20fleet.db"
        self.assertEnds(self.provision(self.two, "--state", state), 0, "10 of 10")
        self.assertTrue((self.me.work / "my fleet.db").exists())
        self.assertFalse(self.me.state.exists())
        self.assertEqual(self.me.run("status", "-o", "json", "--state", state).json()["pools"][0]["ready"], 10)
        self.assertEqual(self.me.run("status", "-o", "json", env={"POOLWRIGHT_STATE": state}).json()["pools"][0]["ready"], 10)
        self.assertEqual(self.me.run("status", "-o", "json").json()["pools"], [])
