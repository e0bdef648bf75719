"""Runs the end-to-end tests of one file, or of one class of it: run.py FILE_test[.CLASS]...

No test found is a failure, as is a skipped one: a test that does not run must not look like one that holds.
"""

import sys
import time
import unittest


class Timed(unittest.TextTestResult):
    """Says how long each test took."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.stream.writeln(f"    {time.monotonic() - self.began:.1f} s")


def main(names):
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(verbosity=2, resultclass=Timed).run(suite)
    if result.testsRun == 0:
        print(f"run.py: there is no test in {', '.join(names) or 'nothing'}", file=sys.stderr)
    ok = result.wasSuccessful() and result.testsRun > 0 and not result.skipped
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
