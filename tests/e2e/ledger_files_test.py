"""What happens to the ledger's files while `provision` runs or after it was killed: they are damaged, cut off or lost, may not be
written any more, or are read meanwhile. It is noticed and said, or does no harm; it is never passed over."""

import contextlib
import os
import random
import shutil
import sqlite3

from harness import PATIENCE, POOLWRIGHT, end, wait_until
from midway import Midway

DAMAGED = r"(is damaged \(.*\): restore the ledger from its backup|is not a poolwright ledger: name another file with --state)"
SEEDS = 40


class Damaged(Midway):
    """A killed run leaves the ledger with a write-ahead log; then bytes change."""

    def setUp(self):
        super().setUp()
        self.begin_sandbox()
        end(self.begin(apps=20))
        self.keep()
        self.writes = self.client.writes()

    def keep(self):
        self.kept = self.folder / "kept"
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.me.state, self.kept)
        self.rows = self.status()
        self.assertEnds(self.rows, 0)

    def restore(self):
        shutil.rmtree(self.me.state)
        shutil.copytree(self.kept, self.me.state)

    def status(self):
        return self.me.run("status", "-o", "json")

    def refused(self, name, command=("status",)):
        outcome = self.me.run(*command)
        self.assertEqual((outcome.code, outcome.out), (70, ""), str(outcome))
        self.assertRegex(outcome.err, rf"(?m)^poolwright: the ledger .*fleet\.db {DAMAGED}", name)
        return outcome

    def found_or_harmless(self, what):
        outcome = self.status()
        if outcome.code == 0:
            self.assertEqual(outcome.json(), self.rows.json(), what)
            return False
        self.refused(what)
        return True

    def test_bytes_that_change_are_found_or_harmless(self):
        for name, least in (("fleet.db-wal", SEEDS // 2), ("fleet.db-shm", 0)):
            with self.subTest(name):
                self.assertGreaterEqual(sum(self.change(name, seed) for seed in range(SEEDS)), least)
        self.restore()
        self.converge()
        # Now everything is in the one file.
        self.keep()
        self.assertGreaterEqual(sum(self.change("fleet.db", seed) for seed in range(SEEDS)), SEEDS // 4)

    def change(self, name, seed):
        self.restore()
        chosen, path = random.Random(seed), self.me.state / name
        content = bytearray(path.read_bytes())
        at = chosen.randrange(len(content)) if seed % 4 else chosen.randrange(100)
        content[at] ^= chosen.randrange(1, 256)
        path.write_bytes(content)
        return self.found_or_harmless(f"{name}: byte {at} of {len(content)}")

    def test_a_log_that_is_cut_off_or_lost_is_found(self):
        log = (self.kept / "fleet.db-wal").read_bytes()
        for content in (log[:len(log) // 2], b"", None):
            with self.subTest(size=content and len(content)):
                self.restore()
                (self.me.state / "fleet.db-wal").unlink()
                if content is not None:
                    (self.me.state / "fleet.db-wal").write_bytes(content)
                for command in (["status"], ["export", "--format", "json", "--to", "-"], self.command()):
                    self.refused("fleet.db-wal", command)
        self.assertEqual(self.client.writes(), self.writes, "a damaged ledger was used")

    def test_killed_while_the_file_itself_was_changed(self):
        self.converge()
        # A cache of one page has to write to the file before the end: what a kill leaves at the worst moment.
        place = self.me.state / "fleet.db"
        with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as database:
            for statement in ("PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "UPDATE slots SET ordinal = ordinal + 100"):
                database.execute(statement)
            files = {name: (self.me.state / name).read_bytes() for name in ("fleet.db", "fleet.db-journal")}
        for command in (["status"], self.command()):
            for name, content in files.items():
                (self.me.state / name).write_bytes(content)
            self.assertEnds(self.me.run(*command), 0)
        self.converge()


class Together(Midway):
    """Two runs at the same time, before there is a ledger that could be locked."""

    def test_one_of_two_first_runs_makes_the_ledger(self):
        self.begin_sandbox()
        runs = [self.background(self.me, *self.command()) for _ in range(2)]
        codes = [process.wait(PATIENCE) for process in runs]
        self.assertEqual(sorted(codes), [0, 70], [process.err_file.read_text() for process in runs])
        self.ends(runs[codes.index(70)], 70, r"the ledger .*fleet\.db (is in use by another poolwright \(process \d+\): wait for it "
                  r"to end|was made by another poolwright since this run began: run the same command again)")
        self.converge()


class Moved(Midway):
    """Somebody takes the ledger away while a run writes to it, and puts it back."""

    def test_during_a_run(self):
        self.begin_sandbox()
        place, away = self.me.state / "fleet.db", self.me.state / "away.db"
        process = self.begin()
        place.rename(away)
        self.ends(process, 70, r"(?m)^poolwright: the ledger .*fleet\.db was moved, removed or replaced while it was in use: put it "
                  r"back, or restore it from its backup, and run the same command again$")
        away.rename(place)
        self.converge()


class Sealed(Midway):
    """The ledger's file or folder may not be written any more."""

    def setUp(self):
        super().setUp()
        self.begin_sandbox()
        # Root may write everything: it runs the program without that right.
        rights = "-dac_override,-dac_read_search"
        self.harmless = ["setpriv", "--bounding-set", rights, "--inh-caps", rights] if os.geteuid() == 0 else []

    def run_harmless(self, *words):
        return self.me.run(command=[*self.harmless, POOLWRIGHT, *map(str, words)])

    def sealed(self, path, mode):
        path.chmod(mode)
        self.addCleanup(path.chmod, 0o700)

    def test_before_a_run(self):
        self.assertEnds(self.me.run(*self.command()), 0)
        writes, more = self.client.writes(), ["--pool", "more"]
        for path, mode, pattern in ((self.me.state / "fleet.db", 0o400, "cannot be written: Permission denied"),
                                    (self.me.state / "fleet.db.lock", 0o000, r"cannot be locked: .*fleet\.db\.lock: Permission denied"),
                                    (self.me.state, 0o500, "cannot be written: its folder: Permission denied")):
            with self.subTest(path.name):
                before = path.stat().st_mode
                path.chmod(mode)
                outcome = self.run_harmless(*self.command(), *more)
                self.assertEnds(outcome, 70, rf"the ledger .*fleet\.db {pattern}")
                self.assertEnds(self.run_harmless("status"), 0)
                path.chmod(before)
        self.assertEqual(self.client.writes(), writes)

    def test_during_a_run(self):
        words = [*self.harmless, POOLWRIGHT, *map(str, self.command("--events", self.events))]
        process = self.background(self.me, command=words)
        wait_until(lambda: self.count("app_created") >= 5, "five apps are made", process)
        self.sealed(self.me.state, 0o500)
        (self.me.state / "fleet.db").chmod(0o400)
        # What it has open it may write; and it ends as ever.
        self.assertEqual(process.wait(PATIENCE), 0, process.err_file.read_text())
        outcome = self.run_harmless("status", "-o", "json")
        self.assertEnds(outcome, 0)
        self.assertEqual(outcome.json()["pools"][0]["ready"], 30)
        self.me.state.chmod(0o700)
        (self.me.state / "fleet.db").chmod(0o600)
        self.converge()
