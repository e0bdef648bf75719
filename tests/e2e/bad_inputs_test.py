"""Everything that a person or a script can get wrong before anything is sent: each has its exit code and one clear message on
standard error, leaves standard output empty, and leaves nothing behind."""

import json

import directory
from harness import EndToEnd

A, B = "0b04089f-9bd9-47e5-89ee-47dfac89ec9c", "755af1a6-823d-4bc0-87f8-0dfd10787204"
GOOD_CSV = f"tenant_id,mailboxes,name\n{A},100,Fabrikam\n"

# What is wrong with a tenant CSV: its bytes, and the message, which begins with its place. Tried with plan and with provision.
CSV = {
    "no such column": ("name,mailboxes\nx,1\n", r"t\.csv:1:1: .*tenant_id"),
    "an empty file": ("", r"t\.csv: this file is empty: it needs a header line"),
    "a column twice": (f"tenant_id,mailboxes,tenant\n{A},1,{A}\n",
        r"t\.csv:1:21: tenant is the column tenant_id, which stands already in column 1"),
    "an empty cell that is required": (f"tenant_id,mailboxes\n{A},\n", r"t\.csv:2:38: mailboxes"),
    "a tenant that is neither id nor domain": ("tenant_id,mailboxes\nnot a tenant,1\n",
        r"t\.csv:2:1: tenant_id is neither"),
    "a decimal": (f"tenant_id,mailboxes\n{A},1.5\n",
        r"t\.csv:2:38: mailboxes must be a whole number, without decimals"),
    "a thousands separator": (f'tenant_id,mailboxes\n{A},"1,000"\n',
        r"t\.csv:2:38: mailboxes must be written without thousands"),
    "a negative number": (f"tenant_id,mailboxes\n{A},-1\n", r"t\.csv:2:38: mailboxes cannot be negative"),
    "a number with a sign": (f"tenant_id,mailboxes\n{A},+1\n",
        r"t\.csv:2:38: mailboxes must be written without a sign"),
    "a number beyond all tenants": (f"tenant_id,mailboxes\n{A},1000000001\n", r"t\.csv:2:38: mailboxes is larger than"),
    "a number that no machine holds": (f"tenant_id,mailboxes\n{A},{'9' * 40}\n",
        r"t\.csv:2:38: mailboxes is larger than"),
    "a typing error that makes thousands of apps": (f"tenant_id,mailboxes\n{A},2000000\n",
        r"t\.csv:2:38: .*--max-apps"),
    "a short row": (f"tenant_id,mailboxes,name\n{A},1\n", r"t\.csv:2:\d+: .*cells?"),
    "a long row": (f"tenant_id,mailboxes\n{A},1,2,3\n", r"t\.csv:2:\d+: .*cells?"),
    "the same tenant twice": (f"tenant_id,mailboxes\n{A},1\n{A.upper()},2\n", r"t\.csv:3:1: .*line 2"),
    "a workload that there is not": (f"tenant_id,mailboxes,workload\n{A},1,exchnge\n",
        r"t\.csv:2:40: .*did you mean exchange"),
    "a rule that there is not": (f"tenant_id,mailboxes,rule\n{A},1,commvault-2025\n",
        r"t\.csv:2:40: .*did you mean commvault-2024"),
    "an address without https": (f"tenant_id,mailboxes,redirect_uri\n{A},1,http://x.example\n",
        r"t\.csv:2:40: redirect_uri must begin with https"),
    "a cloud that there is not": (f"tenant_id,mailboxes,cloud\n{A},1,mars\n", r"t\.csv:2:40: cloud must be"),
    "a quote that is never closed": (f'tenant_id,mailboxes,name\n{A},1,"x\n',
        r"t\.csv:2:40: the quote that opens here is never closed"),
    "a quote inside a cell": (f'tenant_id,mailboxes,name\n{A},1,x"y\n', r"t\.csv:2:41: a quote inside a cell"),
    "no header": (f"{A},12,Fabrikam\n", r"t\.csv:1:1: the first line must name the columns, such as tenant_id and mailboxes; "
        rf"it reads {A},12,Fabrikam"),
    "UTF-16": (GOOD_CSV.encode("utf-16"), r"t\.csv: this file is UTF-16: .*iconv"),
    "UTF-16 without a mark": (GOOD_CSV.encode("utf-16-le"), r"t\.csv:1:2: a NUL byte: .*iconv"),
    "Latin-1": (GOOD_CSV.replace("Fab", "Fäb").encode("latin-1"), r"t\.csv:2:43: this file is not UTF-8: .*iconv"),
    "a bare carriage return": (GOOD_CSV.replace("\n", "\r"), r"t\.csv:1:\d+: a carriage return without a line feed"),
    "a delimiter that is not known": (f"sep=|\ntenant_id|mailboxes\n{A}|1\n",
        r"t\.csv:1:1: the delimiter that this line gives"),
}

RULE = {"schema": "poolwright.rule/1", "name": "mine", "workload": "exchange", "base_apps": 3, "base_mailboxes": 1000,
        "step_mailboxes": 500, "rounding": "up", "min": 0, "max": 25, "source": "mine", "as_of": "2026-11-01"}
PROFILE = {"schema": "poolwright.profile/1", "name": "mine", "workload": "exchange", "source": "mine", "as_of": "2026-11-01",
           "resources": [{"name": "Microsoft Graph", "application_id": directory.GRAPH, "permissions": ["User.Read.All"]}]}
GROUP_WRITE = {"name": "Microsoft Graph", "application_id": directory.GRAPH, "permissions": ["Group.Write.All"]}

# What is wrong with a document that an option names: the option, the document, the message.
DOCUMENTS = {
    "a rule with a step of 0": ("--rule", RULE | {"step_mailboxes": 0}, r"step_mailboxes"),
    "a rule with a negative base": ("--rule", RULE | {"base_apps": -1}, r"base_apps"),
    "a rule whose least is above its most": ("--rule", RULE | {"min": 26}, r"min: 26 is above max"),
    "a rule with a key too many": ("--rule", RULE | {"maxx": 1}, r"maxx"),
    "a rule with another schema": ("--rule", RULE | {"schema": "poolwright.rule/2"}, r"poolwright\.rule/1"),
    "a rule for another workload": ("--rule", RULE | {"workload": "teams"}, r"teams.*exchange|exchange.*teams"),
    "a rule that takes a built-in name": ("--rule", RULE | {"name": "single-app"},
        r"the built-in rule single-app is another"),
    "a rule that is cut off": ("--rule", json.dumps(RULE)[:90], r"doc\.json:1:\d+: "),
    "a profile without a permission": ("--profile", PROFILE | {"resources": []}, r"resources: must hold at least one"),
    "a profile with a permission that Graph lacks": ("--profile", PROFILE | {"resources": [GROUP_WRITE]},
        r"use Group\.ReadWrite\.All"),
    "a profile that is a list": ("--profile", [PROFILE], r"object"),
}

# The same for provision alone.
LIMITS = {
    "a limit of 0": ({"tenant": {"writes": {"limit": 0, "window": "300s"}}}, r"tenant\.writes\.limit"),
    "a window without a unit": ({"tenant": {"writes": {"limit": 5, "window": "300"}}}, r"tenant\.writes\.window"),
    "a shape that there is not": ({"tenant": {"writes": {"limit": 5, "window": "3s", "shape": "round"}}},
        r"tenant\.writes\.shape"),
    "an unknown key": ({"tenants": {}}, r"tenants: unknown key"),
    "another schema": ({"schema": "poolwright.limits/9"}, r"schema: must be \"poolwright\.limits/1\""),
}

# Words after provision t.csv --yes and what is wrong with them; all are wrong usage.
OPTIONS = {
    "an option that there is not": (["--dryrun"],
        r"provision has no option .*--dryrun.*\nhint: did you mean --dry-run"),
    "a value that is missing": (["--growth"], r"--growth"),
    "a value that is empty": (["--events", ""], r"--events needs one value, and not an empty one"),
    "a growth beyond all bounds": (["--growth", "1001"], r"--growth: 1001 is not a whole number from 0 to 1,000"),
    "a growth with decimals": (["--growth", "1.5"], r"--growth: 1\.5 is not a whole number"),
    "no apps at all": (["--max-apps", "0"], r"--max-apps: 0 is not a whole number"),
    "a pool with a space": (["--pool", "a b"], r"--pool: the name of a pool"),
    "nothing in flight": (["--concurrency", "0"],
        r"--concurrency: 0 is neither auto nor a whole number from 1 to 1,024"),
    "too much in flight": (["--concurrency", "1025"], r"--concurrency: 1025 is neither"),
    "too much in a tenant": (["--per-tenant", "65"], r"--per-tenant: 65 is neither"),
    "no time": (["--request-timeout", "0"], r"--request-timeout: 0 is not"),
    "a lifetime that is no number": (["--lifetime", "long"], r"--lifetime: long is neither"),
    "a display name without an ordinal": (["--display-name", "app"], r"--display-name: .*without \{ordinal\}"),
    "a display name with a field that there is not": (["--display-name", "{name} {ordinal}"],
        r"--display-name: the fields are"),
    "a display name that Entra refuses": (["--display-name", "x" * 121 + "{ordinal}"],
        r"--display-name: longer than 120"),
    "Graph without TLS": (["--graph-url", "http://localhost:1", "--authority-url", "https://localhost:1"],
        r"--graph-url: .*does not begin with https://"),
    "Graph with its version": (["--graph-url", "https://localhost:1/v1.0", "--authority-url", "https://localhost:1"],
        r"--graph-url: leave out /v1\.0"),
    "one address without the other": (["--graph-url", "https://localhost:1"], r"--graph-url are only of use together"),
    "a cloud and addresses": (["--cloud", "dod", "--graph-url", "https://localhost:1"],
        r"--cloud.*--graph-url|--graph-url.*--cloud"),
    "a cloud that there is not": (["--cloud", "mars"], r"--cloud: mars is not"),
    "an address to come back to without TLS": (["--redirect-uri", "http://console.example"],
        r"--redirect-uri: must begin with https"),
    "a client id that is none": (["--client-id", "me"], r"--client-id: me is not an application"),
    "a ledger of a kind that there is not": (["--state", "mysql://x/y"],
        r"--state mysql.* is not a kind of ledger known here: write it as sqlite:///"),
    "a ledger with a relative path": (["--state", "sqlite://fleet.db"],
        r"--state sqlite://fleet\.db is not an absolute path"),
    "an output that there is not": (["-o", "yaml"], r"--output: yaml is not"),
    "a word too many": (["more.csv"], r"more\.csv is one word too many"),
    "a value that is not joined to its flag": (["--dashboard", "9090"],
        r"9090 is one word too many\nhint: did you mean --dashboard=9090"),
    "no identity": ([], r"no identity to provision with is given\nhint: set AZURE_CLIENT_ID"),
    "half an identity": (["--client-id", A], r"the client id .* is given, but no secret, certificate or token for it"),
}

# Whole command lines: exit code, message.
COMMANDS = {
    "no such command": (["provison", "t.csv"], 64, r"there is no command provison\nhint: did you mean provision"),
    "an option before the command": (["-q", "plan"], 64, r"-q stands before the command"),
    "nothing to plan": (["plan"], 64, r"what is to be planned is missing"),
    "two things to plan": (["plan", "t.csv", "--mailboxes", "5"], 64, r"exclude each other"),
    "a file without a name": (["plan", ""], 64, r"FILE needs one value"),
    "a plan to be saved nowhere": (["plan", "t.csv", "--save="], 64, r"--save needs one value"),
    "a person who cannot be asked": (["provision", "t.csv"], 64, r"cannot ask.*\nhint: .*--dry-run.*--yes"),
    "no file": (["plan", "none.csv"], 65, r"none\.csv: cannot open this file: No such file"),
    "an option twice": (["plan", "t.csv", "--growth", "5", "--growth=7"], 64, r"--growth is given more than once"),
    "a folder as a file": (["plan", "."], 65, r"this is a directory, not a file"),
    "a rule file that is not there": (["plan", "t.csv", "--rule", "none.json"], 65, r"none\.json: cannot open"),
    "a rule misspelt": (["plan", "t.csv", "--rule", "commvault-exchang"], 65, r"did you mean commvault-exchange"),
    "a tenant that the plan does not name": (["provision", "t.csv", "--yes", "--only", "Fabricam"], 65,
        r"--only: .*\nhint: did you mean Fabrikam"),
    "an export of nothing to nowhere": (["export"], 64, r"--format and --to are required"),
    "an export without a format": (["export", "--to", "-"], 64, r"--format"),
    "an export in a format that there is not": (["export", "--format", "xml", "--to", "-"], 64,
        r"--format: xml is not"),
    "a config file that is not there": (["plan", "t.csv", "--config", "none.toml"], 65, r"none\.toml: cannot open"),
    "a rule's name that there is not": (["rules", "none"], 65, r"there is no built-in rule none"),
}

# The config file: its text and what is wrong with it.
CONFIG = {
    "an unknown key": ("grwth = 5\n", r"config\.toml:1:1: unknown key grwth, did you mean growth"),
    "an unknown table": ("[provison]\n", r"config\.toml:1:2: no command is called provison, did you mean provision"),
    "a line that is no TOML": ("growth = \n", r"config\.toml:\d+:\d+: "),
    "a value out of bounds": ("[plan]\ngrowth = 5000\n", r"config\.toml:2:1: .*5000"),
    "a value of the wrong kind": ("[plan]\ngrowth = true\n", r"config\.toml:2:1: growth must be"),
    "a decision of one run": ("[provision]\nadopt = true\n",
        r"config\.toml:2:1: adopt can only be said on the command line"),
}


def message_lines(outcome):
    """What is said on standard error apart from hints."""
    return [line for line in outcome.err.splitlines() if not line.startswith("hint: ")]


def words_of(outcome):
    """Standard error without the marks that set off what somebody typed."""
    return outcome.err.replace("`", "")


class BadInputs(EndToEnd):
    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.client = self.asking(self.where)

    def check(self, kind, name, arguments, code, pattern, files=None, config=None):
        with self.subTest(kind, name=name):
            me = self.operator(f"{kind} {name}")
            for file, content in ({"t.csv": GOOD_CSV} | (files or {})).items():
                me.write(file, content)
            if config is not None:
                me.config.mkdir()
                (me.config / "config.toml").write_text(config)
            before, requests = me.snapshot(), self.client.stats()["requests"]
            outcome = me.run(*arguments)
            self.assertEqual(outcome.code, code, str(outcome))
            self.assertRegex(words_of(outcome), pattern)
            self.assertEqual(outcome.out, "", "standard output stays empty")
            self.assertEqual(len(message_lines(outcome)), 1, f"one message: {outcome}")
            self.assertEqual(me.snapshot(), before, "nothing is left behind")
            self.assertEqual(self.client.stats()["requests"], requests, "nothing is sent")

    def provision(self, *words):
        return ["provision", "t.csv", "--yes", *self.where.options(), *words]

    def test_csv(self):
        for name, (content, pattern) in CSV.items():
            for command in (["plan", "t.csv"], self.provision()):
                self.check(f"csv {command[0]}", name, command, 65, "^" + pattern, {"t.csv": content})

    def test_documents(self):
        for name, (option, document, pattern) in DOCUMENTS.items():
            text = document if isinstance(document, str) else json.dumps(document)
            for command in (["plan", "t.csv"], self.provision()):
                self.check(f"document {command[0]}", name, [*command, option, "doc.json"], 65, pattern, {"doc.json": text})

    def test_limits(self):
        for name, (document, pattern) in LIMITS.items():
            text = json.dumps({"schema": "poolwright.limits/1"} | document)
            self.check("limits", name, self.provision("--limits", "limits.json"), 65, "limits.json: " + pattern, {"limits.json": text})

    def test_options(self):
        for name, (words, pattern) in OPTIONS.items():
            self.check("option", name, ["provision", "t.csv", "--yes", *words], 64, "^poolwright: .*" + pattern)

    def test_commands(self):
        for name, (words, code, pattern) in COMMANDS.items():
            self.check("command", name, words, code, pattern)

    def test_config(self):
        for name, (text, pattern) in CONFIG.items():
            self.check("config", name, ["plan", "t.csv"], 65, pattern, config=text)

    def test_all_problems_of_a_file_are_reported_up_to_fifty(self):
        csv = self.operator().write("t.csv", "tenant_id,mailboxes\n" + "x y,-1\n" * 60)
        outcome = self.operators["operator"].run("plan", csv)
        self.assertEnds(outcome, 65)
        self.assertEqual(outcome.out, "")
        self.assertRegex(outcome.err, r"(?s)^(\S+/t\.csv:\d+:\d+: [^\n]*\n){50}and 70 more problems\n$")


class BadPlans(EndToEnd):
    """A saved plan that is not what `plan --save` wrote, or that time has overtaken."""

    def setUp(self):
        super().setUp()
        self.where = self.sandbox()
        self.me = self.operator()
        self.csv = self.me.write("t.csv", GOOD_CSV)
        self.file = self.me.work / "plan.json"
        self.assertEnds(self.me.run("plan", self.csv, "--save", self.file), 0)
        self.plan = json.loads(self.file.read_text())

    def refused(self, pattern, *options, code=65):
        for command in (["plan", self.file], ["provision", self.file, "--yes", *self.where.options()]):
            before = self.me.snapshot()
            outcome = self.me.run(*command, *options)
            self.assertEqual((outcome.code, outcome.out, len(message_lines(outcome))), (code, "", 1), str(outcome))
            self.assertRegex(words_of(outcome), pattern)
            self.assertEqual(self.me.snapshot(), before)

    def test_changed_by_hand(self):
        row = self.plan["tenants"][0]
        for name, change in {"more apps": {"tenants": [row | {"apps": 6}]}, "another growth": {"growth_percent": 10},
                             "another tenant": {"tenants": [row | {"tenant_id": B}]},
                             "another redirect": {"tenants": [row | {"redirect_uri": "https://evil.example/"}]},
                             "no tenant": {"tenants": []}, "another id": {"plan_id": "0" * 64}}.items():
            with self.subTest(name):
                self.file.write_text(json.dumps(self.plan | change))
                self.refused(r"plan\.json: .*changed after it was made.*--save")

    def test_of_another_kind(self):
        for name, change, pattern in (("schema", {"schema": "poolwright.plan/2"}, r"poolwright\.plan/1"),
                                      ("unknown key", {"colour": "red"}, r"colour"),
                                      ("apps in words", {"tenants": [self.plan["tenants"][0] | {"apps": "five"}]}, r"tenants\[0\]\.apps"),
                                      ("no profile", {"profile": None}, r"profile")):
            with self.subTest(name):
                self.file.write_text(json.dumps(self.plan | change))
                self.refused(pattern)

    def test_cut_off(self):
        self.file.write_text(self.file.read_text()[:200])
        self.refused(r"plan\.json:\d+:\d+: ")

    def test_with_options_that_a_plan_fixes(self):
        for option, value in (("--growth", "5"), ("--rule", "single-app"), ("--pool", "x"), ("--profile", "commvault-exchange-2026")):
            with self.subTest(option):
                self.refused(r"is a saved plan, which is complete in itself", option, value, code=64)

    def test_older_than_what_the_ledger_holds(self):
        self.assertEnds(self.me.provision(self.where, self.csv), 0, "5 of 5")
        grown = self.me.write("grown.csv", GOOD_CSV.replace(",100,", ",3000,"))
        self.assertEnds(self.me.provision(self.where, grown), 0, "6 of 6")
        outcome = self.me.provision(self.where, self.file)
        self.assertEqual((outcome.code, outcome.out), (65, ""), str(outcome))
        self.assertRegex(words_of(outcome), r"the ledger holds a newer plan for the pool exchange of " + A)
        self.assertEqual(self.asking(self.where).stats()["applications"], 6)

    def test_a_number_of_mailboxes_cannot_be_provisioned(self):
        self.assertEnds(self.me.run("plan", "--mailboxes", 9, "--save", self.file), 0)
        outcome = self.me.provision(self.where, self.file)
        self.assertEqual((outcome.code, outcome.out), (65, ""), str(outcome))
        self.assertRegex(outcome.err, r"names no tenant\nhint: make a plan from a TENANTS\.csv")
