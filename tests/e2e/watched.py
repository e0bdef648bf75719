"""A run that somebody watches: it stands still, since its sandbox does, until it is let go."""

import contextlib
import http.client
import json
import re
import signal
import urllib.parse

from harness import PATIENCE, EndToEnd, tenants_csv, wait_until

TENANTS = {name: f"{number:08x}-0000-4000-8000-000000000000" for number, name in enumerate(("Contoso", "Fabrikam <script>", "Closed"), 1)}


class Watched(EndToEnd):
    def setUp(self):
        super().setUp()
        faults = {"tenants": [{"tenant_id": TENANTS["Closed"], "kind": "secrets_forbidden"}]}
        self.where, self.me = self.sandbox(faults=faults), self.operator()
        self.csv = self.me.write("tenants.csv", tenants_csv(TENANTS))

    def begin(self, option="--dashboard", *more):
        """Starts the run, and gives the address that it tells."""
        self.where.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.where.process.send_signal, signal.SIGCONT)
        self.process = self.background(self.me, "provision", self.csv, "--yes", option, *more, *self.where.options())
        wait_until(self.addresses, "the address is told", self.process)
        return self.addresses()[0]

    def addresses(self):
        """Every address that was told so far."""
        return re.findall(r"dashboard: .*?(http://\S+)\n", self.process.err_file.read_text())

    def go(self):
        """Lets the run go on."""
        self.where.process.send_signal(signal.SIGCONT)

    def ends(self, code):
        self.assertEqual(self.process.wait(PATIENCE), code, self.process.err_file.read_text())

    def ask(self, address, path="/", method="GET", **headers):
        """Status, headers and body of one answer; a header's `_` stands for `-`."""
        place = urllib.parse.urlsplit(address)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, headers=headers)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read().decode()

    def enter(self, address):
        """The session that the token of an address is worth."""
        status, _, body = self.ask(address, "/session", Authorization=f"Bearer {token_of(address)}")
        self.assertEqual(status, 200, body)
        return json.loads(body)["session"]

    def follow(self, address, session):
        """The stream of what happens: each event's name and data, as they come."""
        place = urllib.parse.urlsplit(address)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("GET", f"/events?session={session}")
        reply = connection.getresponse()
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "text/event-stream; charset=utf-8"))
        return events_in(reply)


def token_of(address):
    return urllib.parse.urlsplit(address).fragment


def events_in(reply):
    while line := reply.readline():
        name = line.decode().removeprefix("event: ").strip()
        data = json.loads(reply.readline().decode().removeprefix("data: "))
        assert reply.readline() == b"\n"
        yield name, data
