"""The main job: from examples/tenants.csv to proven apps and exported values, and what a second run does."""

import base64
import collections
import csv
import io
import json
import re

import directory
from harness import EXAMPLES, EndToEnd

REDIRECT = "https://console.example/adminconsole"
TENANTS = EXAMPLES / "tenants.csv"


class MainJob(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox("--latency", 5)
        self.client = self.asking(self.where)
        self.me = self.operator()
        self.plan = self.me.run("plan", TENANTS, "-o", "json").json()

    def provision(self, *options):
        return self.me.provision(self.where, TENANTS, "--redirect-uri", REDIRECT, *options)

    def test_the_example_ends_proven_and_a_second_run_has_nothing_to_do(self):
        self.assertEnds(self.provision(), 0, r"147 of 147 apps ready in 24 tenants")
        directory.assert_end_state(self, self.client, self.me, self.plan, REDIRECT)
        before = self.client.stats()
        second = self.provision()
        self.assertEnds(second, 0, r"147 of 147 apps ready")
        self.assertEqual(second.err.count("key pair"), 0, "the keys are made once")
        after = self.client.stats()
        # Three tenants are named by their domain, which a run looks up; nothing else is asked for.
        lookups = "GET /{tenant}/v2.0/.well-known/openid-configuration"
        self.assertEqual(after["requests"][lookups]["200"] - before["requests"][lookups]["200"], 3)
        for stats in (before, after):
            del stats["requests"][lookups]
        self.assertEqual(after, before)

    def test_five_writes_and_two_tokens_an_app(self):
        # 24 tenants, one of them without a mailbox: a token each, the roles of two resources, and two questions what the
        # tenant allows.
        self.provision()
        counts = {route: sum(statuses.values()) for route, statuses in self.client.stats()["requests"].items()}
        self.assertEqual(counts, {
            "GET /{tenant}/v2.0/.well-known/openid-configuration": 3,
            "POST /{tenant}/oauth2/v2.0/token": 23 + 2 * 147,
            "GET /servicePrincipals/{id}": 2 * 23,
            "GET /policies/defaultAppManagementPolicy": 23,
            "GET /organization": 23,
            "POST /applications": 147,
            "POST /servicePrincipals": 147,
            "POST /servicePrincipals/{id}/appRoleAssignments": 3 * 147,
        })

    def test_what_is_made_is_for_its_owner_only(self):
        self.provision()
        self.me.export("csv")
        self.me.run("plan", TENANTS, "--save", self.me.work / "plan.json")
        modes = {path.name: path.stat().st_mode & 0o777 for path in [
            self.me.state, self.me.config, *self.me.state.iterdir(), *self.me.config.iterdir(),
            *self.me.exports.iterdir()]}
        self.assertEqual(modes, {"poolwright": 0o700, "fleet.db": 0o600, "fleet.db.lock": 0o600, "fleet.key": 0o600,
                                 "fleet.pub": 0o600, "apps.csv": 0o600})
        self.assertEqual(self.me.config.stat().st_mode & 0o777, 0o700)

    def test_an_export_over_a_file_that_others_may_read_is_private(self):
        self.provision("--only", "VanArsdel")
        target = self.me.exports / "apps.csv"
        target.write_text("something else")
        target.chmod(0o644)
        self.assertEnds(self.me.run("export", "--format", "csv", "--to", target), 0)
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)
        self.assertEqual(len(directory.rows_of(target.read_bytes())), 5)
        self.assertEqual([path.name for path in self.me.exports.iterdir()], ["apps.csv"])


class Formats(EndToEnd):
    """What status and export print about one finished run, as other programs read it."""

    def setUp(self):
        super().setUp()
        where = self.sandbox()
        self.client = self.asking(where)
        self.me = self.operator()
        self.assertEnds(self.me.provision(where, TENANTS), 0)
        self.plan = self.me.run("plan", TENANTS, "-o", "json").json()
        self.rows = directory.rows_of(self.me.export("csv"))

    def test_csv_and_json_say_the_same(self):
        header = "directory_id,application_id,key_value,key_id,expires_at,display_name,pool,ordinal,tenant_name"
        header += ",credential,certificate_file,thumbprint"
        self.assertEqual(",".join(self.rows[0]), header)
        as_json = json.loads(self.me.export("json"))
        self.assertEqual([{key: "" if value is None else str(value) for key, value in each.items()} for each in as_json],
                         [{key: directory.unprotected(value) for key, value in row.items()} for row in self.rows])
        names = {row["tenant_name"] for row in self.rows}
        self.assertLessEqual({"Fabrikam, Inc.", 'Proseware, "the" company', "東京ロジスティクス"}, names)

    def test_commvault_holds_the_working_secrets_in_base64(self):
        document = json.loads(self.me.export("commvault"))
        self.assertEqual(len(document), 23)
        found = []
        for tenant in document:
            self.assertEqual(list(tenant), ["directory_id", "azureAppList"])
            for app in tenant["azureAppList"]["azureApps"]:
                self.assertEqual((app["azureDirectoryId"], app["appStatus"], app["azureAppType"]),
                                 (tenant["directory_id"], 1, 1))
                found.append({"directory_id": app["azureDirectoryId"], "application_id": app["azureAppId"],
                              "key_value": base64.b64decode(app["azureAppKeyValue"], validate=True).decode()})
        wanted = [{key: row[key] for key in found[0]} for row in self.rows]
        self.assertEqual(found, wanted)
        directory.assert_credentials(self, self.client, found, self.plan["profile"])

    def test_the_ews_list_names_every_app_in_the_block_of_its_tenant(self):
        text = self.me.export("ews-allow-list").decode()
        blocks = text.split("& {")[1:]
        ids = collections.defaultdict(list)
        for row in self.rows:
            ids[row["directory_id"]].append(row["application_id"])
        self.assertEqual(len(blocks), len(ids))
        self.assertEqual([re.findall(r"'([0-9a-f]{8}-[0-9a-f-]{27})'", block) for block in blocks],
                         list(ids.values()))
        for block in blocks:
            self.assertIn("Set-OrganizationConfig -EwsAllowedAppIDs", block)

    def test_without_key_values_no_key_is_needed(self):
        (self.me.config / "fleet.key").unlink()
        for form in ("csv", "json", "commvault"):
            # What is printed here is searched for secrets like everything else.
            outcome = self.me.run("export", "--format", form, "--to", "-", "--no-key-values")
            self.assertEnds(outcome, 0)
            self.assertEqual(len(set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", outcome.out))
                                 & {row["application_id"] for row in self.rows}), 147)
        self.assertEnds(self.me.run("export", "--format", "ews-allow-list", "--to", "-"), 0)
        self.assertEnds(self.me.run("export", "--format", "csv", "--to", "-"), 70, "private key .* does not exist")

    def test_tenant_and_pool_choose(self):
        def chosen(*options):
            outcome = self.me.run("export", "--format", "csv", "--to", "-", "--no-key-values", *options)
            self.assertEnds(outcome, 0)
            return [row["tenant_name"] for row in directory.rows_of(outcome.raw_out)]
        self.assertEqual(chosen("--tenant", "contoso.example"), ["Contoso Ltd"] * 23)
        self.assertEqual(chosen("--tenant", self.client.directory_id("contoso.example")), ["Contoso Ltd"] * 23)
        self.assertEqual(set(chosen("--tenant", "relecloud", "--tenant", "VanArsdel")), {"Relecloud", "VanArsdel"})
        self.assertEqual(len(chosen("--pool", "exchange")), 147)

    def test_status_as_json_and_as_a_table(self):
        status = self.me.run("status", "-o", "json").json()
        self.assertEqual(status["schema"], "poolwright.status/1")
        self.assertEqual(status["pools"], [{"pool": "exchange", "planned": 147, "ready": 147, "pending": 0, "failed": 0}])
        self.assertEqual(len(status["tenants"]), 24)
        keys = {"tenant_id", "name", "pool", "planned", "ready", "pending", "failed", "last_error"}
        for tenant in status["tenants"]:
            self.assertLessEqual(keys, set(tenant))
            self.assertEqual((tenant["ready"], tenant["last_error"]), (tenant["planned"], None))
        table = self.me.run("status")
        self.assertEnds(table, 0, r"Total +147 +147")
        self.assertLessEqual(max(map(len, table.out.splitlines())), 80)

    def test_csv_of_the_export_is_rfc_4180(self):
        text = self.me.export("csv").decode()
        again = io.StringIO(newline="")
        csv.writer(again, lineterminator="\n").writerows(csv.reader(io.StringIO(text, newline=""), strict=True))
        # Key values are always quoted, which a writer that quotes as little as it can does not do.
        bare = re.sub(r'^([^,"]*,[^,"]*,)"(sbx8Q~[^"]*)"', r"\1\2", text, flags=re.MULTILINE)
        self.assertEqual(again.getvalue(), bare)
