"""Signals in the middle of `provision` that interrupt_test.py does not send: a run that is stopped for longer than its requests may
take and goes on, a terminal that is closed, a pipe that breaks."""

import collections
import os
import signal
import time

from harness import PATIENCE, read_events, wait_until
from midway import Midway

TIMEOUT = 1  # seconds that a request may take


class Signals(Midway):
    def setUp(self):
        super().setUp()
        self.begin_sandbox()

    def test_stopped_for_longer_than_a_request_may_take(self):
        process = self.begin("--request-timeout", TIMEOUT)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        # Every reply that was on the way is there, and its time is over.
        wait_until(self.later(TIMEOUT * 2), "the time of every request is over")
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(PATIENCE * 4), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), "30 of 30 apps ready")
        self.converge()

    def test_stopped_while_the_service_does_not_answer(self):
        process = self.begin("--request-timeout", TIMEOUT)
        # What is in flight is held by the service, so that nothing is there when its time is over.
        self.where.process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        wait_until(self.later(TIMEOUT * 2), "the time of every request is over")
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: self.reasons()["error"] > 0, "a request is given up", process)
        self.where.process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(PATIENCE * 4), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), "30 of 30 apps ready")
        self.converge()

    def reasons(self):
        return collections.Counter(event.get("reason") for event in read_events(self.events) if event["type"] == "waiting")

    def later(self, seconds):
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    def test_a_terminal_that_is_closed_ends_it_in_order(self):
        process = self.begin()
        process.send_signal(signal.SIGHUP)
        self.ends(process, 130, r"(?m)^to resume: ")
        self.assertEqual(self.count("run_finished"), 1)
        self.assertEqual(self.client.stats()["applications"], self.count("app_created"))
        self.converge()

    def test_under_nohup_it_does_not_end(self):
        process = self.begin(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(PATIENCE), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), "30 of 30 apps ready")

    def test_a_broken_pipe_is_nothing(self):
        process = self.begin()
        process.send_signal(signal.SIGPIPE)
        self.assertEqual(process.wait(PATIENCE), 0, process.err_file.read_text())
        self.assertRegex(process.out_file.read_text(), "30 of 30 apps ready")
