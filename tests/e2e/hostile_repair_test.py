"""Replies to what cannot be repeated, spoilt after the directory has acted: the application is made, its credential is made, and
nobody is told so. Nothing is made twice and no credential is left over; that takes the minute by which lists may lag."""

from harness import LONG_PATIENCE
from hostile import Hostile, acted, reasons_in
from mangling import attacks_on, mangled

CREATE, ADD, READ = "POST /applications", "POST /applications/{id}/addPassword", "GET /applications/{id}"
REMOVE = "POST /applications/{id}/removePassword"
LOST = acted(lambda request, forward: b"")

# The route, how many earlier requests of a tenant share it, and the fields that are read. All but the first begin with a lost create.
KINDS = {
    "created": (CREATE, 0, [["id"], ["appId"], ["passwordCredentials"], ["passwordCredentials", 0], ["passwordCredentials", 0, "keyId"],
                            ["passwordCredentials", 0, "secretText"]]),
    "looked up": (READ, 0, [["id"], ["appId"], ["passwordCredentials"]]),
    "added": (ADD, 0, [["keyId"], ["secretText"]]),
    "listed": (READ, 1, [["id"], ["appId"], ["tags"], ["passwordCredentials"], ["passwordCredentials", 0],
                         ["passwordCredentials", 0, "keyId"]]),
    "removed": (REMOVE, 0, []),
}


# Not here: lies that nothing gives away within this test. A secret that opens nothing may only be young: it is replaced after five
# minutes, which slot_repair_test.cpp ("a secret that the authority never knows is replaced, once, and swept") and the histories of
# tests/simulate see in no time. A list that is shorter than the truth is believed, and what it leaves out stays.
BELIEVED = ("secretText is another text", "secretText is a long text", "secretText is a NUL", "listed: passwordCredentials.0 missing")


class Repair(Hostile):
    def test_of_what_must_not_be_done_twice(self):
        attacks = {f"{kind}: {what}": (kind, mangle) for kind, (_, _, fields) in KINDS.items()
                   for what, mangle in attacks_on(fields).items() if not f"{kind}: {what}".endswith(BELIEVED)}
        ids = self.tenants(attacks)
        for name, (kind, mangle) in attacks.items():
            route, after, _ = KINDS[kind]
            if kind != "created":
                self.man.on(CREATE, LOST, ids[name])
            self.man.on(route, mangled(mangle), ids[name], after=after)
        outcome = self.provision("-o", "json", timeout=LONG_PATIENCE)
        self.assertEnds(outcome, 1)
        refused = reasons_in(outcome)
        # Without its tags an application is not ours to touch.
        for name, why in refused.items():
            with self.subTest(name):
                self.assertRegex(f"{name}: {why}", r"^listed: tags\b.*: its tags were changed by somebody else: no credential .* touched$")
        self.assertEqual(outcome.json()["totals"]["ready"], len(ids) - len(refused))
        self.converges(len(ids))
