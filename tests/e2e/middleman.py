"""A hostile server: it stands between poolwright and a sandbox, with an authority of its own, and mangles what it is told to.

Without a word from a test it is the sandbox: every request goes there and every reply comes back. `on(route, action)` puts an
action in the place of chosen replies. An action gets the request, and `forward` to have the sandbox act upon it, and gives
what is sent instead: a Reply, or raw bytes (also a generator of them), after which the connection is cut. It may be told of
one tenant alone, which is how a single run of poolwright meets another attack in each of its tenants.
"""

import base64
import contextlib
import dataclasses
import http.client
import json
import re
import socket
import ssl
import subprocess
import threading

PATIENCE = 60
DRIBBLE = object()  # among the parts of a raw reply: one byte, a second later
SEGMENT = re.compile(r"[0-9a-f-]{36}|\(.*?\)")


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder, name="Middleman"):
        folder.mkdir(parents=True)
        self.name, self.folder, self.key, self.ca_file = name, folder, folder / "ca.key", folder / "ca.pem"
        self.issued = 0
        openssl("req", "-x509", *EC, "-keyout", self.key, "-out", self.ca_file, "-subj", f"/CN={name}", "-days", 2)

    def issue(self, names="DNS:localhost,IP:127.0.0.1", days=1):
        """A PEM file with a certificate for these names, and its key. -1 day: it has expired."""
        self.issued += 1
        stem = self.folder / f"server{self.issued}"
        key, request, made = (stem.with_suffix(end) for end in (".key", ".csr", ".crt"))
        openssl("req", *EC, "-keyout", key, "-out", request, "-subj", "/CN=server", "-addext", f"subjectAltName={names}")
        openssl("x509", "-req", "-in", request, "-CA", self.ca_file, "-CAkey", self.key, "-CAcreateserial",
                "-copy_extensions", "copy", "-days", days, "-out", made)
        return joined(stem, made, key)

    def self_signed(self):
        """The same, signed by nobody but itself."""
        self.issued += 1
        stem = self.folder / f"server{self.issued}"
        key, made = stem.with_suffix(".key"), stem.with_suffix(".crt")
        openssl("req", "-x509", *EC, "-keyout", key, "-out", made, "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-days", 1)
        return joined(stem, made, key)


def joined(stem, made, key):
    both = stem.with_suffix(".pem")
    both.write_text(made.read_text() + key.read_text())
    return both


EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=PATIENCE)


@dataclasses.dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def bearer(self):
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def tenant(self):
        """As the path names it, at the authority; as the bearer token does, at Graph; empty if neither does."""
        if not self.path.startswith("/v1.0/"):
            return self.path.split("/")[1]
        payload = self.bearer.partition(".")[2].partition(".")[0]
        if not payload:
            return ""
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["tid"]

    @property
    def route(self):
        """"POST /applications/{id}/addPassword": without version, query and ids."""
        whole = self.path.partition("?")[0]
        path = whole.removeprefix("/v1.0")
        if path == whole:
            path = "/{tenant}/" + whole.strip("/").partition("/")[2]
        return f"{self.method} " + SEGMENT.sub("{id}", path).replace("s{id}", "s/{id}")


@dataclasses.dataclass
class Reply:
    status: int
    body: bytes = b""
    headers: tuple = ()
    version: str = "HTTP/1.1"

    @classmethod
    def json(cls, status, document, headers=()):
        text = document if isinstance(document, (str, bytes)) else json.dumps(document)
        body = text if isinstance(text, bytes) else text.encode()
        return cls(status, body, (("Content-Type", "application/json"), *headers))

    def document(self):
        return json.loads(self.body)

    def with_document(self, document):
        return Reply.json(self.status, document)

    def head(self, length=None):
        """All before the body; the length is the body's unless another one is given."""
        lines = [f"{self.version} {self.status} {http.client.responses.get(self.status, 'Odd')}",
                 *(f"{name}: {value}" for name, value in self.headers),
                 f"Content-Length: {len(self.body) if length is None else length}", "", ""]
        return "\r\n".join(lines).encode("latin-1")

    def raw(self):
        return self.head() + self.body


@dataclasses.dataclass
class Rule:
    route: str
    action: object
    tenant: str
    times: int
    after: int
    met: int = 0

    def strikes(self, request):
        if self.route not in ("*", request.route) or self.tenant not in (None, request.tenant):
            return False
        self.met += 1
        return self.after < self.met <= self.after + self.times


class Server:
    """Answers every TLS connection to a port of its own, each in a thread; it ends with the test."""

    def __init__(self, test, certificate, newest_tls=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest_tls is not None:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = self.context.maximum_version = newest_tls
        self.context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.url = f"https://localhost:{self.port}"
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.requests, self.connections, self.open = [], 0, set()
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()
        test.addCleanup(self.stop)

    def stop(self):
        self.ended.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            for each in self.open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for each in list(self.threads):
            each.join(PATIENCE)

    def accept(self):
        while not self.ended.is_set():
            try:
                taken = self.listener.accept()[0]
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open.add(taken)
            thread = threading.Thread(target=self.serve, args=(taken,))
            self.threads.append(thread)
            thread.start()

    def serve(self, taken):
        taken.settimeout(PATIENCE)
        try:
            # What goes wrong with a client that takes offence is the point of many a test.
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.talk(self.context.wrap_socket(taken, server_side=True, suppress_ragged_eofs=True))
        finally:
            with self.lock:
                self.open.discard(taken)
            taken.close()

    def talk(self, link):
        with link, link.makefile("rb") as incoming:
            while request := read_request(incoming):
                with self.lock:
                    self.requests.append(request)
                answer = self.answer(request)
                if isinstance(answer, Reply):
                    link.sendall(answer.raw())
                    continue
                for part in [answer] if isinstance(answer, bytes) else answer:
                    if part is DRIBBLE:
                        self.ended.wait(1)
                    link.sendall(b"x" if part is DRIBBLE else part)
                # Cut, without the end that TLS would announce.
                return

    def answer(self, request):
        raise NotImplementedError


class Elsewhere(Server):
    """Another host, which nothing of ours may reach."""

    def answer(self, request):
        return Reply.json(200, {})


class Middleman(Server):
    def __init__(self, test, sandbox, authority, **how):
        self.sandbox, self.ca_file = sandbox, str(authority.ca_file)
        self.rules, self.local, self.links = [], threading.local(), []
        self.onward = ssl.create_default_context(cafile=sandbox.ca_file)
        super().__init__(test, authority.issue(), **how)

    def addresses(self):
        return ["--authority-url", self.url, "--graph-url", self.url, "--ca-file", self.ca_file]

    def options(self):
        return [*self.addresses(), "--client-id", self.sandbox.client_id, "--client-secret-file", self.sandbox.secret_file]

    def on(self, route, action, tenant=None, times=1, after=0):
        """The action answers in the sandbox's place, `times` times after the first `after` requests."""
        self.rules.append(Rule(route, action, tenant, times, after))

    def heal(self):
        self.rules.clear()

    def answer(self, request):
        with self.lock:
            striking = [rule for rule in self.rules if rule.strikes(request)]
        return striking[0].action(request, self.forward) if striking else self.forward(request)

    def forward(self, request):
        """What the sandbox says to that request, which it acts upon."""
        if not hasattr(self.local, "link"):
            self.local.link = http.client.HTTPSConnection("localhost", self.sandbox.port, timeout=PATIENCE, context=self.onward)
        passed = {name: value for name, value in request.headers.items() if name != "content-length"}
        self.local.link.request(request.method, request.path, request.body or None, passed)
        reply = self.local.link.getresponse()
        body = reply.read()
        kept = tuple((name, value) for name, value in reply.getheaders() if name.lower() not in ("content-length", "connection"))
        return Reply(reply.status, body, kept)

    def serve(self, taken):
        try:
            super().serve(taken)
        finally:
            if hasattr(self.local, "link"):
                self.local.link.close()


def read_request(incoming):
    line = incoming.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {name.lower(): value for name, value in http.client.parse_headers(incoming).items()}
    return Request(line[0], line[1], headers, incoming.read(int(headers.get("content-length", 0))))
