"""The disk fills up while `provision` runs, or is full when something is to be written: it says so, hides nothing, and once there
is room the same command makes everything good."""

import contextlib
import resource
import subprocess

from midway import Midway

FULL = r"(?m)^poolwright: the ledger .*fleet\.db cannot be written, since the disk is full: make room and run the same command again$"
NO_ROOM = "No space left on device"


class SmallDisk(Midway):
    """A file system of its own for the ledger and for what is exported, of which nothing is left when it is filled."""

    may_be_skipped = True  # mounting needs rights; SizeLimit needs none

    def setUp(self):
        super().setUp()
        self.disks = {name: self.disk(self.me.folder / name) for name in ("state", "exports")}
        self.begin_sandbox()

    def disk(self, place):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "none", place], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", place], check=True)
        return place

    def fill(self, name):
        with open(self.disks[name] / "filler", "ab", buffering=0) as filler:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while filler.write(b"\0" * size):
                        pass

    def make_room(self, name):
        (self.disks[name] / "filler").unlink()

    def test_it_fills_up_in_the_middle(self):
        process = self.begin()
        self.fill("state")
        self.ends(process, 70, FULL)
        # What was done can be seen, on the full disk too.
        seen = self.me.run("status", "-o", "json")
        self.assertEnds(seen, 0)
        self.assertEqual(seen.json()["pools"][0]["planned"], 30)
        self.assertLess(seen.json()["pools"][0]["ready"], 30)
        self.assertEnds(self.me.run(*self.command()), 70, FULL)
        self.make_room("state")
        self.converge()

    def test_it_is_full_from_the_beginning(self):
        self.fill("state")
        self.assertEnds(self.me.run(*self.command()), 70, FULL)
        self.assertEqual(self.client.writes(), {})
        self.make_room("state")
        self.converge()

    def test_what_is_exported_or_saved_is_all_there_or_as_before(self):
        self.assertEnds(self.me.run(*self.command()), 0)
        self.me.export("csv")
        plan = self.me.exports / "plan.json"
        self.assertEnds(self.me.run("plan", self.csv, "--save", plan), 0)
        before = {path: path.read_bytes() for path in self.me.exports.iterdir()}
        self.fill("exports")
        for command in (["export", "--format", "csv", "--to", self.me.exports / "apps.csv"],
                        ["export", "--format", "csv", "--to", self.me.exports / "new.csv"],
                        ["plan", self.csv, "--save", plan]):
            with self.subTest(command):
                outcome = self.me.run(*command)
                self.assertEnds(outcome, 70, f"cannot write {command[-1]}: {NO_ROOM}")
        self.make_room("exports")
        self.assertEqual({path: path.read_bytes() for path in self.me.exports.iterdir()}, before)


class SizeLimit(Midway):
    """No file may grow beyond a size (`ulimit -f`), which needs no rights: to a program it is a disk that is full."""

    SIZE = 120_000  # enough for the tables and for some rows

    def test_the_ledger_reaches_it_in_the_middle(self):
        self.begin_sandbox()
        process = self.background(self.me, *self.command(), preexec_fn=self.limit)
        self.ends(process, 70, r"(?m)^poolwright: the ledger .*fleet\.db cannot be read or written, since the disk reports an error: see "
                  r"that it is sound, not full, and not cut short by a limit \(ulimit -f, quota\), and run the same command again$")
        self.assertLess(self.me.run("status", "-o", "json").json()["pools"][0]["ready"], 30)
        self.converge()

    def limit(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.SIZE, self.SIZE))
