"""axe-core looks for barriers in the capacity report and in the dashboard of a run: none in either theme, on a narrow and a wide
screen, with everything unfolded.

POOLWRIGHT and GRAPH_SANDBOX name the programs, AXE the folder in which axe-core is installed.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from browser import Browser  # noqa: E402
from watched import Watched  # noqa: E402

AXE = pathlib.Path(os.environ["AXE"], "node_modules", "axe-core", "axe.min.js").read_text()

# What the examples lack: several pools, a full directory, identities that a time needs, more rows than a page has, names that hurt.
ROWS = ["tenant_id,mailboxes,name,workload", "full.example,60000,<b>Full</b>,", "full.example,10,,teams", "none.example,0,None,"]
ROWS += [f"t{n}.example,{n},Customer {n}," for n in range(1, 9000)]

UNFOLD = """document.querySelectorAll('details').forEach(each => { each.open = true; });
new Promise(done => setTimeout(done))"""
LOOK = """axe.run({ resultTypes: ['violations'] }).then(found => [
    found.passes.length, found.violations.map(each => `${each.id}: ${each.help}: ${each.nodes.map(node => node.html).slice(0, 3).join(' ')}`)])"""


class Looking:
    def check(self, page):
        page.run(UNFOLD)
        page.run(f"{AXE}; 0")
        passes, violations = page.run(LOOK)
        self.assertGreater(passes, 20)
        self.assertEqual(violations, [])


class Report(Looking, unittest.TestCase):
    def look_at(self, csv):
        browser = Browser()
        self.addCleanup(browser.end)
        with tempfile.TemporaryDirectory() as folder:
            page_file = pathlib.Path(folder, "page.html")
            subprocess.run([os.environ["POOLWRIGHT"], "report", "-", "--html", page_file, "-q"], input=csv, check=True,
                           stdout=subprocess.DEVNULL, env=os.environ | {"HOME": folder, "XDG_STATE_HOME": folder})
            for theme in ("light", "dark"):
                for width in (360, 1280):
                    with self.subTest(theme=theme, width=width):
                        self.check(browser.open(page_file, width=width, theme=theme))

    def test_the_example(self):
        self.look_at((ROOT / "examples" / "tenants.csv").read_bytes())

    def test_a_fleet_that_has_everything(self):
        self.look_at("\n".join(ROWS).encode())


class Dashboard(Looking, Watched):
    def test_a_run_until_its_end(self):
        browser = Browser()
        self.addCleanup(browser.end)
        page = browser.open(self.begin())
        shown = "document.querySelector('#state').dataset.is === {!r} && document.querySelector('#figure-apps').textContent !== ''"
        page.wait_for(shown.format("live"))
        for theme in ("light", "dark"):
            for width in (360, 1280):
                with self.subTest(theme=theme, width=width):
                    page.show_as(width, 900, theme)
                    self.check(page)
        self.go()
        page.wait_for(shown.format("ended"))
        self.check(page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
