"""A machine that gives a program little: few open files, no folder for temporary files, no home, closed streams."""

import resource

from harness import PATIENCE, POOLWRIGHT
from midway import APPS, Midway


class Limits(Midway):
    def setUp(self):
        super().setUp()
        self.begin_sandbox()

    def with_open_files(self, files, *options, **settings):
        process = self.background(self.me, *self.command(*options, **settings),
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
        process.wait(PATIENCE)
        return process

    def test_too_few_open_files_are_said_before_anything_is_sent(self):
        before = self.me.snapshot()
        for files in (6, 10, 20, 31):
            with self.subTest(files):
                said = self.ends(self.with_open_files(files), 70, rf"(?m)^poolwright: only {files} files may be open at once, "
                                 r"too few to call anybody; nothing was sent\nhint: allow 32 or more, as with `ulimit -n 4096`$")
                self.assertNotIn("key pair", said)
        self.assertEqual(self.client.writes(), {})
        after = {name: found for name, found in self.me.snapshot().items() if not name.startswith("work")}
        self.assertEqual(after, {name: found for name, found in before.items() if not name.startswith("work")})

    def test_few_open_files_bound_what_is_in_flight(self):
        for files, calls in ((32, 1), (48, 6)):
            with self.subTest(files):
                process = self.with_open_files(files, "--pool", f"with-{files}", concurrency=64)
                self.ends(process, 0, rf"(?m)^warning: only {files} files may be open at once, so the calls in flight are kept to {calls}: ")
                self.assertRegex(process.out_file.read_text(), f"{APPS} of {APPS} apps ready")

    def test_no_folder_for_temporary_files_and_no_home(self):
        self.me.environment["TMPDIR"] = str(self.folder / "missing")
        del self.me.environment["HOME"]
        self.converge()
        state, config = (self.me.environment.pop(name) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"))
        place = f"sqlite://{state}/poolwright/fleet.db"
        self.assertEnds(self.me.run(*self.command()), 64,
                        r"neither XDG_STATE_HOME nor HOME says where the ledger is\nhint: name it: --state sqlite:///path/fleet\.db")
        self.assertEnds(self.me.run(*self.command("--state", place)), 64,
                        r"neither XDG_CONFIG_HOME nor HOME says where the keys lie\nhint: name the file with `--public-key`")
        self.assertEnds(self.me.run("export", "--format", "csv", "--to", "-", "--state", place), 64,
                        r"neither XDG_CONFIG_HOME nor HOME says where the keys lie\nhint: name the file with `--key-file`")
        self.assertEnds(self.me.run(*self.command("--state", place, "--public-key", f"{config}/poolwright/fleet.pub",
                                                  "--key-file", f"{config}/poolwright/fleet.key")), 0)

    def test_closed_streams(self):
        for closed, said in ((">&-", r"^poolwright: .* cannot be written: Bad file descriptor|cannot write standard output: Bad"),
                             ("2>&-", r"apps ready"), (">&- 2>&-", ""), ("<&- >&- 2>&-", "")):
            with self.subTest(closed):
                words = " ".join(f"'{word}'" for word in [POOLWRIGHT, *self.command()])
                outcome = self.me.run(command=["sh", "-c", f"exec {words} {closed}"])
                self.assertEnds(outcome, 0 if closed == "2>&-" else 70, f"(?m){said}")
                self.assertEqual(self.me.run("status", "-o", "json").json()["pools"][0]["ready"], APPS)
        self.converge()
