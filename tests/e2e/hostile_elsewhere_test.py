"""A service that sends us elsewhere, by a redirect or by the address of a next page: nothing of ours goes there."""

from hostile import DISCOVERY, GRANT, TOKEN, Hostile, reasons_in
from middleman import Elsewhere, Reply

REDIRECTS = (301, 302, 303, 307, 308)
# Where a redirect may come, and what the tenant is then told.
REDIRECTED = {DISCOVERY: "look up the directory id", TOKEN: "obtain a token", "GET /servicePrincipals/{id}": "look up the permissions",
              "POST /applications": "create the application", "POST /servicePrincipals": "create the service principal",
              GRANT: "grant a permission"}


class AnotherHost(Hostile):
    """Another host is named, which is trusted as the service is: not even a connection is made to it."""

    def setUp(self):
        super().setUp()
        self.elsewhere = Elsewhere(self, self.authority.issue())

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.elsewhere.connections, 0, "another host was asked")

    def test_no_redirect_is_followed(self):
        ids = self.tenants([f"{status} for {route}" for route in REDIRECTED for status in REDIRECTS], domains=True)
        known = {name: self.client.directory_id(id) for name, id in ids.items()}
        for route in REDIRECTED:
            for status in REDIRECTS:
                name = f"{status} for {route}"
                self.man.on(route, self.redirecting(status), ids[name] if route == DISCOVERY else known[name], times=99)
        outcome = self.provision("-o", "json")
        self.assertEnds(outcome, 1)
        reasons = reasons_in(outcome)
        self.assertEqual(reasons.keys(), ids.keys())
        for route, what in REDIRECTED.items():
            for status in REDIRECTS:
                self.assertRegex(reasons[f"{status} for {route}"],
                                 rf"^cannot {what}: {status} redirects to {self.elsewhere.url}/\S*, which is not followed; check")
        self.converges(len(ids))

    def redirecting(self, status):
        return lambda request, forward: Reply(status, b"moved", (("Location", self.elsewhere.url + request.path),))

    def test_no_next_page_is_fetched_elsewhere(self):
        here, there = f"localhost:{self.man.port}", f"localhost:{self.elsewhere.port}"
        links = {"another host": f"https://{there}/v1.0/x", "user and host": f"https://{here}@{there}/x",
                 "a longer host": f"https://{here}.evil.example/x", "no scheme": f"//{there}/x", "a path alone": "/v1.0/x",
                 "in clear": f"http://{here}/v1.0/x", "another scheme": "file:///etc/passwd",
                 "a line break": f"https://{here}/v1.0/x\r\nHost: {there}\r\nX: ", "a space": f"https://{here}/v1.0/x HTTP/1.1",
                 "long": "https://" + "x" * 100_000}
        names = [f"{name} {kind}" for name in links for kind in ("grants", "deleted")]
        ids = self.tenants(names)
        for name, link in links.items():
            # The name of an application is taken, by one that is not among the living, so the deleted are searched.
            deleted = ids[f"{name} deleted"]
            self.man.on("POST /applications", taken, deleted)
            self.man.on("GET /applications/{id}", missing, deleted)
            self.man.on(DELETED, with_next(link), deleted)
        outcome = self.provision("--step-deadline", 8)
        self.assertEnds(outcome, 1, f"{len(links)} of {len(ids)} apps ready")
        self.assertRegex(outcome.out, "the name poolwright-exchange-0001 is taken, but no application answers to it")
        for name, link in links.items():
            self.man.on(LIST_GRANTS, with_next(link), ids[f"{name} grants"])
        self.assertEnds(self.provision("--verify"), 0, f"{len(ids)} of {len(ids)} apps ready")
        met = {rule.route: 0 for rule in self.man.rules}
        for rule in self.man.rules:
            met[rule.route] += rule.met > 0
        self.assertEqual((met[DELETED], met[LIST_GRANTS]), (len(links), len(links)), "not every list was asked for")
        self.assertEqual({request.headers["host"] for request in self.man.requests}, {here})
        self.converges(len(ids))


DELETED = "GET /directory/deletedItems/microsoft.graph.application"
LIST_GRANTS = "GET /servicePrincipals/{id}/appRoleAssignments"


def taken(request, forward):
    message = "Another object with the same value for property uniqueName already exists."
    return Reply.json(400, {"error": {"code": "Request_BadRequest", "message": message}})


def missing(request, forward):
    return Reply.json(404, {"error": {"code": "Request_ResourceNotFound", "message": "not there"}})


def with_next(link):
    def act(request, forward):
        reply = forward(request)
        return reply.with_document(reply.document() | {"@odata.nextLink": link})
    return act
