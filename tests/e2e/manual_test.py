"""The help of every command and topic, and the manual that is made from the same source."""

import pathlib
import re
import subprocess

import harness

BUILD = pathlib.Path(harness.POOLWRIGHT).resolve().parent
TOPICS = ["exit-codes", "environment", "csv"]


class Manual(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.someone = self.operator()

    def text(self, *words):
        outcome = self.someone.run(*words)
        self.assertEnds(outcome, 0)
        return outcome.out

    def test_every_help_begins_with_an_example(self):
        commands = self.someone.commands()
        self.assertIn("provision", commands)
        for name in commands:
            with self.subTest(command=name):
                text = self.text(name, "--help")
                self.assertRegex(text, rf"\AExamples:\n  poolwright {name}\b")
                self.assertEqual(self.text("help", name), text)
        for name in TOPICS:
            with self.subTest(topic=name):
                self.assertRegex(self.text("help", name), r"\AExamples:\n  .*\n")
        self.assertEqual(self.text("help"), self.text("--help"))
        self.assertEqual(self.text("help"), self.text())

    def test_topics(self):
        codes = self.text("help", "exit-codes")
        self.assertEqual(re.findall(r"^  (\d+) ", codes, re.M), "0 1 2 64 65 69 70 77 130".split())
        reference = (harness.ROOT / "cli" / "REFERENCE.md").read_text()
        self.assertEqual(re.findall(r"^\| (\d+) \|", reference, re.M), re.findall(r"^  (\d+) ", codes, re.M))
        variables = self.text("help", "environment")
        for name in ("POOLWRIGHT_OUTPUT", "POOLWRIGHT_GROWTH", "AZURE_CLIENT_SECRET", "XDG_STATE_HOME", "NO_COLOR"):
            self.assertRegex(variables, rf"(?m)^  {name}\b")
        # What can only be typed is no variable.
        for name in ("YES", "ONLY", "TO", "FORMAT", "HELP"):
            self.assertNotRegex(variables, rf"(?m)^  POOLWRIGHT_{name}\b")
        for column in ("tenant_id", "mailboxes", "name", "workload", "rule", "redirect_uri", "cloud"):
            self.assertRegex(self.text("help", "csv"), rf"(?m)^  {column} ")

    def test_what_there_is_no_help_on(self):
        self.assertEnds(self.someone.run("help", "enviroment"), 64, "did you mean `environment`")
        self.assertEnds(self.someone.run("help", "provison"), 64, "did you mean `provision`")
        self.assertEnds(self.someone.run("help", "everything"), 64, "`poolwright help` lists")
        self.assertEnds(self.someone.run("help", "plan", "--man-pages", "x"), 64)
        self.assertEnds(self.someone.run("help", "--man-pages", "/dev/null/x"), 70, "cannot write")

    def test_pages(self):
        """A page for each command and topic, without a fault that mandoc knows, naming every option."""
        folder = self.someone.work / "manual"
        self.text("help", "--man-pages", folder)
        pages = sorted(folder.iterdir())
        expected = ["poolwright.1", *(f"poolwright-{name}.1" for name in self.someone.commands()),
                    *(f"poolwright-{name}.7" for name in TOPICS)]
        self.assertEqual(sorted(each.name for each in pages), sorted(expected))
        lint = subprocess.run(["mandoc", "-Tlint", "-W", "warning", *pages], capture_output=True, text=True)
        # The same source makes the same bytes on any day.
        faults = [line for line in lint.stdout.splitlines() if "missing date" not in line]
        self.assertEqual(faults + lint.stderr.splitlines(), [])
        for name in self.someone.commands():
            shown = subprocess.run(["mandoc", "-Tutf8", "-Owidth=500", folder / f"poolwright-{name}.1"],
                                   capture_output=True, text=True, check=True).stdout
            shown = re.sub(".\b", "", shown)
            self.assertRegex(shown, r"(?m)^DESCRIPTION\n +\S", name)
            for option in re.findall(r"^ +(?:-\w, )?(--[\w-]+)", self.text(name, "--help"), re.M):
                self.assertRegex(shown, rf"(?m)^ +(-\w, )?{option}( |$|\[=)", f"{name} {option}")

    def test_fits_a_terminal(self):
        """No word is hyphenated, which a search would then miss; no line is wider than 80 columns."""
        folder = self.someone.work / "manual"
        self.text("help", "--man-pages", folder)
        for page in sorted(folder.iterdir()):
            with self.subTest(page=page.name):
                shown = subprocess.run(["groff", "-man", "-Tutf8", "-P-c", "-rLL=80n", page], capture_output=True, text=True, check=True)
                lines = re.sub(".\b", "", shown.stdout).splitlines()
                self.assertEqual([line for line in lines if len(line) > 80 or line.endswith("\N{HYPHEN}")], [])

    def test_install(self):
        prefix = self.folder / "prefix"
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        there = {str(each.relative_to(prefix)) for each in prefix.rglob("*") if each.is_file()}
        self.assertLessEqual({
            "bin/poolwright", "share/man/man1/poolwright.1.gz", "share/man/man1/poolwright-provision.1.gz",
            "share/man/man7/poolwright-csv.7.gz", "share/bash-completion/completions/poolwright",
            "share/zsh/site-functions/_poolwright", "share/fish/vendor_completions.d/poolwright.fish"}, there)
        installed = self.someone.run(command=[prefix / "bin/poolwright", "--version"])
        self.assertEnds(installed, 0, "poolwright")
