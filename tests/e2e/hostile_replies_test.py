"""Replies whose bodies are not what was asked for, of every kind and in every field that is read: each is met once, where the
sandbox has already acted, and the run goes on, or says why it cannot. Whatever came of it, the next run converges."""

from hostile import DISCOVERY, GRANT, TOKEN, Hostile, reasons_in
from mangling import attacks_on, mangled

# Replies to what may be asked for again: the route, how many earlier requests of a tenant share it, and the fields that are read.
KINDS = {
    "token": (TOKEN, 0, [["access_token"], ["expires_in"]]),
    "roles": ("GET /servicePrincipals/{id}", 0, [["id"], ["appRoles"], ["appRoles", 0], ["appRoles", 0, "id"], ["appRoles", 0, "value"]]),
    "principal": ("POST /servicePrincipals", 0, [["id"]]),
    "grant": (GRANT, 0, []),
    "proof": (TOKEN, 1, [["access_token"]]),
}




class Bodies(Hostile):
    def test_of_what_may_be_asked_for_again(self):
        attacks = {f"{kind}: {what}": (route, after, mangle) for kind, (route, after, fields) in KINDS.items()
                   for what, mangle in attacks_on(fields).items()}
        ids = self.tenants(attacks)
        for name, (route, after, mangle) in attacks.items():
            self.man.on(route, mangled(mangle), ids[name], after=after)
        outcome = self.provision("-o", "json", "--step-deadline", 5)
        self.assertEnds(outcome, 1)
        refused = reasons_in(outcome)
        # A directory that shows a role otherwise, and a token that says nothing of itself, are believed.
        for name, why in refused.items():
            with self.subTest(name):
                self.assertRegex(f"{name}: {why}", r"^roles: appRoles\b.*has no application permission full_access_as_app in this tenant"
                                                   r"|^token: access_token is .*lacks Application\.ReadWrite\.OwnedBy, AppRoleAssignment\.ReadWrite\.All, Application\.Read\.All in this tenant")
        self.assertEqual(outcome.json()["totals"]["ready"], len(ids) - len(refused))
        self.converges(len(ids))

    def test_of_the_look_up_of_a_domain(self):
        attacks = attacks_on([["issuer"]])
        ids = self.tenants(attacks, domains=True)
        for name, mangle in attacks.items():
            self.man.on(DISCOVERY, mangled(mangle), ids[name])
        self.assertEnds(self.provision(), 0, f"{len(ids)} of {len(ids)} apps ready")
        self.converges(len(ids))
