"""What is wrong with the machine or the way to the service rather than with what was typed: ledger, keys, disk, output, network."""

import socket
import sqlite3

from harness import POOLWRIGHT, EndToEnd, wait_until

A = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c"
CSV = f"tenant_id,mailboxes,name\n{A},100,Fabrikam\n"


def messages(outcome):
    """What is said on standard error, apart from hints, from advice on the plan and from news of the key pair."""
    advice = ("hint: ", "warning: the profile", "without --redirect-uri", "a key pair was made")
    return [line for line in outcome.err.splitlines() if not line.startswith(advice)]


class Machine(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.client = self.asking(self.where)
        self.me = self.operator()
        self.csv = self.me.write("t.csv", CSV)

    def check(self, outcome, code, pattern):
        self.assertEqual((outcome.code, outcome.out), (code, ""), str(outcome))
        self.assertEqual(len(messages(outcome)), 1, str(outcome))
        self.assertRegex(messages(outcome)[0], pattern)

    def unchanged(self, code, pattern, *arguments, **settings):
        """The command is refused so, leaves every file as it was and sends no write."""
        before, writes = self.me.snapshot(), self.client.writes()
        self.check(self.me.run(*arguments, **settings), code, pattern)
        self.assertEqual(self.me.snapshot(), before)
        self.assertEqual(self.client.writes(), writes)

    def provision(self, *words):
        return ["provision", self.csv, "--yes", *self.where.options(), *words]


class Ledger(Machine):
    def place(self):
        self.me.state.mkdir()
        return self.me.state / "fleet.db"

    def test_in_a_folder_that_cannot_be_written(self):
        # A folder of the kernel's, where not even root can make a file.
        for command in (self.provision(), ["status"], ["export", "--format", "csv", "--to", "-"]):
            code = 70 if command[0] == "provision" else 0
            outcome = self.me.run(*command, "--state", "sqlite:///proc/poolwright/fleet.db")
            self.assertEqual(outcome.code, code, str(outcome))
        self.unchanged(70, r"the ledger /proc/poolwright/fleet\.db cannot be made", *self.provision(),
                       "--state", "sqlite:///proc/poolwright/fleet.db")

    def test_where_a_file_stands_in_the_place_of_its_folder(self):
        self.me.state.write_text("")
        self.unchanged(70, r"the ledger .*fleet\.db cannot be", *self.provision())

    def test_that_is_a_folder(self):
        self.place().mkdir()
        for command in (self.provision(), ["status"], ["plan", self.csv]):
            self.unchanged(70, r"fleet\.db is a folder, so it cannot be the ledger", *command)

    def test_of_garbage_or_of_another_program(self):
        place = self.place()
        other = self.folder / "other.db"
        with sqlite3.connect(other) as database:
            database.execute("CREATE TABLE cats(name TEXT)")
        for name, content in (("garbage", b"this is no database\n" * 400), ("another's", other.read_bytes())):
            with self.subTest(name):
                place.write_bytes(content)
                place.chmod(0o600)
                for command in (["status"], ["export", "--format", "csv", "--to", "-"], ["plan", self.csv]):
                    self.unchanged(70, r"fleet\.db", *command)
                self.check(self.me.run(*self.provision()), 70, r"fleet\.db")
                self.assertEqual(place.read_bytes(), content)
                self.assertEqual(self.client.writes(), {})

    def test_of_a_later_version_or_with_a_changed_row(self):
        self.assertEnds(self.me.run(*self.provision()), 0)
        for name, statement in (("version", "UPDATE meta SET value = '99' WHERE name LIKE '%version%'"),
                                ("row", "UPDATE slots SET ordinal = 77 WHERE ordinal = 5")):
            with self.subTest(name):
                place, kept = self.me.state / "fleet.db", (self.me.state / "fleet.db").read_bytes()
                database = sqlite3.connect(place)
                self.assertEqual(database.execute(statement).rowcount, 1)
                database.commit()
                database.close()
                for command in (self.provision(), ["status"], ["export", "--format", "csv", "--to", "-", "--no-key-values"]):
                    self.check(self.me.run(*command), 70, r"fleet\.db")
                place.write_bytes(kept)
        self.assertEqual(self.client.stats()["applications"], 5)

    def test_held_by_another_process(self):
        self.assertEnds(self.me.run(*self.provision("--pool", "first")), 0)
        writes = self.client.writes()
        stuck = self.sandbox("--latency", 20000)
        holder = self.background(self.me, "provision", self.csv, "--yes", *stuck.options(), "--events", "e")
        wait_until(lambda: "run_started" in self.text("e"), "the first run has begun", holder)
        outcome = self.me.run(*self.provision())
        self.check(outcome, 70, rf"fleet\.db is in use by another poolwright \(process {holder.pid}\)")
        self.assertEqual(self.client.writes(), writes)
        # Readers are welcome all the while.
        pools = {each["pool"]: each["planned"] for each in self.me.run("status", "-o", "json").json()["pools"]}
        self.assertEqual(pools, {"exchange": 5, "first": 5})
        self.assertEnds(self.me.run("export", "--format", "csv", "--to", "-", "--no-key-values"), 0)
        self.assertEqual(self.me.run("plan", self.csv, "-o", "json").json()["totals"]["to_create"], 5)
        self.assertEnds(self.me.run("report", self.csv), 0)
        # The lock dies with its process, however that ends.
        holder.kill()
        holder.wait()
        self.assertEnds(self.me.run(*self.provision()), 0, "5 of 5")

    def text(self, name):
        path = self.me.work / name
        return path.read_text() if path.exists() else ""


class Keys(Machine):
    def setUp(self):
        super().setUp()
        self.assertEnds(self.me.run(*self.provision()), 0)
        self.private, self.public = self.me.config / "fleet.key", self.me.config / "fleet.pub"
        self.export = ["export", "--format", "csv", "--to", "-"]

    def test_of_another_ledger(self):
        other = self.operator("other")
        self.assertEnds(other.provision(self.where, self.csv, "--pool", "other"), 0)
        kept = {path: path.read_bytes() for path in (self.private, self.public)}
        for name in ("fleet.key", "fleet.pub"):
            (self.me.config / name).write_bytes((other.config / name).read_bytes())
        self.unchanged(70, r"but the ledger's secrets are sealed to", *self.provision())
        self.unchanged(70, r"is not the key of this ledger", *self.export)
        for path, content in kept.items():
            path.write_bytes(content)
        self.unchanged(70, r"is not the key of this ledger", *self.export, "--key-file", other.config / "fleet.key")
        self.unchanged(70, r"but the ledger's secrets are sealed to", *self.provision("--public-key", other.config / "fleet.pub"))
        self.unchanged(70, r"is not the private half of", *self.provision("--key-file", other.config / "fleet.key"))

    def test_that_are_malformed(self):
        good = self.private.read_bytes()
        for name, content, pattern in (("empty", b"", r"is not a private key"),
                                       ("cut off", good[:-9], r"is damaged"),
                                       ("a public one", self.public.read_bytes(), r"is a public key, not a private key"),
                                       ("bytes", bytes(range(256)), r"is not a private key")):
            with self.subTest(name):
                self.private.write_bytes(content)
                self.unchanged(70, pattern, *self.export)
                self.unchanged(70, pattern, *self.provision())

    def test_that_others_may_use(self):
        self.private.chmod(0o644)
        self.unchanged(70, r"may be used by others \(mode 0644\): chmod 600 it", *self.export)

    def test_that_are_gone(self):
        self.private.unlink()
        self.unchanged(70, r"private key .* does not exist", *self.export)
        self.public.unlink()
        self.unchanged(70, r"neither .*fleet\.pub nor .*fleet\.key is there", *self.provision())

    def test_a_named_key_that_is_not_there(self):
        fresh = self.operator("fresh")
        before = fresh.snapshot()
        outcome = fresh.run(*self.provision("--pool", "fresh", "--public-key", fresh.work / "typo.pub"))
        self.check(outcome, 70, r"the public key .*typo\.pub does not exist")
        self.assertEqual(fresh.snapshot(), before)


class Output(Machine):
    def setUp(self):
        super().setUp()
        self.assertEnds(self.me.run(*self.provision()), 0)
        self.export = ["export", "--format", "csv", "--to"]

    def on_a_full_disk(self, *arguments):
        with open("/dev/full", "wb") as full:
            process = self.me.start(*arguments, stdout=full, stderr=-1)
            err = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, 70, err)
        return err

    def test_on_a_full_disk(self):
        for command in (["plan", self.csv], ["plan", self.csv, "-o", "json"], ["status"], ["rules"], ["version"],
                        [*self.export, "-"], ["--help"], ["plan", "--help"], self.provision()):
            with self.subTest(command=command[0]):
                self.assertRegex(self.on_a_full_disk(*command), r"(?m)^poolwright: .*cannot.* (be )?writ(e|ten).*No space left")
        self.unchanged(70, r"cannot write /dev/full: No space left", *self.export, "/dev/full")
        self.unchanged(70, r"cannot write /dev/full: No space left", "plan", self.csv, "--save", "/dev/full")

    def test_in_a_folder_that_is_not_there(self):
        target = self.me.exports / "missing" / "apps.csv"
        self.unchanged(70, r"cannot write .*missing/apps\.csv: No such file", *self.export, target)
        self.unchanged(70, r"cannot write .*missing/apps\.csv: No such file", "plan", self.csv, "--save", target)

    def test_where_a_folder_is(self):
        self.unchanged(70, r"cannot write .*exports: Is a directory", *self.export, self.me.exports)

    def test_events_that_cannot_be_written(self):
        fresh = self.operator("fresh")
        missing, before = fresh.work / "missing" / "events", fresh.snapshot()
        outcome = fresh.run(*self.provision("--pool", "fresh", "--events", missing))
        self.check(outcome, 70, r"--events .*missing/events.* cannot be opened: No such file")
        self.assertEqual(fresh.snapshot(), before)
        self.assertEqual(self.client.stats()["applications"], 5)

    def test_events_on_a_full_disk_do_not_stop_the_run(self):
        outcome = self.me.run(*self.provision("--pool", "more", "--events", "/dev/full"))
        self.assertEnds(outcome, 0, r"5 of 5 apps ready")
        self.assertRegex(outcome.err, r"warning: no more events are written to .*, and the run goes on: No space left")

    def test_closed_standard_streams(self):
        # Nothing that is opened may take the place of a closed stream and receive what is printed.
        words = " ".join(f"'{word}'" for word in [POOLWRIGHT, *self.provision("--pool", "quiet")])
        self.me.run(command=["sh", "-c", f"exec {words} <&- >&- 2>&-"])
        self.assertEqual(self.client.stats()["applications"], 10)
        self.assertEnds(self.me.run(*self.provision("--pool", "quiet")), 0, "5 of 5")


class Network(Machine):
    """The service cannot be reached, is not what it should be, or refuses the identity. The reason is told for the tenant."""

    def fails(self, code, pattern, *addresses, csv=CSV, secret=None):
        """A first run ends so, and leaves neither a ledger nor keys nor folders behind."""
        me = self.operator(f"operator {len(self.operators)}")
        secret_file = secret or self.where.secret_file
        tenants, before = me.write("t.csv", csv), me.snapshot()
        outcome = me.run("provision", tenants, "--yes", "--client-id", self.where.client_id,
                         "--client-secret-file", secret_file, *addresses)
        self.assertEqual(outcome.code, code, str(outcome))
        self.assertRegex(outcome.out, pattern)
        self.assertEqual(self.client.writes(), {})
        self.assertEqual(me.snapshot(), before, "nothing is left behind")
        self.assertEnds(me.run("status"), 0, r"there is no ledger `.*fleet\.db` yet")
        return outcome

    def at(self, url, ca_file=None):
        return ["--authority-url", url, "--graph-url", url, *(["--ca-file", ca_file] if ca_file else [])]

    def test_a_port_that_nobody_listens_on(self):
        with socket.socket() as taken:
            # Bound, but not listening: nobody else can come to listen there meanwhile.
            taken.bind(("127.0.0.1", 0))
            self.fails(69, r"cannot connect to localhost:\d+: .*refused",
                       *self.at(f"https://localhost:{taken.getsockname()[1]}", self.where.ca_file))

    def test_a_name_that_does_not_exist(self):
        self.fails(69, r"cannot find the address of does-not-exist\.invalid",
                   *self.at("https://does-not-exist.invalid", self.where.ca_file))

    def test_a_certificate_that_is_not_trusted(self):
        self.fails(69, r"authority that is not trusted here|self-signed", *self.at(self.where.url))
        other = self.sandbox()
        self.fails(69, r"not trusted here|not accepted", *self.at(self.where.url, other.ca_file))

    def test_a_certificate_for_another_name(self):
        # The resolver takes 127.1 for 127.0.0.1, which the certificate names, as it does localhost; 127.1 it does not.
        self.fails(69, r"certificate is for another name", *self.at(f"https://127.1:{self.where.port}", self.where.ca_file))

    def test_a_port_that_does_not_speak_tls(self):
        with socket.create_server(("127.0.0.1", 0)) as plain:
            plain.listen()
            process = self.background(self.me, "provision", self.csv, "--yes", "--client-id", self.where.client_id,
                                      "--client-secret-file", self.where.secret_file, "--request-timeout", 5,
                                      *self.at(f"https://localhost:{plain.getsockname()[1]}", self.where.ca_file))
            plain.settimeout(0.2)
            while process.poll() is None:
                try:
                    caller = plain.accept()[0]
                except TimeoutError:
                    continue
                with caller:
                    caller.recv(100)
                    caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            self.assertEqual(process.returncode, 69, process.err_file.read_text())
            self.assertIn("does not speak TLS on this port", process.out_file.read_text())
            self.assertFalse(self.me.state.exists() or self.me.config.exists(), "nothing is left behind")

    def test_a_client_secret_that_is_wrong(self):
        wrong = self.folder / "wrong-secret"
        wrong.write_text("sbx8Q~planted-and-wrong-0123456789abcdefgh\n")
        wrong.chmod(0o600)
        outcome = self.fails(77, r"client secret is wrong: give its value, not its id", *self.where.addresses(), secret=wrong)
        self.assertRegex(outcome.out, r"0 of 5 apps ready")
        # A ledger that is there already is told.
        self.assertEnds(self.me.run(*self.provision()), 0)
        refused = ["provision", self.csv, "--yes", *self.where.addresses(), "--client-id", self.where.client_id,
                   "--client-secret-file", wrong, "--pool", "more"]
        self.assertEnds(self.me.run(*refused), 77)
        errors = {each["pool"]: each["last_error"] for each in self.me.run("status", "-o", "json").json()["tenants"]}
        self.assertIsNone(errors["exchange"])
        self.assertRegex(errors["more"], "client secret is wrong")

    def test_a_domain_whose_directory_cannot_be_looked_up(self):
        self.fails(69, r"not trusted here|self-signed", *self.at(self.where.url),
                   csv="tenant_id,mailboxes\ncontoso.example,100\n")

    def test_a_ca_file_that_holds_no_certificate(self):
        without = "the CA file .* holds no certificate in PEM"
        for name, content, why in (("empty", b"", without), ("a key", b"poolwright", without),
                                   ("missing", None, "cannot read the CA file .*: No such file or directory")):
            with self.subTest(name):
                path = self.me.work / "ca.pem"
                if content is None:
                    path.unlink()
                else:
                    path.write_bytes(content)
                self.unchanged(65, why, "provision", self.csv, "--yes",
                               "--client-id", self.where.client_id, "--client-secret-file", self.where.secret_file,
                               *self.at(self.where.url, path))

    def test_a_secret_file_that_is_none(self):
        base = ["provision", self.csv, "--yes", *self.where.addresses(), "--client-id", self.where.client_id]
        for name, content, pattern in (("empty", b"\n", "is empty"), ("two lines", b"a\nb\n", "more than one line"),
                                       ("long", b"x" * 5000, "too long"), ("missing", None, "No such file")):
            with self.subTest(name):
                path = self.me.work / "secret"
                if content is None:
                    path.unlink()
                else:
                    path.write_bytes(content)
                    path.chmod(0o600)
                self.unchanged(65, rf"--client-secret-file .*{pattern}", *base, "--client-secret-file", path)

    def test_the_environment_gives_the_identity_and_its_secret_stays_there(self):
        env = {"AZURE_CLIENT_ID": self.where.client_id, "AZURE_CLIENT_SECRET": self.where.client_secret}
        outcome = self.me.run("provision", self.csv, "--yes", "-v", *self.where.addresses(), env=env)
        self.assertEnds(outcome, 0, "5 of 5")
