"""Several applications provision one plan."""

import collections
import contextlib
import json
import pathlib
import sqlite3

from harness import EndToEnd

TENANTS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(1, 5)]


class Identities(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.where = self.sandbox("--identities", 2)
        self.client = self.asking(self.where)
        ready = pathlib.Path(self.where.ca_file).with_name("ready.json")
        self.listed = json.loads(ready.read_text())["identities"]
        rows = "".join(f"{tenant},100,Tenant {number}\n" for number, tenant in enumerate(TENANTS))
        self.plan = self.me.write("tenants.csv", "tenant_id,mailboxes,name\n" + rows)

    def provision(self, identities, *options):
        document = {"schema": "poolwright.identities/1", "identities": identities}
        listed = self.me.write("identities.json", json.dumps(document))
        return self.me.run("provision", self.plan, "--yes", *self.where.addresses(), "--identities", listed, *options)

    def makers(self):
        """How many apps of each tenant which application has made."""
        return {tenant: collections.Counter(each["createdByAppId"] for each in self.client.applications(tenant))
                for tenant in TENANTS}

    def test_they_share_the_tenants_and_each_tenant_has_one(self):
        one, two = self.listed
        outcome = self.provision([one, {**two, "tenants": TENANTS[:2]}])
        self.assertEnds(outcome, 0, "20 of 20")
        makers = self.makers()
        for tenant, by in makers.items():
            self.assertEqual(list(by.values()), [5], tenant)
        used = collections.Counter(next(iter(by)) for by in makers.values())
        self.assertEqual(set(used), {one["client_id"], two["client_id"]})
        for tenant in TENANTS[2:]:
            self.assertIn(one["client_id"], makers[tenant])

    def test_where_one_is_refused_the_other_goes_on_and_it_is_said(self):
        one, two = self.listed
        bad = {**one, "client_secret_file": "wrong"}
        self.me.write("wrong", "not the secret")
        outcome = self.provision([bad, two], "-o", "json", "--verbose", "--events", self.me.work / "events")
        self.assertEnds(outcome, 0)
        fallbacks = outcome.json()["identity_fallbacks"]
        self.assertEqual([(each["refused"], each["went_on"]) for each in fallbacks],
                         [(one["client_id"], two["client_id"])] * 2)
        events = [json.loads(line) for line in (self.me.work / "events").read_text().splitlines()]
        self.assertEqual(sum(event["type"] == "identity_fallback" for event in events), 2)
        self.assertEqual(outcome.err.count(f"so {two['client_id']} goes on"), 2)
        with contextlib.closing(sqlite3.connect(self.me.state / "fleet.db")) as ledger:
            recorded = ledger.execute("SELECT count(*) FROM events WHERE type = 'identity_fallback'").fetchone()
            entered = {client for (client,) in ledger.execute("SELECT client_id FROM entered")}
        self.assertEqual((recorded, entered), ((2,), {two["client_id"]}))
        for by in self.makers().values():
            self.assertEqual(by, {two["client_id"]: 5})

    def test_all_refused_is_refused_everywhere_with_every_reason(self):
        self.me.write("wrong", "not the secret")
        outcome = self.provision([{**each, "client_secret_file": "wrong"} for each in self.listed])
        self.assertEnds(outcome, 77)
        for each in self.listed:
            self.assertIn(f"identity {each['client_id']}: ", outcome.out)

    def test_what_is_wrong_with_the_file_is_said_at_once_and_nothing_is_sent(self):
        one = self.listed[0]
        outcome = self.provision([{"client_id": "x", "client_secret": "y"}, one, one])
        self.assertEnds(outcome, 65)
        for part in ("identities[0].client_id: ", "identities[0].client_secret: ", "identities[2].client_id: "):
            self.assertIn(part, outcome.err)
        self.assertEqual(self.client.writes(), {})
        self.assertEnds(self.provision([one], "--client-id", one["client_id"]), 64)

    def test_a_rehearsal_says_how_many_share_the_tenants(self):
        outcome = self.me.run("provision", self.plan, "--dry-run", "--identities",
                              self.me.write("two.json", json.dumps({"schema": "poolwright.identities/1",
                                                                    "identities": self.listed})))
        self.assertEnds(outcome, 0, "2 identities share the tenants")
