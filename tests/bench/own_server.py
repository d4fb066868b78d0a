# SPDX-License-Identifier: MIT
"""The project's own test server for the time of a `with` block."""
import subprocess

from measuring import ROOT, fail, kill_group

PROGRAM = ROOT / 'build/tests/support/scraper-test-server'


class OwnServer:
    """`with OwnServer() as url`: the URL ends with a slash."""

    def __init__(self, seconds=900):
        self.seconds = seconds

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, '--seconds', str(self.seconds)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        text=True, start_new_session=True)
        words = self.process.stdout.readline().split()
        if not words:
            fail('the test server does not start')
        return words[-1]

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            kill_group(self.process.pid)
            self.process.wait()
