"""`provision --metrics`: how a run went, in Prometheus' text format."""

import re
import stat

from harness import EndToEnd, tenants_csv

GOOD, CLOSED = (f"{number:08x}-0000-4000-8000-000000000000" for number in (1, 2))
SAMPLE = re.compile(r'([a-z_]+(?:\{[a-z]+="[^"\\\n]*"\})?) (-?[0-9.]+(?:e[+-]?[0-9]+)?)')


def samples(text):
    """Name and labels of each sample with its value; each has been announced by its help and type."""
    found, announced = {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            announced = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {announced} gauge", line
        else:
            name, value = SAMPLE.fullmatch(line).groups()
            assert name.split("{")[0] == announced and name not in found, line
            found[name] = float(value)
    assert text.endswith("\n")
    return found


class Metrics(EndToEnd):
    def test_a_run(self):
        where, me = self.sandbox(faults={"tenants": [{"tenant_id": CLOSED, "kind": "no_consent"}]}), self.operator()
        csv = me.write("tenants.csv", tenants_csv({"Good": GOOD, "Closed <script>": CLOSED}))
        file = me.work / "poolwright.prom"
        run = me.provision(where, csv, "--metrics", file, "-o", "json")
        self.assertEnds(run, 1)
        seen, totals = samples(file.read_text()), run.json()["totals"]
        for state in ("ready", "failed", "pending"):
            self.assertEqual(seen[f'poolwright_apps{{state="{state}"}}'], totals[state])
        self.assertEqual(seen["poolwright_run_apps_created"], totals["created"])
        self.assertEqual((seen["poolwright_run_calls"], seen["poolwright_run_writes"]), (totals["calls"], totals["writes"]))
        self.assertEqual((seen["poolwright_tenants"], seen["poolwright_tenants_failed"]), (2, 1))
        self.assertEqual(seen["poolwright_run_exit_code"], 1)
        self.assertGreater(seen["poolwright_run_forecast_seconds"], 0)
        # A collector is somebody else; and it learns of no tenant.
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o644)
        self.assertNotRegex(file.read_text(), "Closed|script|" + GOOD)
        again = me.provision(where, csv, "--metrics", file, "--only", GOOD)
        self.assertEnds(again, 0)
        seen = samples(file.read_text())
        self.assertEqual((seen["poolwright_run_apps_created"], seen["poolwright_run_exit_code"]), (0, 0))
        self.assertEqual([each.name for each in me.work.iterdir() if "prom" in each.name], ["poolwright.prom"])

    def test_what_cannot_be_written(self):
        """Is said before anything is sent."""
        where, me = self.sandbox(), self.operator()
        csv = me.write("tenants.csv", tenants_csv({"Good": GOOD}))
        for target in (me.work / "nowhere" / "x.prom", me.work):
            self.assertEnds(me.provision(where, csv, "--metrics", target), 70, "cannot write")
        self.assertEqual(list(me.state.parent.iterdir()), [])
        self.assertEnds(me.run("provision", csv, "--dry-run", "--metrics", me.work / "x.prom", *where.options()), 0)
        self.assertFalse((me.work / "x.prom").exists())
