"""Colours: on a terminal, or where they are forced; never in what another program reads."""

import os
import pty

import harness

ESCAPE = b"\x1b"


class Colors(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.someone = self.operator()
        self.csv = self.someone.write("tenants.csv", "tenant_id,mailboxes\ncontoso.example,20000\n")

    def on_terminal(self, *arguments, **env):
        """What the command writes to a terminal."""
        ours, theirs = pty.openpty()
        process = self.someone.start(*arguments, env={"TERM": "xterm", **env}, stdout=theirs, stderr=theirs)
        os.close(theirs)
        seen = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # nobody writes any more
                break
            if not part:
                break
            seen += part
        os.close(ours)
        self.assertEqual(process.wait(harness.PATIENCE), 0, seen)
        return seen

    def test_on_a_terminal(self):
        self.assertIn(ESCAPE, self.on_terminal("plan", self.csv))
        self.assertNotIn(ESCAPE, self.on_terminal("plan", self.csv, "--no-color"))
        for name, value in (("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb"), ("POOLWRIGHT_NO_COLOR", "1")):
            self.assertNotIn(ESCAPE, self.on_terminal("plan", self.csv, **{name: value}), name)

    def test_what_would_be_done(self):
        self.assertIn(b"\x1b[32m+ 23 apps\x1b[0m  contoso.example", self.on_terminal("provision", self.csv, "--dry-run"))
        self.assertNotIn(ESCAPE, self.on_terminal("provision", self.csv, "--dry-run", NO_COLOR="1"))

    def test_elsewhere(self):
        commands = [["plan", self.csv], ["report", self.csv], ["provision", self.csv, "--dry-run"], ["rules"], ["profiles"], ["status"], ["config", "show"],
                    ["version"], ["help"], ["plan"]]
        for command in commands:
            outcome = self.someone.run(*command)
            self.assertNotIn(ESCAPE, outcome.raw_out + outcome.raw_err, str(outcome))

    def test_forced(self):
        force = {"CLICOLOR_FORCE": "1"}
        self.assertIn(ESCAPE, self.someone.run("plan", self.csv, env=force).raw_out)
        self.assertIn(ESCAPE, self.someone.run("plan", env=force).raw_err)
        self.assertNotIn(ESCAPE, self.someone.run("plan", self.csv, env=force | {"NO_COLOR": "1"}).raw_out)
        for form in ("json", "ndjson", "csv", "tsv", "markdown"):
            self.assertNotIn(ESCAPE, self.someone.run("plan", self.csv, "-o", form, env=force).raw_out, form)
        for form in ("json", "markdown"):
            self.assertNotIn(ESCAPE, self.someone.run("report", self.csv, "-o", form, env=force).raw_out, form)
