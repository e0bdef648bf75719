"""examples/*/run.sh: each task of a provider, as a newcomer tries it."""

import os
import pathlib
import subprocess

import harness

EXAMPLES = harness.ROOT / "examples"
BUILD = pathlib.Path(harness.POOLWRIGHT).resolve().parent
SAYS = {
    "first-pool": [r"6 of 6 apps ready in 1 tenant", r"\+ 6 apps  Contoso Ltd \(contoso\.example\)  2,501 mailboxes: base 5"],
    "growth": [r"5 of 5 apps ready", r"Contoso Ltd +4,100 +2,500 +usage report", r"\+ 2 apps ", r"7 of 7 apps ready in 1 tenant \(2 created"],
    "strict-tenant": [r"forbids client secrets", r"90 days at most", r"15 of 15 apps ready in 3 tenants", r"\.pfx-password"],
    "national-cloud": [r"the tenant belongs to another national cloud", r"5 of 10 apps ready in 2 tenants"],
}


class Examples(harness.EndToEnd):
    def demonstrate(self, name, folder):
        """Keeps secrets in its folder and shows them, as it says: no operator of the harness, who would mind."""
        return subprocess.run([EXAMPLES / name / "run.sh", folder], capture_output=True, text=True, timeout=harness.PATIENCE,
                              env=os.environ | {"POOLWRIGHT_BUILD": str(BUILD)})

    def test_each(self):
        self.assertEqual({path.parent.name for path in EXAMPLES.glob("*/run.sh")}, set(SAYS))
        for name, words in SAYS.items():
            with self.subTest(example=name):
                done = self.demonstrate(name, self.folder / name)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                for pattern in words:
                    self.assertRegex(done.stdout + done.stderr, pattern)

    def test_a_folder_of_somebody_else_is_left_alone(self):
        mine = self.folder / "mine"
        mine.mkdir()
        done = self.demonstrate("growth", mine)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("is no demonstration of poolwright's", done.stderr)
        self.assertEqual(list(mine.iterdir()), [])
