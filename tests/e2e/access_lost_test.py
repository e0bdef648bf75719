"""The provisioning application loses its access in the middle of a run: in one tenant, or everywhere since its proof expires."""

import json
import pathlib

import directory
from harness import LONG_PATIENCE, EndToEnd, lasting_port, tenants_csv
from hostile import GRANT, TOKEN
from identity_kinds_test import form_of
from middleman import Authority, Middleman

TENANTS = {name: f"{digit * 8}-0000-4000-8000-000000000000" for name, digit in (("One", "1"), ("Two", "2"), ("Three", "3"))}
APPS = 5  # of each


class AccessLost(EndToEnd):
    """What happens in the middle is told by a request, which the middleman sees: nothing depends on how fast a machine is."""

    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.csv = self.me.write("tenants.csv", tenants_csv(TENANTS))

    def begin(self, *options, **settings):
        self.kept = ["--state", str(self.folder / "directory")]
        self.where = self.sandbox(*self.kept, *options, port=lasting_port(), **settings)
        self.client = self.asking(self.where)
        authority = Authority(self.folder / "authority")
        self.man = Middleman(self, self.where, authority)
        self.trusted = self.me.write("trusted.pem", pathlib.Path(self.where.ca_file).read_text() + authority.ca_file.read_text())

    def mend(self):
        """The same directory, as it was meant to be."""
        self.where.kill()
        self.where.given = self.kept
        self.where.begin(self.where.port)

    def provision(self, authority, graph, *means, **settings):
        """Tenant by tenant, so that the third is entered when the others are done."""
        return self.me.run("provision", self.csv, "--yes", "--skip-checks", "--concurrency", 1, "--authority-url", authority.url,
                           "--graph-url", graph.url, "--ca-file", self.trusted, "--client-id", self.where.client_id, *means, **settings)

    def by_secret(self):
        return ("--client-secret-file", self.where.secret_file)

    def by_certificate(self):
        ready = json.loads(pathlib.Path(self.where.ca_file).with_name("ready.json").read_text())
        return ("--client-certificate", ready["client_certificate_file"])

    def expire(self):
        status, _ = self.client.call("POST", f"/sandbox/identities/{self.where.client_id}/expire")
        self.assertEqual(status, 204)

    def before(self, act):
        def acting(request, forward):
            act()
            return forward(request)
        return acting

    def apps_of(self, name):
        return self.client.applications(TENANTS[name])

    def assertTold(self, outcome, ready, reasons, code=1):
        """So many apps are ready, and these tenants alone have failed, each with its reason and what mends it."""
        self.assertEnds(outcome, code, rf"{ready} of {APPS * len(TENANTS)} apps ready")
        status = {each["name"]: each for each in self.me.run("status", "-o", "json").json()["tenants"]}
        for name, tenant in TENANTS.items():
            with self.subTest(tenant=name):
                if name not in reasons:
                    self.assertEqual((status[name]["ready"], status[name]["last_error"]), (APPS, None), str(outcome))
                    continue
                self.assertRegex(outcome.out, rf"(?m)^  .*{name} \({tenant}\).*: .*{reasons[name]}")
                self.assertRegex(status[name]["last_error"], reasons[name])
        self.assertRegex(outcome.out, r"(?m)^to continue: \S*poolwright provision ")

    def converge(self, *means):
        """Once it is mended the same command ends with every app there once, and its secret works."""
        outcome = self.provision(self.where, self.where, *means, timeout=LONG_PATIENCE)
        self.assertEnds(outcome, 0, f"{APPS * len(TENANTS)} of {APPS * len(TENANTS)} apps ready")
        plan = self.me.run("plan", self.csv, "-o", "json").json()
        directory.assert_end_state(self, self.client, self.me, plan)

    # In a tenant two requests find the ids of permissions; then its apps are made, then their principals, then they are granted.

    def test_consent_is_taken_back_in_a_tenant_where_apps_are_being_made(self):
        self.check_revocation(requests=2 + 3, made=3)

    def test_consent_is_taken_back_in_a_tenant_where_apps_are_being_granted(self):
        self.check_revocation(requests=2 + APPS + APPS + 2, made=APPS)

    def check_revocation(self, requests, made):
        self.begin(faults={"tenants": [{"tenant_id": TENANTS["Two"], "kind": "revoked", "after_requests": requests}]})
        outcome = self.provision(self.where, self.where, *self.by_secret())
        self.assertTold(outcome, APPS * 2, {"Two": r"403 Authorization_RequestDenied.*; give the provisioning application "
                                                   r"Application\.ReadWrite\.OwnedBy, .*grant admin consent in this tenant"})
        begun = self.apps_of("Two")
        self.assertEqual(len(begun), made)
        again = self.provision(self.where, self.where, *self.by_secret())
        consent = rf"an administrator consents at https://\S*/{TENANTS['Two']}/\S*adminconsent"
        self.assertTold(again, APPS * 2, {"Two": consent}, code=77)
        self.mend()
        self.converge(*self.by_secret())
        self.assertLessEqual({each["id"] for each in begun}, {each["id"] for each in self.apps_of("Two")})

    def test_its_secret_expires_before_the_last_tenants_are_entered(self):
        self.check_expiry(self.by_secret, r"AADSTS7000222.*secret has expired: make a new one")

    def test_its_certificate_expires_before_the_last_tenants_are_entered(self):
        self.check_expiry(self.by_certificate, r"AADSTS700027.*certificate has expired: register a new one")

    def check_expiry(self, means, reason):
        self.begin()
        self.man.on(GRANT, self.before(self.expire), tenant=TENANTS["One"])
        outcome = self.provision(self.where, self.man, *means())
        # Whose token was obtained before goes on with it.
        self.assertTold(outcome, APPS, {"Two": reason, "Three": reason})
        self.assertEqual((self.apps_of("Two"), self.apps_of("Three")), ([], []))
        self.mend()
        self.converge(*means())

    def test_its_secret_expires_before_a_token_is_renewed(self):
        self.begin("--latency", 60)

        def lives_a_second(request, forward):
            reply = forward(request)
            return reply.with_document(reply.document() | {"expires_in": 1})

        def renewed(request, forward):
            if form_of(request)["client_id"] == self.where.client_id:
                self.expire()
            return forward(request)

        self.man.on(TOKEN, lives_a_second, tenant=TENANTS["Two"])
        self.man.on(TOKEN, renewed, tenant=TENANTS["Two"], times=1000)
        outcome = self.provision(self.man, self.where, *self.by_secret())
        reason = r"AADSTS7000222.*secret has expired: make a new one"
        self.assertTold(outcome, r"\d+", {"Two": reason, "Three": reason})
        self.assertNotEqual(self.apps_of("Two"), [])
        self.mend()
        self.converge(*self.by_secret())
