"""Everything by which an application can be known, and where the proof of it goes."""

import base64
import http.client
import json
import os
import pathlib
import re
import ssl
import threading
import time
import urllib.parse

from harness import PATIENCE, wait_until
from hostile import RULE, TOKEN, Hostile
from machine_platform import Platform
from middleman import Elsewhere, Reply, openssl

DEVICE_CODE = "POST /{tenant}/oauth2/v2.0/devicecode"


def token(**claims):
    """A JSON Web Token that nobody signed."""
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in ({"alg": "none"}, claims)]
    return ".".join([*parts, "c2ln"])


def form_of(request):
    return dict(urllib.parse.parse_qsl(request.body.decode()))


class IdentityKinds(Hostile):
    """All through a middleman who writes down where everything goes, with another host that nothing may reach."""

    def setUp(self):
        super().setUp()
        self.facts = json.loads(pathlib.Path(self.where.ca_file).with_name("ready.json").read_text())
        self.elsewhere = Elsewhere(self, self.authority.issue())
        self.id = ("--client-id", self.where.client_id)

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.elsewhere.connections, 0, "another host was asked")

    def run_as(self, *options, names=("One", "Two"), env=None, at=None):
        self.tenants(names)
        return self.me.run("provision", self.csv, "--yes", *RULE, *(at or self.man).addresses(), *options, env=env)

    def proofs(self):
        """The forms of the token requests of the provisioning application."""
        forms = [form_of(each) for each in self.man.requests if each.route == TOKEN]
        return [form for form in forms if form["client_id"] == self.where.client_id]

    def assertion_source(self):
        return pathlib.Path(self.facts["federated_token_file"])

    def header_of_the_proof(self):
        """What a man in the middle sees of it. The authority refuses it there, since it is made for another address."""
        form = self.proofs()[-1]
        self.assertNotIn("client_secret", form)
        return json.loads(base64.urlsafe_b64decode(form["client_assertion"].split(".")[0] + "=="))

    def test_a_certificate(self):
        means = (*self.id, "--client-certificate", self.facts["client_certificate_file"], "--verbose")
        outcome = self.run_as(*means, at=self.where)
        self.assertEnds(outcome, 0, "2 of 2 apps ready")
        self.assertIn("by its certificate, because --client-certificate is given", outcome.err)
        self.assertEnds(self.run_as(*means), 1, "AADSTS700023")
        header = self.header_of_the_proof()
        self.assertEqual((header["alg"], header.get("x5c")), ("PS256", None))

    def test_a_certificate_in_a_pfx_with_a_password_from_the_environment(self):
        pem, pfx = self.facts["client_certificate_file"], self.me.exports / "client.pfx"
        openssl("pkcs12", "-export", "-in", pem, "-out", pfx, "-passout", "pass:of the key")
        pfx.chmod(0o600)
        env = {"AZURE_CLIENT_ID": self.where.client_id, "AZURE_CLIENT_CERTIFICATE_PATH": str(pfx),
               "AZURE_CLIENT_CERTIFICATE_PASSWORD": "of the key", "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN": "true"}
        self.assertEnds(self.run_as(env=env, at=self.where), 0, "2 of 2 apps ready")
        self.assertEnds(self.run_as(env=env), 1, "AADSTS700023")
        self.assertEqual(len(self.header_of_the_proof()["x5c"]), 1)
        wrong = self.run_as(env=env | {"AZURE_CLIENT_CERTIFICATE_PASSWORD": "another"})
        self.assertEnds(wrong, 65, "AZURE_CLIENT_CERTIFICATE_PATH `.*client.pfx`: .*not opened by the password")

    def test_a_token_of_the_platform_that_is_away_for_a_while_is_waited_for(self):
        file = self.me.exports / "platform-token"
        file.write_bytes(self.assertion_source().read_bytes())
        away = file.with_name("away")

        def unavailable(request, forward):
            reply = forward(request)
            file.rename(away)
            # It comes back once the second tenant has asked for it in vain.
            threading.Timer(1, away.rename, [file]).start()
            return reply

        self.man.on(TOKEN, unavailable)
        env = {"AZURE_CLIENT_ID": self.where.client_id, "AZURE_FEDERATED_TOKEN_FILE": str(file), "AZURE_TENANT_ID": "ignored"}
        self.assertEnds(self.run_as("--concurrency", 1, env=env), 0, "2 of 2 apps ready")

    def test_a_managed_identity_that_the_application_trusts(self):
        platform = Platform(self, lambda path: (200, {"access_token": self.assertion_source().read_text().strip(),
                                                      "expires_in": "86399", "token_type": "Bearer"}))
        env = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": platform.url}
        self.assertEnds(self.run_as(*self.id, "--identity", "managed", env=env), 0, "2 of 2 apps ready")
        (path, headers), = platform.requests
        self.assertEqual(path, "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2FAzureADTokenExchange")
        self.assertEqual(headers["metadata"], "true")
        self.assertNotIn("authorization", headers)
        counted = self.me.run("count", self.csv, *self.where.addresses(), *self.id, "--identity", "managed", env=env)
        self.assertEnds(counted, 0, "usage report")
        platform.requests.pop()

        env = {"IDENTITY_ENDPOINT": platform.url + "/msi/token", "IDENTITY_HEADER": "key-of-the-platform",
               "AZURE_CLIENT_ID": self.where.client_id}
        assigned = "99999999-1111-4222-8333-444444444444"
        self.assertEnds(self.run_as("--managed-identity-id", assigned, names=("Three",), env=env), 0, "1 of 1 app ready")
        path, headers = platform.requests[1]
        self.assertIn(f"client_id={assigned}", path)
        self.assertEqual(headers["x-identity-header"], "key-of-the-platform")

    def test_a_platform_that_gives_nothing_is_told_before_anything_is_sent(self):
        nothing = Platform(self, lambda path: (400, {"error": "invalid_request", "error_description": "Identity not found"}))
        env = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": nothing.url}
        managed = (*self.id, "--identity", "managed")
        self.assertEnds(self.run_as(*managed, env=env), 77, "no token of a managed identity: 400 Identity not found")
        nobody = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9"}
        self.assertEnds(self.run_as(*managed, env=nobody), 69, "cannot connect to 127.0.0.1:9")
        far = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://10.0.0.1/"}
        self.assertEnds(self.run_as(*managed, env=far), 64, "AZURE_POD_IDENTITY_AUTHORITY_HOST must name an address of this computer")
        moved = Platform(self, lambda path: (302, {}))
        self.assertEnds(self.run_as(*managed, env={"AZURE_POD_IDENTITY_AUTHORITY_HOST": moved.url}), 77, "302")
        self.assertEqual(self.man.requests, [])

    def test_a_managed_identity_by_itself_enters_its_own_tenant_only(self):
        home = "aaaaaaaa-0000-4000-8000-000000000001"
        platform = Platform(self, lambda path: (200, {"access_token": token(tid=home, appid=self.where.client_id), "expires_in": "3600"}))
        env = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": platform.url}
        self.assertEnds(self.run_as("--identity", "managed", env=env), 65, f"belongs to the tenant {home} and cannot enter")
        self.assertEqual(self.man.requests, [])

    def redeeming(self, request, forward):
        """The sandbox gives the token; what is special about a person's is added."""
        form = form_of(request)
        if form["grant_type"] != "refresh_token":
            return forward(request)
        self.redeemed.append(form["refresh_token"])
        form = {name: value for name, value in form.items() if name != "refresh_token"}
        form |= {"grant_type": "client_credentials", "scope": form["scope"].removesuffix(" offline_access"),
                 "client_secret": self.where.client_secret}
        request.body = urllib.parse.urlencode(form).encode()
        reply = forward(request)
        return reply.with_document(reply.document() | {"refresh_token": f"0.newer-{len(self.redeemed)}"})

    def test_a_refresh_token_is_redeemed_in_every_tenant_and_the_newest_is_kept_sealed(self):
        self.redeemed = []
        self.man.on(TOKEN, self.redeeming, times=1000)
        given = self.me.write("refresh", "0.given-by-the-operator")
        given.chmod(0o600)
        person = (*self.id, "--client-secret-file", self.where.secret_file, "--refresh-token-file", given,
                  "--concurrency", 1)
        self.assertEnds(self.run_as(*person), 0, "2 of 2 apps ready")
        self.assertEqual(self.redeemed, ["0.given-by-the-operator", "0.newer-1"])
        self.assertEqual(given.read_text(), "0.given-by-the-operator")
        kept = self.me.state / "tokens" / self.where.client_id
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertNotIn("newer", kept.read_text())
        self.assertEnds(self.run_as(*person, names=("Three",)), 0, "1 of 1 app ready")
        self.assertEqual(self.redeemed[-1], "0.newer-2")
        # Whoever gives another one means it.
        given.write_text("0.given-again")
        os.utime(given, (time.time() + 10, time.time() + 10))
        self.assertEnds(self.run_as(*person, names=("Four",)), 0, "1 of 1 app ready")
        self.assertEqual(self.redeemed[-1], "0.given-again")

    def test_a_person_signs_in_once_with_a_code(self):
        self.redeemed, asked = [], []
        message = "To sign in, open https://example.invalid and enter ABCD\x1b[2J"

        def signing_in(request, forward):
            if form_of(request)["grant_type"] != "urn:ietf:params:oauth:grant-type:device_code":
                return self.redeeming(request, forward)
            asked.append(form_of(request)["device_code"])
            if len(asked) == 1:
                return Reply.json(400, {"error": "authorization_pending", "error_description": "AADSTS70016: pending"})
            return Reply.json(200, {"token_type": "Bearer", "access_token": token(), "refresh_token": "0.of-the-person", "expires_in": 3600})

        self.man.on(DEVICE_CODE, lambda request, forward: Reply.json(
            200, {"device_code": "code-of-the-device", "user_code": "ABCD", "message": message, "interval": 1, "expires_in": 60}), times=9)
        self.man.on(TOKEN, signing_in, times=1000)
        person = (*self.id, "--identity", "device-code", "--concurrency", 1)
        self.assertEnds(self.run_as(*person, "--no-input"), 64, "a person must sign in, and --no-input")
        outcome = self.run_as(*person)
        self.assertEnds(outcome, 0, "2 of 2 apps ready")
        self.assertIn("enter ABCD\\x1b[2J", outcome.err)
        self.assertEqual(asked, ["code-of-the-device"] * 2)
        self.assertEqual(self.redeemed, ["0.of-the-person", "0.newer-1"])
        # Silently from then on.
        self.assertEnds(self.run_as(*person, "--no-input", names=("Three",)), 0, "1 of 1 app ready")
        self.assertEqual(len(asked), 2)

    def test_the_sandbox_knows_the_person_of_a_partner(self):
        person = ("--client-secret-file", self.where.secret_file, "--refresh-token-file", self.facts["refresh_token_file"])
        self.assertEnds(self.run_as(*self.id, *person, at=self.where), 0, "2 of 2 apps ready")

    def test_the_sandbox_waits_for_a_person_to_enter_the_code(self):
        where = self.sandbox("--device-interval", 1)
        facts = json.loads(pathlib.Path(where.ca_file).with_name("ready.json").read_text())
        self.tenants(("One",))
        run = self.background(self.me, "provision", self.csv, "--yes", *RULE, *where.addresses(), "--identity", "device-code",
                              "--client-id", facts["public_client_id"])
        code = wait_until(lambda: re.search("enter the code ([A-Z0-9]+)", run.err_file.read_text()), "the code is shown", run)
        link = http.client.HTTPSConnection("localhost", where.port, context=ssl.create_default_context(cafile=where.ca_file))
        self.addCleanup(link.close)
        link.request("POST", f"/sandbox/devicecode/{code[1]}/approve")
        self.assertEqual(link.getresponse().status, 204)
        self.assertEqual(run.wait(PATIENCE), 0, run.err_file.read_text())
        self.assertIn("1 of 1 app ready", run.out_file.read_text())

    def test_no_proof_follows_a_redirect(self):
        self.man.on(TOKEN, lambda request, forward: Reply(307, b"", (("Location", self.elsewhere.url + request.path),)), times=1000)
        for means in (("--client-certificate", self.facts["client_certificate_file"]), ("--federated-token-file", self.assertion_source())):
            outcome = self.run_as(*self.id, *means, names=("One",))
            self.assertEnds(outcome, 1, "307 redirects to .*not followed")
