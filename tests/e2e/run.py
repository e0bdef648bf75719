"""Runs the end-to-end tests of one file, or of one class of it: run.py [--at-once] FILE_test[.CLASS]...

No test found is a failure, as is a skipped one: a test that does not run must not look like one that holds. Only where a class
says that it `may_be_skipped` (it needs rights that not everybody has) is that accepted.

--at-once: each test in a process of its own, many at a time, for those that mostly wait.
"""

import concurrent.futures
import subprocess
import sys
import time
import unittest

from messages import HEARD

AT_ONCE = 8


class Timed(unittest.TextTestResult):
    """Says how long each test took."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.stream.writeln(f"    {time.monotonic() - self.began:.1f} s")


def tests_of(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_of(each)
        else:
            yield each


def alone(name):
    """Runs one test in a process of its own; gives its exit code and prints what it said."""
    done = subprocess.run([sys.executable, "-B", __file__, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout.decode(errors="replace"), end="", flush=True)
    return done.returncode


def main(words):
    names = [word for word in words if word != "--at-once"]
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    if suite.countTestCases() == 0:
        print(f"run.py: there is no test in {', '.join(names) or 'nothing'}", file=sys.stderr)
        return 1
    if "--at-once" in words:
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return max(pool.map(alone, [each.id() for each in tests_of(suite)]))
    HEARD.begin("+".join(names))
    result = unittest.TextTestRunner(verbosity=2, resultclass=Timed).run(suite)
    skipped = [test for test, _ in result.skipped if not getattr(test, "may_be_skipped", False)]
    return 0 if result.wasSuccessful() and not skipped else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
