"""`provision --dashboard` as any program on the machine meets it: who is told what, and that it cannot hold up a run."""

import socket
import urllib.parse

from harness import PATIENCE, read_events, tenants_csv, wait_until
from watched import TENANTS, Watched, token_of


class Dashboard(Watched):
    def test_what_happens_is_told_until_the_end(self):
        address = self.begin()
        events = self.follow(address, self.enter(address))
        name, run = next(events)
        self.assertEqual((name, run["planned"], [each[:2] for each in run["tenants"]]), ("run", 15, [list(each) for each in TENANTS.items()]))
        self.assertEqual(len(run["forecast"]["progress"]), 100)
        self.go()
        told = list(events)
        self.assertEqual([name for name, _ in told][-2:], ["news", "end"])
        self.assertEqual(told[-1][1], {"how": "finished"})
        last = told[-2][1]
        self.assertEqual([last["counts"][each] for each in ("ready", "failed", "created")], [10, 5, 10])
        states = {at: (state, ready) for _, news in told[:-1] for at, state, ready in news["changes"]}
        self.assertEqual(states, {0: ("ready", 5), 1: ("ready", 5), 2: ("failed", 0)})
        troubles = [each for _, news in told[:-1] for each in news["troubles"]]
        self.assertEqual([each[:3] for each in troubles], [[2, "", "tenant_failed"]])
        self.assertIn("--credential auto", troubles[0][3])
        self.ends(1)

    def test_a_tenant_without_a_directory_counts_from_the_start(self):
        gone = "gone.example"
        self.where = self.sandbox("--latency", 500, faults={"tenants": [{"tenant_id": gone, "kind": "unknown"}]})
        self.csv = self.me.write("tenants.csv", tenants_csv({"Gone": gone, "Contoso": TENANTS["Contoso"]}))
        self.process = self.background(self.me, "provision", self.csv, "--yes", "--dashboard", "--events", "events", *self.where.options())
        # Directories are looked up before there is anything to see.
        wait_until(lambda: any(each["type"] == "run_started" for each in read_events(self.me.work / "events")), "the run begins", self.process)
        address = self.addresses()[0]
        stream = self.follow(address, self.enter(address))
        _, run = next(stream)
        self.assertEqual((run["planned"], [each[2] for each in run["tenants"]]), (10, [5, 5]))
        told = [news for name, news in stream if name == "news"]
        self.assertTrue(told)
        for news in told:
            self.assertEqual((news["counts"]["planned"], news["counts"]["failed"]), (10, 5))
        self.ends(1)

    def test_a_token_opens_one_window(self):
        first = self.begin()
        session = self.enter(first)
        again = self.ask(first, "/session", Authorization=f"Bearer {token_of(first)}")
        self.assertEqual(again[0], 403)
        # The terminal tells of the window, and how to open another.
        second = wait_until(lambda: self.addresses()[1:], "the next address is told", self.process)[0]
        self.assertNotEqual(token_of(first), token_of(second))
        self.enter(second)
        for wrong in ("", token_of(first), token_of(second), session[:-1], session + "x"):
            status, _, body = self.ask(first, f"/events?session={wrong}")
            self.assertEqual(status, 403)
            self.assertNotIn(TENANTS["Contoso"], body)

    def test_the_page_asks_for_nothing_from_elsewhere(self):
        address = self.begin()
        status, headers, body = self.ask(address)
        self.assertEqual(status, 200)
        self.assertRegex(headers["Content-Security-Policy"],
                         r"^default-src 'none'; style-src( 'sha256-\S+'){2}; script-src( 'sha256-\S+'){3}; base-uri 'none'; form-action 'none'; connect-src 'self'; frame-ancestors 'none'$")
        for name, value in (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                            ("Cross-Origin-Resource-Policy", "same-origin")):
            self.assertEqual(headers[name], value)
        # Whoever loads it without a token learns nothing of the run.
        for each in (*TENANTS, *TENANTS.values(), token_of(address), "secrets_forbidden"):
            self.assertNotIn(each, body)

    def test_only_this_machine_and_its_own_page_are_answered(self):
        address = self.begin()
        authority = urllib.parse.urlsplit(address).netloc
        bearer = f"Bearer {token_of(address)}"
        for path, headers, expected in (
                ("/", {"Host": "evil.example"}, 421), ("/metrics", {"Host": f"evil.example:{authority.split(':')[1]}"}, 421),
                ("/session", {"Authorization": bearer, "Origin": "https://evil.example"}, 403),
                ("/session", {"Authorization": bearer, "Sec_Fetch_Site": "cross-site"}, 403),
                ("/metrics", {"Origin": "http://127.0.0.1:1"}, 403), ("/secret", {}, 404), ("/favicon.ico", {}, 204),
                ("/session", {"Authorization": bearer, "Origin": f"http://{authority}", "Sec_Fetch_Site": "same-origin"}, 200)):
            self.assertEqual(self.ask(address, path, **headers)[0], expected, (path, headers))
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            self.assertEqual(self.ask(address, "/", method)[0], 405)

    def test_metrics_meanwhile(self):
        address = self.begin()
        status, headers, body = self.ask(address, "/metrics")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertIn('poolwright_apps{state="open"} 15\n', body)
        self.assertIn("poolwright_tenants 3\n", body)
        self.assertNotIn("exit_code", body)
        self.assertNotRegex(body, "Contoso|" + TENANTS["Contoso"])

    def test_what_is_no_request_is_refused(self):
        place = urllib.parse.urlsplit(self.begin())
        for sent in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), b"GET / HTTP/9.9\r\n\r\n", b"hello\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * 20_000 + b"\r\n\r\n", b"GET /\xff\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            with socket.create_connection((place.hostname, place.port), PATIENCE) as connection:
                connection.sendall(sent)
                self.assertRegex(connection.recv(100), rb"^HTTP/1\.1 400 |^$", sent[:40])
        self.go()
        self.ends(1)

    def test_who_says_nothing_and_who_does_not_listen_hold_up_nothing(self):
        address = self.begin()
        place = urllib.parse.urlsplit(address)
        session = self.enter(address)
        idle = [socket.create_connection((place.hostname, place.port), PATIENCE) for _ in range(60)]
        for each in idle:
            self.addCleanup(each.close)
        deaf = socket.socket()
        self.addCleanup(deaf.close)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.settimeout(PATIENCE)
        deaf.connect((place.hostname, place.port))
        deaf.sendall(f"GET /events?session={session} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self.go()
        self.ends(1)

    def test_an_interrupted_run_says_so(self):
        address = self.begin()
        events = self.follow(address, self.enter(address))
        next(events)
        self.process.terminate()
        wait_until(lambda: "interrupted" in self.process.err_file.read_text(), "the signal is heard", self.process)
        self.go()
        self.assertEqual(list(events)[-1], ("end", {"how": "interrupted"}))
        self.ends(130)

    def test_addresses(self):
        for given, begins in (("--dashboard=0", "http://127.0.0.1:"), ("--dashboard=localhost:0", "http://127.0.0.1:"), ("--dashboard=127.1.2.3:0", "http://127.1.2.3:")):
            address = self.begin(given)
            self.assertTrue(address.startswith(begins), address)
            self.assertEqual(self.ask(address)[0], 200)
            self.process.kill()
            self.process.wait()

    def test_addresses_that_will_not_do(self):
        for wrong, words in (("0.0.0.0:80", "this machine alone"), ("example.com:80", "must be PORT"), ("70000", "must be PORT")):
            self.assertEnds(self.me.provision(self.where, self.csv, f"--dashboard={wrong}"), 64, words)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertEnds(self.me.provision(self.where, self.csv, f"--dashboard={port}"), 70, f"cannot listen on http://127.0.0.1:{port}/")
        # Nothing was begun.
        self.assertEqual(list(self.me.state.parent.iterdir()), [])
        self.assertEqual(self.asking(self.where).stats()["applications"], 0)
