"""The sandbox's directory as a test sees it: what stands in it, and whether a run left it as it was meant to be."""

import base64
import collections
import concurrent.futures
import csv
import http.client
import io
import json
import ssl
import threading
import urllib.parse

GRAPH = "00000003-0000-0000-c000-000000000000"

ATTEMPTS = 8  # of each of the test's own calls
THREADS = 8  # that make them

# What a run must never cause, however it ended.
CLEAN = {"duplicates": 0, "orphan_credentials": 0, "overlapping_writes": 0, "early_calls": 0}


class Client:
    """Asks the sandbox over TLS, trusting its authority; one connection for each thread."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.context = ssl.create_default_context(cafile=sandbox.ca_file)
        self.local = threading.local()
        self.connections = []
        self.ids = {}

    def close(self):
        for connection in self.connections:
            connection.close()

    def call(self, method, path, form=None, bearer=None, document=None):
        """Asks again where a planted fault strikes, which it does for everybody. Sends a form, a document or nothing."""
        for _ in range(ATTEMPTS):
            try:
                status, answer = self.call_once(method, path, form, bearer, document)
            except (http.client.HTTPException, ConnectionError):
                del self.local.connection
                continue
            if status < 500 and status != 429:
                return status, answer
        raise AssertionError(f"{method} {path} failed {ATTEMPTS} times")

    def call_once(self, method, path, form, bearer, document):
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if document is not None:
            body = json.dumps(document)
            headers["Content-Type"] = "application/json"
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPSConnection("localhost", self.sandbox.port, timeout=60,
                                                                context=self.context)
            self.connections.append(self.local.connection)
        self.local.connection.request(method, path, body, headers)
        reply = self.local.connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None

    def get(self, path, bearer=None):
        status, document = self.call("GET", path, bearer=bearer)
        assert status == 200, f"GET {path}: {status} {document}"
        return document

    def stats(self):
        return self.get("/sandbox/stats")

    def writes(self):
        """How many requests of each kind would have changed something."""
        return {route: counts for route, counts in self.stats()["requests"].items()
                if not route.startswith("GET ") and not route.endswith("/token")}

    def applications(self, tenant):
        """Those of a tenant that are not deleted."""
        return [each for each in self.get(f"/sandbox/tenants/{tenant}/applications")["value"] if not each["deleted"]]

    def directory_id(self, tenant):
        if tenant not in self.ids:
            issuer = self.get(f"/{tenant}/v2.0/.well-known/openid-configuration")["issuer"]
            self.ids[tenant] = urllib.parse.urlsplit(issuer).path.strip("/").split("/")[0]
        return self.ids[tenant]

    def token(self, tenant, client_id, secret, resource):
        """The access token, or the authority's error."""
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret,
                "scope": f"{resource}/.default"}
        status, document = self.call("POST", f"/{tenant}/oauth2/v2.0/token", form)
        return document["access_token"] if status == 200 else f"{status} {document}"

    def as_graph_shows(self, tenant):
        """The applications as Microsoft Graph lists them to the application that provisions, by unique name."""
        bearer = self.token(tenant, self.sandbox.client_id, self.sandbox.client_secret, GRAPH)
        path, found = "/v1.0/applications", {}
        while path:
            page = self.get(path, bearer)
            found |= {each["uniqueName"]: each for each in page["value"]}
            path = page.get("@odata.nextLink", "").removeprefix(self.sandbox.url)
        return found


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def unprotected(cell):
    """A cell of an exported CSV without the quote that keeps a spreadsheet from calculating."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in set("=+-@\t\r") else cell


def rows_of(exported_csv):
    return list(csv.DictReader(io.StringIO(exported_csv.decode(), newline="")))


def unique_names(row):
    return [f"poolwright-{row['pool']}-{ordinal:04}" for ordinal in range(1, row["apps"] + 1)]


def assert_application(test, app, shown, row, plan, redirect_uri):
    """One application is what users rely on: tags, audience, address, principal, grants, one credential."""
    tags = app["tags"]
    test.assertEqual(tags[:2], ["poolwright", f"poolwright:pool={row['pool']}"])
    test.assertRegex(tags[2], r"^poolwright:intent=[0-9a-f]{32}$")
    test.assertEqual(len(tags), 3)
    test.assertEqual(app["signInAudience"], "AzureADMyOrg")
    wanted = row["redirect_uri"] or redirect_uri
    test.assertEqual(app["redirectUris"], [wanted] if wanted else [])
    test.assertTrue(app["servicePrincipalId"], "no service principal")
    wanted_grants = collections.Counter((resource["application_id"], permission)
                                        for resource in plan["profile"]["resources"]
                                        for permission in resource["permissions"])
    test.assertEqual(collections.Counter((g["resourceAppId"], g["role"]) for g in app["grants"]), wanted_grants)
    test.assertEqual([each["displayName"] for each in app["credentials"]], ["poolwright"])
    test.assertIn("poolwright", shown["notes"])
    roles = {g["roleId"] for g in app["grants"]}
    asked = {access["id"] for resource in shown["requiredResourceAccess"] for access in resource["resourceAccess"]}
    test.assertEqual(asked, roles, "requiredResourceAccess is not what was granted")


def directories_of(client, plan):
    """For each directory id: the rows of the plan, the applications, and those that Graph lists, by unique name."""
    names = [row["tenant_id"] for row in plan["tenants"]]
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        ids = dict(zip(names, pool.map(client.directory_id, names)))
        tenants = sorted(set(ids.values()))
        applications = zip(tenants, pool.map(client.applications, tenants), pool.map(client.as_graph_shows, tenants))
    return {tenant: ([row for row in plan["tenants"] if ids[row["tenant_id"]] == tenant], apps, shown)
            for tenant, apps, shown in applications}


def assert_directory(test, client, plan, redirect_uri="", clean=CLEAN):
    """Every planned app stands in its tenant as it should, and nothing else does."""
    intents = []
    for tenant, (rows, applications, shown) in directories_of(client, plan).items():
        apps = {each["uniqueName"]: each for each in applications}
        names = [(row, name) for row in rows for name in unique_names(row)]
        with test.subTest(tenant=tenant):
            test.assertEqual(sorted(each["uniqueName"] for each in applications), sorted(name for _, name in names))
        for row, name in names:
            with test.subTest(tenant=tenant, app=name):
                assert_application(test, apps[name], shown[name], row, plan, redirect_uri)
                intents.append(apps[name]["tags"][2])
    test.assertEqual(len(set(intents)), plan["totals"]["apps"], "an intent stands on two applications")
    stats = client.stats()
    test.assertEqual({key: stats[key] for key in clean}, clean, stats)
    test.assertEqual(stats["applications"], plan["totals"]["apps"])


def faults_of_credential(client, row, profile):
    """What is wrong with the tokens that an exported key value obtains."""
    faults = []
    for resource in profile["resources"]:
        wanted = resource["application_id"]
        token = client.token(row["directory_id"], row["application_id"], row["key_value"], wanted)
        if token.count(".") != 2:
            faults.append(f"{row['application_id']}: {token}")
            continue
        claims = claims_of(token)
        said = (claims["aud"], claims["appid"], claims["tid"], sorted(claims.get("roles", [])))
        meant = (wanted, row["application_id"], row["directory_id"], sorted(resource["permissions"]))
        if said != meant:
            faults.append(f"{said} instead of {meant}")
    return faults


def assert_credentials(test, client, rows, profile):
    """Each exported key value obtains a token for each resource, with the right audience and roles."""
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        faults = [fault for found in pool.map(lambda row: faults_of_credential(client, row, profile), rows)
                  for fault in found]
    test.assertEqual(faults, [])


def assert_end_state(test, client, operator, plan, redirect_uri="", clean=CLEAN):
    """A finished run: the directory is as planned, and the operator's export works for every app."""
    assert_directory(test, client, plan, redirect_uri, clean)
    rows = rows_of(operator.export("csv"))
    exported = sorted((row["directory_id"], row["pool"], int(row["ordinal"])) for row in rows)
    planned = sorted((client.directory_id(row["tenant_id"]), row["pool"], ordinal)
                     for row in plan["tenants"] for ordinal in range(1, row["apps"] + 1))
    test.assertEqual(exported, planned)
    assert_credentials(test, client, rows, plan["profile"])
