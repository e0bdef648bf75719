"""The key of the ledger, its passphrase, and what may be seen of secrets: on a terminal, in a core dump, in what is printed."""

import json
import os
import pathlib
import pty
import random
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import termios

import directory
from harness import FORBIDDEN, PATIENCE, POOLWRIGHT, EndToEnd, wait_until

A = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c"
CSV = f"tenant_id,mailboxes,name\n{A},100,Fabrikam\n"
KILLS = 24
NOBODY = 65534


class Terminal:
    """A command whose standard streams are a terminal of its own."""

    def __init__(self, operator, *arguments, env=None):
        self.master, slave = pty.openpty()
        self.process = operator.start(*arguments, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        self.seen = b""

    def read(self):
        if not select.select([self.master], [], [], PATIENCE)[0]:
            raise AssertionError(f"nothing came for {PATIENCE} s after: {self.seen.decode()}")
        try:
            piece = os.read(self.master, 4096)
        except OSError:  # the other side is closed
            piece = b""
        self.seen += piece
        return piece

    def answer(self, question, text):
        """Waits for the question and types the answer."""
        while question.encode() not in self.seen:
            if not self.read():
                raise AssertionError(f"it ended before it asked {question!r}: {self.seen.decode()}")
        self.seen = self.seen.replace(question.encode(), b"[asked] ", 1)
        os.write(self.master, text.encode() + b"\n")

    def end(self):
        """The exit code and what was on the screen."""
        while self.read():
            pass
        os.close(self.master)
        return self.process.wait(PATIENCE), self.seen.decode()


class Key(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.client = self.asking(self.where)
        self.me = self.operator()
        self.csv = self.me.write("t.csv", CSV)
        self.assertEnds(self.me.provision(self.where, self.csv), 0)
        self.private, self.public = self.me.config / "fleet.key", self.me.config / "fleet.pub"
        self.before = self.me.export()

    def passphrase(self, name, text="correct horse", mode=0o600):
        path = self.me.write(name, text + "\n")
        path.chmod(mode)
        return path

    def protect(self):
        word = self.passphrase("word")
        self.assertEnds(self.me.run("key", "protect", "--new-passphrase-file", word), 0, "is opened by its passphrase only")
        return word


class Rotate(Key):
    def test_everything_is_sealed_to_another_pair_and_stays_what_it_was(self):
        old = {path.name: path.read_bytes() for path in (self.private, self.public)}
        backup = self.folder / "backup.db"
        shutil.copy(self.me.state / "fleet.db", backup)
        done = self.me.run("key", "rotate", "-o", "json")
        self.assertEnds(done, 0)
        facts = done.json()
        self.assertEqual((facts["schema"], facts["action"], facts["resealed"]), ("poolwright.key/1", "rotate", 5))
        self.assertNotEqual(facts["fingerprint"], facts["previous_fingerprint"])
        self.assertNotEqual({path.name: path.read_bytes() for path in (self.private, self.public)}, old)
        self.assertEqual(self.me.export(), self.before)
        # A run goes on with the new key, and grows the pool with it.
        self.assertEnds(self.me.provision(self.where, self.csv), 0, "5 of 5")
        more = self.me.write("more.csv", CSV.replace(",100,", ",3000,"))
        self.assertEnds(self.me.provision(self.where, more), 0, "6 of 6")
        directory.assert_credentials(self, self.client, json.loads(self.me.export()),
                                     self.me.run("plan", more, "-o", "json").json()["profile"])
        # A backup from before needs the old key, and says where that is.
        outcome = self.me.run("export", "--format", "json", "--to", "-", "--state", f"sqlite://{backup}")
        self.assertEnds(outcome, 70, f"--key-file {facts['previous_key_file']}")
        self.assertEnds(self.me.run("export", "--format", "json", "--to", self.me.exports / "old", "--state", f"sqlite://{backup}",
                                    "--key-file", facts["previous_key_file"]), 0)
        self.assertEqual((self.me.exports / "old").read_bytes(), self.before)
        self.assertEqual({path.stat().st_mode & 0o777 for path in self.me.config.iterdir()}, {0o600})

    def test_killed_at_random_moments(self):
        seed = int(os.environ.get("POOLWRIGHT_E2E_SEED", random.SystemRandom().getrandbits(32)))
        print(f"POOLWRIGHT_E2E_SEED={seed}", flush=True)
        moments = random.Random(seed)
        for _ in range(KILLS):
            process = self.background(self.me, "key", "rotate")
            try:
                process.wait(moments.uniform(0, 0.15))
            except subprocess.TimeoutExpired:
                process.kill()
            self.assertIn(process.wait(), (0, -9), process.err_file.read_text())
            outcome = self.me.run("export", "--format", "json", "--to", self.me.exports / "between")
            if outcome.code != 0:
                self.assertEnds(outcome, 70, "rotation of the key was interrupted: `poolwright key rotate` finishes it")
                self.assertEnds(self.me.run("key", "rotate"), 0, "an interrupted rotation is finished")
            self.assertEqual(self.me.export(), self.before)
        self.assertEnds(self.me.run("key", "rotate"), 0)
        self.assertEqual(self.me.export(), self.before)
        self.assertEnds(self.me.provision(self.where, self.csv), 0, "5 of 5")

    def test_not_while_a_run_writes(self):
        stuck = self.sandbox("--latency", 20000)
        run = self.background(self.me, "provision", self.csv, "--yes", "--pool", "more", *stuck.options(), "--events", "e")
        events = self.me.work / "e"
        wait_until(lambda: events.exists() and "run_started" in events.read_text(), "the run has begun", run)
        self.assertEnds(self.me.run("key", "rotate"), 70, rf"in use by another poolwright \(process {run.pid}\)")
        self.assertEqual(self.me.export(), self.before)

    def test_only_where_the_private_key_is(self):
        self.private.unlink()
        self.assertEnds(self.me.run("key", "rotate"), 70, "private key .* does not exist[^$]*hint: keys are changed where")
        self.assertEnds(self.me.provision(self.where, self.csv), 0, "5 of 5")

    def test_not_for_a_ledger_that_is_not_there(self):
        before = self.me.snapshot()
        self.assertEnds(self.me.run("key", "rotate", "--state", f"sqlite://{self.me.state}/typo.db"), 70, "there is no ledger")
        self.assertEqual(self.me.snapshot(), before)


class Passphrase(Key):
    def test_from_a_file(self):
        word = self.protect()
        to = ["export", "--format", "json", "--to", self.me.exports / "again"]
        self.assertEnds(self.me.run(*to), 70, "is protected by a passphrase, and none is given: .*--key-passphrase-file")
        self.assertEnds(self.me.run(*to, "--key-passphrase-file", self.passphrase("wrong", "incorrect")), 70,
                        "the passphrase does not open the private key")
        self.assertEnds(self.me.run(*to, "--key-passphrase-file", self.passphrase("open", mode=0o644)), 65,
                        r"may be read by others \(mode 0644\): chmod 600 it")
        self.assertFalse((self.me.exports / "again").exists())
        self.assertEnds(self.me.run(*to, env={"POOLWRIGHT_KEY_PASSPHRASE_FILE": str(word)}), 0)
        self.assertEqual((self.me.exports / "again").read_bytes(), self.before)
        # Without secrets none is needed; neither is it by a run, which may have it.
        self.assertEnds(self.me.run("export", "--format", "csv", "--to", "-", "--no-key-values"), 0)
        self.assertEnds(self.me.provision(self.where, self.csv, "-v"), 0, "has a passphrase, and no --key-passphrase-file is given")
        self.assertEnds(self.me.provision(self.where, self.csv, "--key-passphrase-file", word), 0, "5 of 5")

    def test_stays_when_the_key_is_rotated_and_goes_when_it_is_told_to(self):
        word = self.protect()
        self.assertEnds(self.me.run("key", "rotate"), 70, "none is given")
        self.assertTrue(self.me.run("key", "rotate", "--key-passphrase-file", word, "-o", "json").json()["protected"])
        self.assertTrue(self.private.read_text().startswith("poolwright private key 2\n"))
        self.assertEnds(self.me.run("key", "unprotect", "--key-passphrase-file", word), 0)
        self.assertEqual(self.me.export(), self.before)

    def test_typed_and_never_seen(self):
        screen = Terminal(self.me, "key", "protect")
        screen.answer("fleet.key: ", "correct horse")
        screen.answer("The same again: ", "correct horse")
        code, text = screen.end()
        self.assertEqual(code, 0, text)
        self.assertNotIn("horse", text)
        screen = Terminal(self.me, "export", "--format", "json", "--to", self.me.exports / "typed")
        screen.answer("Passphrase of ", "correct horse")
        code, text = screen.end()
        self.assertEqual(code, 0, text)
        self.assertNotIn("horse", text)
        self.assertEqual((self.me.exports / "typed").read_bytes(), self.before)
        screen = Terminal(self.me, "key", "rotate")
        screen.answer("Passphrase of ", "wrong horse")
        code, text = screen.end()
        self.assertEqual(code, 70, text)
        self.assertIn("the passphrase does not open", text)
        code, text = Terminal(self.me, "key", "rotate", "--no-input").end()
        self.assertEqual(code, 70, text)
        self.assertIn("--key-passphrase-file", text)

    def test_two_that_differ_leave_the_key_as_it_is(self):
        kept = self.private.read_bytes()
        screen = Terminal(self.me, "key", "protect")
        screen.answer("fleet.key: ", "correct horse")
        screen.answer("The same again: ", "correct house")
        code, text = screen.end()
        self.assertEqual((code, self.private.read_bytes()), (1, kept), text)

    def test_nobody_to_ask_for_a_new_one(self):
        self.assertEnds(self.me.run("key", "protect"), 64, "nobody can be asked[^$]*--new-passphrase-file")

    def test_ctrl_c_at_the_question_gives_the_terminal_back(self):
        screen = Terminal(self.me, "key", "protect")
        while b"New passphrase" not in screen.seen:
            screen.read()
        self.assertFalse(termios.tcgetattr(screen.master)[3] & termios.ECHO)
        screen.process.send_signal(signal.SIGINT)
        self.assertEqual(screen.process.wait(PATIENCE), -signal.SIGINT)
        self.assertTrue(termios.tcgetattr(screen.master)[3] & termios.ECHO, "what is typed is seen again")


class OnATerminal(Key):
    """Secrets are shown there only after a yes."""

    def export(self, *options):
        return Terminal(self.me, "export", "--format", "csv", "--to", "-", *options)

    def test_a_person_is_asked(self):
        for word, code in (("n", 1), ("", 1), ("y", 0)):
            with self.subTest(answer=word):
                screen = self.export()
                screen.answer("Show 5 secrets on this terminal? [y/N] ", word)
                ended, text = screen.end()
                self.assertEqual(ended, code, text)
                self.assertEqual(bool(FORBIDDEN.search(text.encode())), code == 0)

    def test_who_may_not_be_asked_must_have_said_yes(self):
        code, text = self.export("--no-input").end()
        self.assertEqual(code, 64, text)
        self.assertIn("--yes", text)
        self.assertIsNone(FORBIDDEN.search(text.encode()))
        code, text = self.export("--no-input", "--yes").end()
        self.assertEqual(code, 0, text)
        self.assertEqual(len(FORBIDDEN.findall(text.encode())), 5)

    def test_without_secrets_nobody_is_asked(self):
        code, text = self.export("--no-key-values").end()
        self.assertEqual(code, 0, text)
        self.assertIn(A, text)
        self.assertIsNone(FORBIDDEN.search(text.encode()))

    def test_the_terminal_by_its_name(self):
        screen = Terminal(self.me, "export", "--format", "csv", "--to", "/dev/stdout")
        screen.answer("Show 5 secrets on this terminal? [y/N] ", "n")
        code, text = screen.end()
        self.assertEqual(code, 1, text)
        self.assertIsNone(FORBIDDEN.search(text.encode()))


class Memory(EndToEnd):
    """What this process remembers is neither dumped nor shown to another process of the same user."""

    def waiting(self, env=None, **settings):
        """A command that waits for its input, with a secret in its environment."""
        me = self.operator(f"operator {len(self.operators)}")
        process = me.start("plan", "-", env={"AZURE_CLIENT_SECRET": "sbx8Q~in-the-environment", **(env or {})},
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **settings)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait, PATIENCE)
        self.addCleanup(process.kill)
        return process

    @staticmethod
    def core_limit(process):
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text().splitlines()
        return next(line for line in limits if line.startswith("Max core file size")).split()[4]

    def test_no_core_dump(self):
        def allow():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        # Where AddressSanitizer looks on, it would take the signal for a finding of its own.
        sanitizer = {name: value + ":handle_segv=0" for name, value in os.environ.items() if name == "ASAN_OPTIONS"}
        for number in (signal.SIGABRT, signal.SIGSEGV):
            with self.subTest(signal=number.name):
                process = self.waiting(env=sanitizer, preexec_fn=allow)
                wait_until(lambda: self.core_limit(process) == "0", "no core file may be written", process)
                process.send_signal(number)
                _, status = os.waitpid(process.pid, 0)
                process.returncode = -os.WTERMSIG(status)
                self.assertEqual(os.WTERMSIG(status), number)
                self.assertFalse(os.WCOREDUMP(status), "a core was dumped")

    def test_no_debugger_of_the_same_user(self):
        # Of a process that may not be dumped, the files below /proc belong to root, whoever runs it.
        settings = {}
        if os.geteuid() == 0:
            program = self.folder / "poolwright"
            shutil.copy(POOLWRIGHT, program)
            program.chmod(0o755)
            self.folder.chmod(0o711)
            # It may not look into the folders of this test.
            settings = {"command": [program, "plan", "-", "--state", "sqlite:///nowhere/fleet.db"],
                        "env": {"TMPDIR": tempfile.gettempdir()}, "user": NOBODY, "group": NOBODY, "extra_groups": []}
        process = self.waiting(**settings)
        facts = pathlib.Path(f"/proc/{process.pid}")
        # Before it becomes poolwright, the process that was Python is not its user's either.
        wait_until(lambda: (facts / "comm").read_text().strip() == "poolwright", "it runs", process)
        wait_until(lambda: (facts / "environ").stat().st_uid == 0, "it cannot be attached to", process)
        self.assertIsNone(process.poll(), "it still runs")


class Redaction(EndToEnd):
    """--verbose and --events in a run in which much goes wrong: the harness searches all of it for secrets."""

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
