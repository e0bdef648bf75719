"""A managed identity that provisions its own tenant by itself: no application, no secret, only what the platform hands out."""

import json
import urllib.parse

import directory
from harness import EndToEnd, tenants_csv
from hostile import RULE
from machine_platform import Platform

HOME = "aaaaaaaa-0000-4000-8000-000000000001"
ROLES = ("Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "Application.Read.All")


class ManagedIdentity(EndToEnd):
    """The sandbox has no managed identities. One of its applications stands for it, whose secret only the platform knows: in a
    token nothing tells the two apart but how the client was known."""

    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.client = self.asking(self.where)
        self.me = self.operator()
        self.csv = self.me.write("tenants.csv", tenants_csv({"Home": HOME}))
        self.administrator = self.client.token(HOME, self.where.client_id, self.where.client_secret, directory.GRAPH)
        self.identity, self.secret = self.made_for_the_machine()
        self.platform = Platform(self, self.hand_out)
        self.env = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": self.platform.url}

    def post(self, path, document):
        status, answer = self.client.call("POST", "/v1.0" + path, bearer=self.administrator, document=document)
        self.assertEqual(status, 201, answer)
        return answer

    def made_for_the_machine(self):
        """Its client id, and what the platform knows of it. An administrator has given it its roles."""
        app = self.post("/applications", {"displayName": "machine", "passwordCredentials": [{"displayName": "of the platform"}]})
        principal = self.post("/servicePrincipals", {"appId": app["appId"]})
        graph = self.client.get(f"/v1.0/servicePrincipals(appId='{directory.GRAPH}')", self.administrator)
        ids = {role["value"]: role["id"] for role in graph["appRoles"]}
        for role in ROLES:
            self.post(f"/servicePrincipals/{principal['id']}/appRoleAssignments",
                      {"principalId": principal["id"], "resourceId": graph["id"], "appRoleId": ids[role]})
        return app["appId"], app["passwordCredentials"][0]["secretText"]

    def hand_out(self, path):
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        token = self.client.token(HOME, self.identity, self.secret, asked["resource"])
        return 200, {"access_token": token, "expires_in": "86399", "resource": asked["resource"], "token_type": "Bearer"}

    def run_as_itself(self, command, *options):
        return self.me.run(command, self.csv, *self.where.addresses(), "--identity", "managed", *options, env=self.env)

    def made_by_the_machine(self):
        return [each for each in self.client.applications(HOME) if each["createdByAppId"] == self.identity]

    def test_it_provisions_its_own_tenant_to_the_end(self):
        self.assertEnds(self.run_as_itself("doctor", *RULE), 0, "asked by a managed identity, because --identity managed says so")
        outcome = self.run_as_itself("provision", *RULE, "--yes", "--verbose")
        self.assertEnds(outcome, 0, "1 of 1 app ready")
        self.assertIn("provisioning as a managed identity, because --identity managed says so", outcome.err)
        self.assertEqual([each["uniqueName"] for each in self.made_by_the_machine()], ["poolwright-exchange-0001"])
        plan = self.me.run("plan", self.csv, *RULE, "-o", "json").json()
        directory.assert_credentials(self, self.client, directory.rows_of(self.me.export("csv")), plan["profile"])
        for path, headers in self.platform.requests:
            self.assertEqual(urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["resource"], [self.where.url])
            self.assertEqual(headers["metadata"], "true")

        before = self.client.writes()
        self.assertEnds(self.run_as_itself("provision", *RULE, "--yes"), 0, "1 of 1 app ready")
        self.assertEqual(self.client.writes(), before)

    def test_a_role_that_it_lacks_is_named(self):
        principal = next(each for each in self.client.applications(HOME) if each["appId"] == self.identity)
        lost = next(each for each in principal["grants"] if each["role"] == "AppRoleAssignment.ReadWrite.All")
        path = f"/v1.0/servicePrincipals/{principal['servicePrincipalId']}/appRoleAssignments/{lost['id']}"
        self.assertEqual(self.client.call("DELETE", path, bearer=self.administrator)[0], 204)
        lacks = r"lacks AppRoleAssignment\.ReadWrite\.All.*New-MgServicePrincipalAppRoleAssignment"
        for options in ((), ("--skip-checks",)):
            outcome = self.run_as_itself("provision", *RULE, "--yes", *options)
            self.assertEnds(outcome, 77, lacks)
            self.assertNotIn("adminconsent", outcome.out)
        self.assertEqual(self.made_by_the_machine(), [])
