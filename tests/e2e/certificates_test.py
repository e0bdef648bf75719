"""Apps whose credential is a certificate: from the plan to a token that the exported files obtain."""

import base64
import json
import stat
import subprocess
import time
import uuid

import directory
from harness import EndToEnd

TENANT = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c"
SECRETS_FORBIDDEN = "00000001-0000-4000-8000-000000000000"
TENANTS = f"tenant_id,mailboxes,name\n{TENANT},100,Fabrikam\n"


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=True).stdout


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def assertion(pem, audience, client_id):
    """As the documentation asks for it: PS256 with x5t#S256."""
    fingerprint = openssl("dgst", "-sha256", "-binary", data=openssl("x509", "-in", pem, "-outform", "DER"))
    now = int(time.time())
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": base64url(fingerprint).decode()}
    claims = {"aud": audience, "iss": client_id, "sub": client_id, "jti": str(uuid.uuid4()),
              "nbf": now - 60, "iat": now, "exp": now + 600}
    text = b".".join(base64url(json.dumps(each).encode()) for each in (header, claims))
    signature = openssl("dgst", "-sha256", "-sign", pem, "-sigopt", "rsa_padding_mode:pss",
                        "-sigopt", "rsa_pss_saltlen:digest", data=text)
    return (text + b"." + base64url(signature)).decode()


class Certificates(EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        self.folder_of_files = self.me.exports / "certificates"

    def token_of(self, client, where, row):
        path = f"/{row['directory_id']}/oauth2/v2.0/token"
        form = {"grant_type": "client_credentials", "client_id": row["application_id"],
                "scope": f"{directory.GRAPH}/.default",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion(row["certificate_file"], where.url + path, row["application_id"])}
        status, document = client.call("POST", path, form)
        self.assertEqual(status, 200, document)
        return directory.claims_of(document["access_token"])

    def export(self, *options):
        target = self.me.exports / "apps.json"
        outcome = self.me.run("export", "--format", "json", "--to", target, *options)
        self.assertEnds(outcome, 0)
        return json.loads(target.read_bytes()), outcome

    def assert_files(self, row):
        pem = self.folder_of_files / f"{row['directory_id']}_{row['thumbprint']}.pem"
        self.assertEqual(str(pem), row["certificate_file"])
        pfx, password = pem.with_suffix(".pfx"), pem.with_suffix(".pfx-password")
        for each in (pem, pfx, password):
            self.assertEqual(stat.S_IMODE(each.stat().st_mode), 0o600, each)
        self.assertEqual(stat.S_IMODE(self.folder_of_files.stat().st_mode), 0o700)
        shown = openssl("x509", "-in", pem, "-noout", "-fingerprint", "-sha1").decode()
        self.assertEqual(shown.strip().split("=")[1].replace(":", ""), row["thumbprint"])
        inside = openssl("pkcs12", "-in", pfx, "-passin", f"file:{password}", "-nodes")
        self.assertIn(b"BEGIN PRIVATE KEY", inside)

    def test_one_for_the_tenant_from_plan_to_token(self):
        where = self.sandbox("--replication-lag", 100, "--secret-lag", 100)
        client = self.asking(where)
        file = self.me.write("tenants.csv", TENANTS)
        outcome = self.me.provision(where, file, "--credential", "certificate")
        self.assertEnds(outcome, 0, r"5 of 5 apps ready[\s\S]*next: .*--certificates DIR")
        self.assertEqual([each["credentials"] for each in client.applications(TENANT)], [[]] * 5)
        rows, _ = self.export("--certificates", self.folder_of_files)
        self.assertEqual({(row["credential"], row["key_value"]) for row in rows}, {("certificate", None)})
        self.assertEqual(len({row["thumbprint"] for row in rows}), 1)
        self.assert_files(rows[0])
        for row in rows:
            self.assertIn("Directory.Read.All", self.token_of(client, where, row)["roles"])

        # A pool that grows, and a rotated key: the same certificate.
        file.write_text(TENANTS.replace(",100,", ",2600,"))
        self.assertEnds(self.me.run("key", "rotate"), 0)
        outcome = self.me.provision(where, file, "--credential", "certificate", "--verify")
        self.assertEnds(outcome, 0, "6 of 6 apps ready")
        grown, _ = self.export("--certificates", self.folder_of_files)
        self.assertEqual({row["thumbprint"] for row in grown}, {rows[0]["thumbprint"]})
        self.token_of(client, where, grown[-1])

    def test_one_for_each_app_and_what_takes_secrets_only(self):
        where = self.sandbox()
        client = self.asking(where)
        outcome = self.me.provision(where, self.me.write("tenants.csv", TENANTS), "--credential", "certificate",
                                    "--certificate", "per-app")
        self.assertEnds(outcome, 0, "5 of 5 apps ready")
        refused = self.me.run("export", "--format", "commvault", "--to", self.me.exports / "apps.json")
        self.assertEnds(refused, 65, "takes secrets only[\\s\\S]*--certificates DIR")
        rows, outcome = self.export()
        self.assertRegex(outcome.err, "warning: 5 apps have a certificate.*--certificates DIR")
        self.assertEqual({row["certificate_file"] for row in rows}, {None})
        word = self.me.exports / "word"
        word.write_text("a password\n")
        word.chmod(0o600)
        rows, _ = self.export("--certificates", self.folder_of_files, "--pfx-password-file", word)
        self.assertEqual(len({row["thumbprint"] for row in rows}), 5)
        self.assertEqual(len(list(self.folder_of_files.glob("*.pfx"))), 5)
        self.assertEqual(list(self.folder_of_files.glob("*.pfx-password")), [])
        for row in rows:
            self.token_of(client, where, row)

    def test_auto_makes_certificates_where_secrets_are_forbidden(self):
        self.check_auto("forbids client secrets")

    def test_auto_finds_that_out_on_the_way_where_nobody_asks_first(self):
        self.check_auto("CredentialTypeNotAllowedAsPerAppPolicy", "--skip-checks")

    def check_auto(self, reason, *options):
        where = self.sandbox(faults={"tenants": [{"tenant_id": SECRETS_FORBIDDEN, "kind": "secrets_forbidden"}]})
        file = self.me.write("tenants.csv", TENANTS + f"{SECRETS_FORBIDDEN},100,Strict\n")
        outcome = self.me.provision(where, file, *options, "-o", "json")
        self.assertEnds(outcome, 1, r"--credential auto")
        outcome = self.me.provision(where, file, "--credential", "auto", *options, "-o", "json")
        self.assertEnds(outcome, 0)
        instead = outcome.json()["certificates_instead"]
        self.assertEqual([each["tenant_id"] for each in instead], [SECRETS_FORBIDDEN])
        self.assertRegex(instead[0]["reason"], reason)
        rows, _ = self.export("--certificates", self.folder_of_files)
        kinds = {(row["directory_id"], row["credential"], row["key_value"] is None) for row in rows}
        self.assertEqual(kinds, {(TENANT, "secret", False), (SECRETS_FORBIDDEN, "certificate", True)})
        self.token_of(self.asking(where), where, next(row for row in rows if row["thumbprint"]))
