"""The service goes away in the middle of `provision`: it is killed and comes back, or comes back with a certificate of somebody else."""

import os
import signal

from harness import PATIENCE, lasting_port, wait_until
from midway import APPS, Midway


class Outage(Midway):
    def setUp(self):
        super().setUp()
        self.begin_sandbox("--state", self.folder / "directory", port=lasting_port())

    def test_it_is_killed_and_comes_back_while_the_run_goes_on(self):
        process = self.begin()
        for apps in (8, 14):
            wait_until(lambda: self.count("app_created") >= apps, f"{apps} apps are made", process)
            self.where.kill()
            self.where.begin(self.where.port)
        self.assertEqual(process.wait(PATIENCE * 4), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), f"{APPS} of {APPS} apps ready")
        self.converge()

    def test_the_program_is_stopped_and_its_connections_are_gone_when_it_goes_on(self):
        process = self.begin("--request-timeout", 1)
        # First, so that what is on the way stays without a reply.
        self.where.process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        self.where.kill()
        self.where.begin(self.where.port)
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(PATIENCE * 4), 0, process.err_file.read_text())
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
