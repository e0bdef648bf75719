"""A server that cannot prove to be the service, or an address where none answers: it learns nothing, and that is told."""

import contextlib
import socket
import ssl
import uuid

from hostile import RULE, Hostile
from middleman import Authority, Elsewhere


class Trust(Hostile):
    """Whoever cannot prove to be the service is told nothing: no request is sent."""

    def refused(self, words, certificate, **how):
        me = self.operator(words)
        csv = me.write("t.csv", f"tenant_id,mailboxes\n{uuid.uuid4()},1\n")
        server = Elsewhere(self, certificate, **how)
        before = me.snapshot()
        outcome = me.run("provision", csv, "--yes", "--authority-url", server.url, "--graph-url", server.url,
                         "--ca-file", self.authority.ca_file, *self.man.options()[-4:], *RULE)
        self.assertEnds(outcome, 69, rf"cannot obtain a token: cannot set up TLS with localhost:{server.port}: .*{words}")
        self.assertEqual(me.snapshot(), before, "nothing is left behind")
        self.assertGreater(server.connections, 0)
        self.assertEqual(server.requests, [])

    def test_a_certificate_that_has_expired(self):
        self.refused("certificate has expired, or the clock of this machine is wrong", self.authority.issue(days=-1))

    def test_a_certificate_for_another_name(self):
        self.refused("certificate is for another name", self.authority.issue("DNS:graph.microsoft.com,IP:127.0.0.2"))

    def test_a_certificate_of_another_authority(self):
        other = Authority(self.folder / "other")
        self.refused("an authority that is not trusted here", other.issue())

    def test_a_certificate_of_an_authority_that_calls_itself_as_ours_does(self):
        other = Authority(self.folder / "other", self.authority.name)
        self.refused("not accepted|not trusted here", other.issue())

    def test_a_certificate_that_vouches_for_itself(self):
        self.refused("self-signed", self.authority.self_signed())

    def test_tls_older_than_1_2(self):
        self.refused("only versions of TLS older than 1.2", self.authority.issue(), newest_tls=ssl.TLSVersion.TLSv1_1)

    def test_an_address_that_swallows_everything(self):
        self.tenants(["black hole"])
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as queue:
            # Once its queue is full, the kernel answers nobody.
            for _ in range(2):
                waiting = queue.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
            url = f"https://localhost:{full.getsockname()[1]}"
            before = self.me.snapshot()
            outcome = self.me.run("provision", self.csv, "--yes", "--request-timeout", 1, "--authority-url", url, "--graph-url", url,
                                  *self.man.options()[-6:], *RULE)
        self.assertEnds(outcome, 69, r"cannot connect to localhost:\d+: timed out after 1 s")
        self.assertEqual(self.me.snapshot(), before, "nothing is left behind")
