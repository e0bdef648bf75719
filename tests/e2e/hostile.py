"""What every test against a hostile server stands on: a middleman before the sandbox, and tenants that are each attacked otherwise."""

import uuid

import directory
from harness import LONG_PATIENCE, EndToEnd
from middleman import Authority, Middleman

DISCOVERY = "GET /{tenant}/v2.0/.well-known/openid-configuration"
TOKEN = "POST /{tenant}/oauth2/v2.0/token"
GRANT = "POST /servicePrincipals/{id}/appRoleAssignments"
RULE = ("--rule", "commvault-2024")  # one app for a tenant of one mailbox


class Hostile(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.client = self.asking(self.where)
        self.authority = Authority(self.folder / "authority")
        self.man = Middleman(self, self.where, self.authority)
        self.me = self.operator()

    def tenants(self, names, domains=False):
        """A file in which each name is a tenant of one app, and the ids, or domains, of those."""
        ids = {name: f"d{number}.example" if domains else str(uuid.uuid4()) for number, name in enumerate(names)}
        self.csv = self.me.write("t.csv", "tenant_id,mailboxes,name\n" + "".join(f'{id},1,"{name}"\n' for name, id in ids.items()))
        return ids

    def provision(self, *options, where=None, **settings):
        return self.me.provision(where or self.man, self.csv, *RULE, *options, **settings)

    def converges(self, apps):
        """Once nobody is in the middle any more, the same command ends with every app ready, and nothing twice or left over."""
        self.assertEnds(self.provision(where=self.where, timeout=LONG_PATIENCE), 0, f"{apps} of {apps} apps ready")
        plan = self.me.run("plan", self.csv, *RULE, "-o", "json").json()
        directory.assert_end_state(self, self.client, self.me, plan)


def reasons_in(outcome):
    """Of a run with `-o json`: why each tenant, or its app, is not ready; by the tenant's name."""
    document = outcome.json()
    return {each["name"]: each["reason"] for each in document["failed_tenants"] + document["unready_apps"]}


def acted(action):
    """The action, once the sandbox has done what was asked."""
    def act(request, forward):
        forward(request)
        return action(request, forward)
    return act
