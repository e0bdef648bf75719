"""The service goes away in the middle of `provision`: it is killed and comes back, or comes back with a certificate of somebody else."""

from harness import PATIENCE, wait_until
from midway import APPS, Midway


class Outage(Midway):
    def setUp(self):
        super().setUp()
        self.begin_sandbox("--state", self.folder / "directory")

    def test_it_is_killed_and_comes_back_while_the_run_goes_on(self):
        process = self.begin()
        for apps in (8, 14):
            wait_until(lambda: self.count("app_created") >= apps, f"{apps} apps are made", process)
            self.where.kill()
            self.where.begin(self.where.port)
        self.assertEqual(process.wait(PATIENCE * 4), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), f"{APPS} of {APPS} apps ready")
        self.converge()

    def test_it_comes_back_with_a_certificate_that_is_not_trusted(self):
        process = self.begin()
        self.where.kill()
        trusted = self.where.ca_file
        self.where.begin(self.where.port, "impostor")
        impostor = self.asking(self.where)
        self.where.ca_file = trusted
        self.assertEqual(process.wait(PATIENCE), 1, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), r"cannot set up TLS with localhost:\d+: the server's certificate "
                         "comes from an authority that is not trusted here")
        self.assertEqual(impostor.stats()["requests"], {}, "a request was sent to who is not trusted")
        self.assertEnds(self.me.run(*self.command()), 69, "not trusted here")
        self.assertEqual(impostor.stats()["requests"], {})
        self.where.kill()
        self.where.begin(self.where.port)
        self.converge()
