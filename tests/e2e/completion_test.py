"""What Tab offers, asked of the shells themselves: bash, zsh and fish. PowerShell is not in Debian: its script is only read."""

import os
import pty
import re
import select
import shlex
import time

import harness

RULES = {"commvault-exchange", "commvault-exchange-2022e", "commvault-2024", "single-app"}
FORMATS = {"table", "json", "ndjson", "csv", "tsv", "markdown"}

# What is typed before Tab, and what is offered: all of it, nothing else.
OFFERED = [
    ("poolwright pro", {"provision", "profiles"}),
    ("poolwright plan --gro", {"--growth"}),
    ("poolwright plan -o ", FORMATS),
    ("poolwright plan --output ", FORMATS),
    ("poolwright plan tenants.csv --output ", FORMATS),
    ("poolwright status --output ", {"table", "json"}),
    ("poolwright plan --output=nd", {"ndjson"}),
    ("poolwright report --cloud u", {"usgov"}),
    ("poolwright rules s", {"single-app"}),
    ("poolwright plan --rule comm", RULES - {"single-app"} | {"common.json"}),
    ("poolwright key ", {"rotate", "protect", "unprotect"}),
    ("poolwright key -o json ", {"rotate", "protect", "unprotect"}),
    ("poolwright completion p", {"powershell"}),
    ("poolwright plan tenants", {"tenants.csv"}),
    ("poolwright provision --growth 3 tenants", {"tenants.csv"}),
    ("poolwright provision --ca-file tenants", {"tenants.csv"}),
    ("poolwright export --certificates in", {"into/"}),
    ("poolwright plan --mailboxes ", set()),
    ("poolwright plan --nothing-like-it", set()),
]

ASK_BASH = """
source "$1"
COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
_poolwright
for each in "${COMPREPLY[@]}"; do if [ -d "$each" ]; then each+=/; fi; echo "$each"; done
"""

# Whatever is about to be offered is written to a file instead of the screen; the shell ends when completion has.
ASK_ZSH = """
PS1= PS2= RPS1=
unset zle_bracketed_paste
fpath=("$FOLDER" $fpath)
autoload -Uz compinit
compinit -u -d "$FOLDER/compdump"
compadd() {
    local -a found
    if [[ ${@[1,(i)(-|--)]} == *-[OAD]\\ * ]]; then builtin compadd "$@"; return; fi
    builtin compadd -O found "$@"
    local each suffix=
    (( ${@[(I)-f]} || ${@[(I)-[a-zA-Z]#f*]} )) && suffix=/
    for each in $found; do [[ -n $suffix && -d $each ]] && each+=/; print -r -- $each >>"$OFFERED"; done
    builtin compadd "$@"
}
leave() { exit }
comppostfuncs=(leave)
bindkey '^I' complete-word
print READY
"""


def wait_for(descriptor, process, marker):
    """Reads what the terminal shows until the marker is there, or until the process ends if there is none."""
    seen, limit = b"", time.monotonic() + harness.PATIENCE
    while marker is None or marker not in seen:
        if time.monotonic() > limit:
            process.kill()
            raise AssertionError(f"zsh does not answer: {seen!r}")
        if not select.select([descriptor], [], [], 0.1)[0]:
            continue
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # the other side is closed
            return
        if not part:
            return
        seen += part


class Completion(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.someone = self.operator()
        for name in ("tenants.csv", "common.json", "into.csv"):
            self.someone.write(name, "")
        (self.someone.work / "into").mkdir()

    def script(self, shell, name=None):
        outcome = self.someone.run("completion", shell)
        self.assertEnds(outcome, 0)
        self.assertEqual(outcome.err, "")
        path = self.folder / (name or f"poolwright.{shell}")
        path.write_text(outcome.out)
        return path

    def check(self, ask, cases=OFFERED):
        for line, expected in cases:
            with self.subTest(line=line):
                self.assertEqual(ask(line), expected)

    def test_bash(self):
        script = self.script("bash")

        def ask(line):
            words = [each for each in re.split(r"(=)|\s+", line) if each]
            if line.endswith(" "):
                words.append("")
            done = self.someone.run(command=["bash", "--norc", "-c", ASK_BASH, "bash", script, *words])
            self.assertEqual(done.err, "")
            return set(done.out.splitlines())

        self.check(ask)

    def test_fish(self):
        script = self.script("fish")

        def ask(line):
            done = self.someone.run(command=["fish", "--no-config", "-c",
                                             f"source {script}; complete -C {shlex.quote(line)}"])
            self.assertEqual(done.err, "")
            return {each.split("\t")[0].removeprefix("--output=") for each in done.out.splitlines()}

        self.check(ask)

    def test_zsh(self):
        self.script("zsh", "_poolwright")
        (self.folder / "ask.zsh").write_text(ASK_ZSH)

        def ask(line):
            offered = self.folder / "offered"
            offered.write_text("")
            ours, theirs = pty.openpty()
            process = self.someone.start(command=["zsh", "-f", "-i"], stdin=theirs, stdout=theirs, stderr=theirs,
                                         start_new_session=True,
                                         env={"FOLDER": str(self.folder), "OFFERED": str(offered), "TERM": "dumb",
                                              "HOME": str(self.someone.home)})
            os.close(theirs)
            os.write(ours, f"source {self.folder}/ask.zsh\n".encode())
            wait_for(ours, process, b"READY\r\n")
            os.write(ours, f"{line}\t".encode())
            wait_for(ours, process, None)
            process.wait(harness.PATIENCE)
            os.close(ours)
            return set(offered.read_text().splitlines())

        self.check(ask)

    def test_powershell(self):
        """Every quote and bracket is closed, and every command and option is there."""
        text = self.script("powershell").read_text()
        code = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|#.*", "", text)
        self.assertNotRegex(code, "['\"]")
        for pair in ("()", "{}", "[]"):
            self.assertEqual(code.count(pair[0]), code.count(pair[1]), pair)
        commands = self.someone.commands()
        self.assertGreater(len(commands), 10)
        for command in commands:
            section = text.split(f"    '{command}' = @{{")[1].split("\n    }\n")[0]
            options = re.findall(r"^ +(?:-\w, )?(--[\w-]+)", self.someone.run(command, "--help").out, re.M)
            self.assertIn("--help", options)
            for option in options:
                self.assertIn(f"'{option}'", section)

    def test_what_cannot_be_completed(self):
        self.assertEnds(self.someone.run("completion"), 64, "SHELL is required")
        self.assertEnds(self.someone.run("completion", "tcsh"), 64, "not `bash`, `zsh`, `fish` or `powershell`")
        # A shell reads it at each start: a broken config file must not be in its way.
        bad = self.someone.config
        bad.mkdir(parents=True)
        (bad / "config.toml").write_text("what = ")
        self.assertEnds(self.someone.run("completion", "bash"), 0)
