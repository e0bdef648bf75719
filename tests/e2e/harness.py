"""What every end-to-end test stands on: fresh folders, the real binaries, and a look for secrets in all that they leave.

The binaries come from the environment: POOLWRIGHT and GRAPH_SANDBOX. A test is a class derived from EndToEnd; it asks for
a `sandbox()` (a Microsoft Graph of its own, on a port of its own) and for one `operator()` or more (somebody with a home
folder, a ledger and keys of their own). Whatever an operator's commands print or leave behind is searched for secrets when
the test ends; only what is written below `operator.exports` may hold them.
"""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest

import directory
from messages import HEARD

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
POOLWRIGHT = os.environ.get("POOLWRIGHT", "")
GRAPH_SANDBOX = os.environ.get("GRAPH_SANDBOX", "")

# How long anything may take that is expected to take a moment; generous, so that only a hanging program meets it.
PATIENCE = 60
# How long a command may take that has to wait until the directory's lists of credentials can be trusted (a minute).
LONG_PATIENCE = 240

SECRET_PREFIX = b"sbx8Q~"  # of every secret that the sandbox makes


def forms_of(text):
    """The text as itself, percent-encoded, and as it looks inside base64 at each of the three alignments."""
    forms = [text, text.replace(b"~", b"%7E"), text.replace(b"~", b"%7e")]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + text)
        # The characters at both ends depend on what stands before and behind.
        clean = encoded[-(-shift * 8 // 6):(shift + len(text)) * 8 // 6]
        forms += [clean, clean.replace(b"+", b"-").replace(b"/", b"_")]
    return forms


# The header of the sandbox's access tokens, in base64url as in every token.
TOKEN_HEADER = base64.urlsafe_b64encode(b'{"typ":"JWT",')[:16]
PRIVATE_KEY = b"BEGIN PRIVATE KEY"  # of a certificate, in a PEM file
FORBIDDEN = re.compile(b"|".join(re.escape(form) for form in [*forms_of(SECRET_PREFIX), TOKEN_HEADER, *forms_of(PRIVATE_KEY)]))


def tenants_csv(tenants):
    """TENANTS.csv of tenants by their names, with a hundred mailboxes each."""
    return "tenant_id,mailboxes,name\n" + "".join(f"{each},100,{name}\n" for name, each in tenants.items())


def wait_until(condition, what, process=None, patience=PATIENCE):
    """Polls until the condition gives something true, and gives that."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the process ended with {process.returncode} before: {what}")
        time.sleep(0.005)
    raise AssertionError(f"did not happen within {patience} s: {what}")


def read_events(path):
    """The events that a run has written so far, each whole."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]


def digest(path):
    """Of what a file says: of a ledger its rows, since merely opening it counts in its header; of a lock nothing."""
    if not path.is_file() or path.suffix == ".lock":
        return ""
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3"):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
            content = "\n".join(database.iterdump()).encode()
    return hashlib.sha256(content).hexdigest()


def lasting_port():
    """A free port that the system gives to nobody by itself: a sandbox that comes back finds it free again."""
    while True:
        port = random.randrange(15000, 30000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Outcome:
    """How a command ended and what it said."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.raw_out, self.raw_err = arguments, code, out, err

    @property
    def out(self):
        return self.raw_out.decode()

    @property
    def err(self):
        return self.raw_err.decode()

    def json(self):
        return json.loads(self.raw_out)

    def __str__(self):
        words = " ".join(str(each) for each in self.arguments)
        return f"$ poolwright {words}\nexit code {self.code}\n--- stdout\n{self.out}--- stderr\n{self.err}---"


class Sandbox:
    """A running graph-sandbox, which can be killed and started again on its port."""

    def __init__(self, folder, *options, port=0):
        folder.mkdir(parents=True)
        self.folder, self.given = folder, [str(each) for each in options]
        self.begin(port)

    def begin(self, port=0, name="dir"):
        """Starts it with its certificate authority in that folder; --state keeps the authority that is there."""
        self.log = open(self.folder / "log", "ab")
        ready = self.folder / name / "ready.json"
        ready.unlink(missing_ok=True)
        command = [GRAPH_SANDBOX, "--port", str(port), "--dir", self.folder / name, *self.given]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self.log)
        try:
            wait_until(ready.exists, f"{ready} (see {self.folder / 'log'})", self.process)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{(self.folder / 'log').read_text()}") from None
        facts = json.loads(ready.read_text())
        self.url, self.ca_file = facts["url"], facts["ca_file"]
        self.client_id, self.secret_file = facts["client_id"], facts["client_secret_file"]
        self.client_secret = pathlib.Path(self.secret_file).read_text().strip()

    def kill(self):
        """As a power cut for it: nothing is finished, nothing more is answered."""
        end(self.process)
        self.log.close()

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def addresses(self):
        return ["--authority-url", self.url, "--graph-url", self.url, "--ca-file", self.ca_file]

    def options(self):
        """What `provision` needs to work here."""
        return [*self.addresses(), "--client-id", self.client_id, "--client-secret-file", self.secret_file]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        self.log.close()


class Operator:
    """Somebody who runs poolwright: a home of their own, with configuration, ledger, keys and a folder to work in."""

    def __init__(self, folder, hears_others=False):
        self.folder, self.hears_others = folder, hears_others
        self.home, self.work = folder / "home", folder / "work"
        self.config, self.state = folder / "config" / "poolwright", folder / "state" / "poolwright"
        self.exports = folder / "exports"
        for each in (self.home, self.work, self.config.parent, self.state.parent, folder / "tmp", self.exports):
            each.mkdir(parents=True)
        self.leaks = []
        self.environment = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home), "TMPDIR": str(folder / "tmp"),
            "XDG_CONFIG_HOME": str(self.config.parent), "XDG_STATE_HOME": str(self.state.parent),
        }
        # What decides how a build with sanitizers reports.
        self.environment |= {k: v for k, v in os.environ.items() if re.fullmatch(r"[A-Z]*SAN_OPTIONS", k)}

    def write(self, name, content):
        path = self.work / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def start(self, *arguments, env=None, command=None, **streams):
        """Starts poolwright, or `command`, and gives its process."""
        words = command or [POOLWRIGHT, *map(str, arguments)]
        streams.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen(words, cwd=self.work, env=self.environment | (env or {}), **streams)

    def run(self, *arguments, input=None, env=None, timeout=PATIENCE, command=None, secrets=False):
        """Runs poolwright to its end. `secrets`: its output is meant to hold key values."""
        process = self.start(*arguments, env=env, command=command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
        try:
            out, err = process.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"did not end within {timeout} s: "
                                 f"{Outcome(arguments, 'none', out, err)}") from None
        return self.heard(Outcome(arguments, process.returncode, out, err), secrets)

    def heard(self, outcome, secrets=False):
        """Searches what a command printed for secrets."""
        self.keep(outcome.raw_err)
        # What became of a run, and what mends it.
        if outcome.code != 0 and outcome.arguments[:1] in (("provision",), ("doctor",)) and outcome.raw_out[:1] != b"{":
            self.keep(outcome.raw_out)
        streams = {"stderr": outcome.raw_err} if secrets else {"stdout": outcome.raw_out, "stderr": outcome.raw_err}
        for name, text in streams.items():
            if FORBIDDEN.search(text):
                self.leaks.append(f"a secret on {name}: {outcome}")
        return outcome

    def keep(self, said):
        if not self.hears_others:
            HEARD.add(said, self.folder)

    def commands(self):
        """The names of poolwright's commands, as its help lists them."""
        listed = self.run("--help").out.split("\nCommands:\n")[1].split("\n\n")[0]
        return re.findall(r"^  (\S+) ", listed, re.M)

    def provision(self, where, file, *options, **settings):
        return self.run("provision", file, "--yes", *where.options(), *options, **settings)

    def export(self, form="json"):
        """The exported values, from a file that may hold them."""
        target = self.exports / f"apps.{form}"
        outcome = self.run("export", "--format", form, "--to", target)
        if outcome.code != 0:
            raise AssertionError(f"the export failed: {outcome}")
        return target.read_bytes()

    def ledger_bytes(self):
        return b"".join(path.read_bytes() for path in sorted(self.state.glob("fleet.db*")))

    def snapshot(self):
        """Every file and folder that is there, with its mode and the digest of what it holds."""
        return {str(path.relative_to(self.folder)): (oct(path.stat().st_mode), digest(path))
                for path in sorted(self.folder.rglob("*"))}

    def find_leaks(self):
        for path in self.folder.rglob("*"):
            if path.is_file() and self.exports not in path.parents and FORBIDDEN.search(path.read_bytes()):
                self.leaks.append(f"a secret in {path.relative_to(self.folder)}")
        return self.leaks


class EndToEnd(unittest.TestCase):
    """A test with a folder of its own that is gone afterwards."""

    maxDiff = None
    hears_others = False  # what the commands say are the words of a hostile service, which no list needs

    def setUp(self):
        for name, program in (("POOLWRIGHT", POOLWRIGHT), ("GRAPH_SANDBOX", GRAPH_SANDBOX)):
            self.assertTrue(os.access(program, os.X_OK), f"{name} must name the program; it is {program!r}")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="poolwright-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.operators = {}
        self.sandboxes = 0

    def tearDown(self):
        for each in self.operators.values():
            for written in each.work.glob("*.err"):
                each.keep(written.read_bytes())
        leaks = [f"{name}: {leak}" for name, each in self.operators.items() for leak in each.find_leaks()]
        self.assertEqual(leaks, [], "secrets were found")

    def operator(self, name="operator"):
        self.operators[name] = Operator(self.folder / name, self.hears_others)
        return self.operators[name]

    def sandbox(self, *options, faults=None, limits=None, port=0):
        self.sandboxes += 1
        folder = self.folder / f"sandbox{self.sandboxes}"
        given = list(options)
        for name, document in (("faults", faults), ("limits", limits)):
            if document is not None:
                path = self.folder / f"{name}{self.sandboxes}.json"
                path.write_text(json.dumps({"schema": f"poolwright.{name}/1", **document}))
                given += [f"--{name}", path]
        started = Sandbox(folder, *given, port=port)
        self.addCleanup(started.stop)
        return started

    def asking(self, sandbox):
        """Asks that sandbox what stands in it."""
        made = directory.Client(sandbox)
        self.addCleanup(made.close)
        return made

    def background(self, operator, *arguments, **settings):
        """A command that goes on; what it prints goes to `work/*.out` and `work/*.err`. It is killed if it outlives the test."""
        number = len(list(operator.work.glob("*.out")))
        with open(operator.work / f"{number}.out", "wb") as out, open(operator.work / f"{number}.err", "wb") as err:
            process = operator.start(*arguments, stdout=out, stderr=err, **settings)
        process.err_file, process.out_file = operator.work / f"{number}.err", operator.work / f"{number}.out"
        self.addCleanup(end, process)
        return process

    def assertEnds(self, outcome, code, pattern=None):
        """The command ended with this code, and said on either stream what the pattern asks for."""
        self.assertEqual(outcome.code, code, str(outcome))
        if pattern is not None:
            self.assertRegex(outcome.out + outcome.err, pattern, str(outcome))


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
