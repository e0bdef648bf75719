"""What --verbose and --events tell of runs in which requests fail at random: everything but a secret."""

import json

from harness import FORBIDDEN, EndToEnd

CSV = "tenant_id,mailboxes,name\n0b04089f-9bd9-47e5-89ee-47dfac89ec9c,100,Fabrikam\n"


class Redaction(EndToEnd):
    """The harness searches all that a command prints for secrets; this, its events too."""

    def test_whatever_is_said_of_a_run_that_fails_in_every_way(self):
        faults = {"rules": [{"route": "POST /applications", "probability": 0.3, "effect": "status", "status": 400},
                            {"route": "POST /servicePrincipals", "probability": 0.2, "effect": "status", "status": 403},
                            {"route": "*", "probability": 0.05, "effect": "truncate"},
                            {"route": "*", "probability": 0.05, "effect": "reset_after"}]}
        where = self.sandbox(faults=faults)
        me = self.operator()
        tenants = me.write("t.csv", CSV)
        events = b""
        for options in (["-v"], ["-v", "--verify"], ["-v", "--identities", self.identities(me, where)]):
            addresses = where.addresses() if "--identities" in options else where.options()
            outcome = me.run("provision", tenants, "--yes", *addresses, "--events", me.work / "events", *options, timeout=240)
            self.assertIn(outcome.code, (0, 1, 69, 77), str(outcome))
            events += (me.work / "events").read_bytes()
        self.assertIsNone(FORBIDDEN.search(events))
        self.assertIn(b"app_", events)

    @staticmethod
    def identities(me, where):
        return me.write("identities.json", json.dumps({"schema": "poolwright.identities/1", "identities": [
            {"client_id": where.client_id, "client_secret_file": str(where.secret_file)}]}))
