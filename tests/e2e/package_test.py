"""What is installed as a Debian package: everything is in it, and it needs nothing of the clone."""

import os
import pathlib
import subprocess

import harness

BUILD = pathlib.Path(harness.POOLWRIGHT).resolve().parent
DOCUMENTS = "usr/share/doc/poolwright"
EXPECTED = [
    "usr/bin/poolwright", "usr/bin/graph-sandbox", "usr/lib/poolwright/nightly.sh",
    "usr/lib/systemd/system/poolwright-nightly.service", "usr/lib/systemd/system/poolwright-nightly.timer",
    "usr/share/man/man1/poolwright.1.gz", "usr/share/man/man1/poolwright-provision.1.gz", "usr/share/man/man7/poolwright-csv.7.gz",
    "usr/share/bash-completion/completions/poolwright", "usr/share/zsh/vendor-completions/_poolwright",
    "usr/share/fish/vendor_completions.d/poolwright.fish",
    *(f"{DOCUMENTS}/{name}" for name in ("README.md", "CHANGELOG.md", "LICENSE", "cli/REFERENCE.md", "provisioner/THREATS.md", "examples/tenants.csv", "examples/rule.json",
                                         "examples/schemas/plan.schema.json", "examples/nightly/nightly.env", "examples/sandbox/README.md", "copyright"))]
DEMONSTRATIONS = {f"{DOCUMENTS}/examples/{name}" for name in
                  ("demonstration.sh", "first-pool/run.sh", "growth/run.sh", "strict-tenant/run.sh", "national-cloud/run.sh")}


class Package(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.me = self.operator()
        made = self.folder / "made"
        self.tool("cpack", "-B", made, cwd=BUILD)
        (self.package,) = made.glob("poolwright_*.deb")
        self.root = self.folder / "root"
        self.tool("dpkg-deb", "--extract", self.package, self.root)

    def tool(self, *command, **settings):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, **settings)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_all_is_in_it_and_works(self):
        files = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}
        self.assertLessEqual(set(EXPECTED), files)
        self.assertEqual({each for each in files if each.endswith((".cpp", ".hpp", ".sh", ".txt")) and "lib/" not in each}, DEMONSTRATIONS)
        version = self.me.run(command=[self.root / "usr/bin/poolwright", "--version"])
        self.assertEnds(version, 0, "poolwright")
        plan = self.me.run(command=[self.root / "usr/bin/poolwright", "plan", self.root / DOCUMENTS / "examples/tenants.csv"])
        self.assertEnds(plan, 0, "Total of 24 .* 147")

    def test_a_demonstration_runs_from_where_it_is_installed(self):
        here = self.folder / "here"
        here.mkdir()
        done = subprocess.run([self.root / DOCUMENTS / "examples/first-pool/run.sh"], cwd=here, capture_output=True, text=True,
                              timeout=harness.PATIENCE, env=os.environ | {"POOLWRIGHT_BUILD": str(self.root / "usr/bin")})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue((here / "demo/first-pool/export/apps.csv").exists())
        self.assertFalse((self.root / DOCUMENTS / "demo").exists())

    def test_it_names_the_libraries_that_it_needs(self):
        said = self.tool("dpkg-deb", "--field", self.package, "Depends")
        for library in ("libc6", "libssl3", "libsoci-sqlite3-4.0", "libsodium23", "libfmt9", "libboost-json1.81", "ca-certificates"):
            self.assertIn(library, said)

    def test_its_timer_goes_with_it(self):
        said = self.tool("dpkg-deb", "--info", self.package, "prerm")
        self.assertIn("disable --now poolwright-nightly.timer", said)

    def test_the_units_are_right(self):
        units = self.root / "usr/lib/systemd/system"
        for unit in ("poolwright-nightly.service", "poolwright-nightly.timer"):
            (units / unit).write_text((units / unit).read_text().replace("/usr/lib/poolwright", f"{self.root}/usr/lib/poolwright"))
        said = subprocess.run(["systemd-analyze", "verify", "--man=no", *units.iterdir()], capture_output=True, text=True, timeout=60)
        self.assertEqual([line for line in said.stderr.splitlines() if "poolwright" in line], [])
