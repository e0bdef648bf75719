"""What other programs read, against the schemas of examples/schemas/, by a validator that this project did not write."""

import copy
import json

import jsonschema

from harness import EXAMPLES, EndToEnd, tenants_csv

SCHEMAS = EXAMPLES / "schemas"
GOOD, FORBIDDING, CLOSED = (f"{number:08x}-0000-4000-8000-000000000000" for number in (1, 2, 3))


def resolved(node):
    """The schema with those in it that it refers to."""
    if isinstance(node, list):
        return [resolved(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return resolved(json.loads((SCHEMAS / node["$ref"]).read_text()))
    return {key: resolved(each) for key, each in node.items()}


def closed(node):
    """The same, refusing keys that it does not name: programs must bear what is added, but what is there must be described."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: closed(each) for key, each in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node["additionalProperties"] = False
    return node


def validator(name):
    schema = closed(resolved(json.loads((SCHEMAS / f"{name}.schema.json").read_text())))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Schemas(EndToEnd):
    used = set()

    def setUp(self):
        super().setUp()
        self.me = self.operator()

    def check(self, name, document):
        """It is valid; and would not be with a key more, or one less that is required."""
        judge = validator(name)
        found = [f"{list(each.absolute_path)}: {each.message}" for each in judge.iter_errors(document)]
        self.assertEqual(found, [], f"{name}: {json.dumps(document)[:2000]}")
        Schemas.used.add(name)
        one = document[0] if isinstance(document, list) else document
        for change in (lambda it: it.update(surprise=1), lambda it: it.pop("schema", None) or it.pop(next(iter(it)))):
            other = copy.deepcopy(one)
            change(other)
            self.assertFalse(judge.is_valid([other] if isinstance(document, list) else other), f"{name} allows anything")

    def json(self, *words, code=0, **settings):
        outcome = self.me.run(*words, **settings)
        self.assertEqual(outcome.code, code, str(outcome))
        return outcome.json()

    def lines(self, name, text):
        for line in text.splitlines():
            self.check(name, json.loads(line))

    def test_what_is_built_in(self):
        for kind in ("rule", "profile"):
            for document in self.json(f"{kind}s", "-o", "json"):
                self.check(kind, document)
                self.check(kind, self.json(f"{kind}s", document["name"]))
            self.check(kind, json.loads((EXAMPLES / f"{kind}.json").read_text()))
        self.check("version", self.json("version", "-o", "json"))
        self.me.config.mkdir()
        (self.me.config / "config.toml").write_text("growth = 3\n[plan]\nrule = \"single-app\"\n")
        secret = {"AZURE_CLIENT_SECRET": "hush", "AZURE_CLIENT_ID": GOOD, "POOLWRIGHT_QUIET": "yes"}
        shown = self.json("config", "show", "-o", "json", "--state", "sqlite:///tmp/x.db", env=secret)
        self.check("config", shown)
        self.assertEqual({each["origin"]["kind"] for each in shown["settings"]}, {"option", "environment", "file", "default"})

    def test_plans(self):
        csv = self.me.write("tenants.csv", tenants_csv({"Good": GOOD, "Big": FORBIDDING}) + "x.example,190000,X\n")
        self.check("plan", self.json("plan", csv, "-o", "json"))
        self.me.run("plan", csv, "--save", "plan.json")
        self.check("plan", json.loads((self.me.work / "plan.json").read_text()))
        self.lines("plan-lines", self.me.run("plan", csv, "-o", "ndjson").out)
        self.check("report", self.json("report", csv, "-o", "json"))
        self.check("report", self.json("report", csv, "-o", "json", "--profile", EXAMPLES / "profile.json"))
        self.check("status", {"schema": "poolwright.status/1", "pools": [], "tenants": []})
        self.assertEqual(self.json("status", "-o", "json"), {"schema": "poolwright.status/1", "pools": [], "tenants": []})

    def test_runs(self):
        where = self.sandbox(
            "--identities", 2, "--replication-lag", 30,
            faults={"rules": [{"route": "POST /applications", "nth": 3, "effect": "status", "status": 429, "retry_after": 1}],
                    "tenants": [{"tenant_id": CLOSED, "kind": "no_consent"},
                                {"tenant_id": FORBIDDING, "kind": "secrets_forbidden", "policy": "default"}]})
        csv = self.me.write("tenants.csv", tenants_csv({"Good": GOOD, "Forbidding": FORBIDDING, "Closed": CLOSED}))
        limits = {"schema": "poolwright.limits/1", "application": {"writes": {"limit": 100000, "window": "1.5s"}},
                  "tenant": {"writes": {"limit": 100, "window": "300ms", "shape": "fixed"}},
                  "application_tenant": {"resource_units": {"S": {"limit": 3500, "window": "10s"}}}}
        self.check("limits", limits)
        common = [*where.options(), "-o", "json"]
        self.check("count", self.json("count", csv, *common))
        self.check("doctor", self.json("doctor", csv, *common, code=1))
        self.check("run", self.json("provision", csv, "--dry-run", *common))
        events = self.me.work / "events"
        run = self.json("provision", csv, "--yes", "--credential", "auto", "--limits", self.me.write("limits.json", json.dumps(limits)),
                        "--events", events, *common, code=1)
        self.check("run", run)
        self.assertTrue(run["failed_tenants"] and run["certificates_instead"])
        self.lines("events", events.read_text())
        seen = {json.loads(line)["type"] for line in events.read_text().splitlines()}
        self.assertLessEqual({"version", "run_started", "app_created", "app_ready", "waiting", "tenant_failed",
                              "certificates_instead", "run_finished"}, seen)
        self.check("status", self.json("status", "-o", "json"))
        self.check("export", json.loads(self.me.export("json")))
        target = self.me.exports / "good.json"
        self.check("exported", self.json("export", "--format", "commvault", "--tenant", GOOD, "--to", target, "-o", "json"))
        self.check("commvault", json.loads(target.read_text()))
        self.check("export", self.json("export", "--format", "json", "--no-key-values", "--to", "-"))
        self.check("key", self.json("key", "rotate", "-o", "json"))
        phrase = self.me.write("phrase", "a long passphrase for this key\n")
        phrase.chmod(0o600)
        self.check("key", self.json("key", "protect", "--new-passphrase-file", phrase, "-o", "json"))
        self.identities(where, csv)

    def identities(self, where, csv):
        """What the program takes the schema takes, too."""
        document = {"schema": "poolwright.identities/1", "identities": [
            {"client_id": where.client_id, "client_secret_file": where.secret_file, "tenants": [GOOD]}]}
        self.check("identities", document)
        file = self.me.write("identities.json", json.dumps(document))
        self.assertEnds(self.me.run("provision", csv, "--yes", "--only", GOOD, "--identities", file, *where.addresses()), 0)

    @classmethod
    def tearDownClass(cls):
        there = {each.name.removesuffix(".schema.json") for each in SCHEMAS.iterdir()}
        assert cls.used == there, f"no test uses {there - cls.used}"


class Refused(EndToEnd):
    """What the schema refuses of an input the program refuses as well."""

    def test_rules(self):
        me = self.operator()
        good = json.loads((EXAMPLES / "rule.json").read_text())
        judge = validator("rule")
        for change in ({"base_apps": -1}, {"step_mailboxes": 0}, {"rounding": "near"}, {"workload": "mail"}, {"as_of": "today"},
                       {"surprise": 1}, {"name": "No Spaces"}, {"schema": "poolwright.rule/2"}, {"min": 1.5}):
            document = good | change
            self.assertFalse(judge.is_valid(document), change)
            file = me.write("rule.json", json.dumps(document))
            self.assertEnds(me.run("plan", "--mailboxes", 3, "--rule", file), 65)
