# SPDX-License-Identifier: MIT
"""The test server with its generated site, and its log as segments between kills."""
import datetime
import json
import subprocess
import urllib.request


class Request:
    """One line of the log, and when its answer was out."""
    __slots__ = ('path', 'began', 'ended')

    def __init__(self, path, began):
        self.path, self.began, self.ended = path, began, None


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


class Site:
    """One server process for one crawl, so that pages that are busy once are busy once in it."""

    def __init__(self, server, pages, answer_ms, log):
        self.log = log
        self.process = subprocess.Popen([server, '--seconds', '1800', '--tree', str(pages), '--tree-delay-ms', str(answer_ms), '--log', log],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1].rstrip('/')
        self.gold = [json.loads(line) for line in self._get('/tree/gold').splitlines()]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def _get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def cut(self):
        """Draws a line in the log: the server takes requests in the order in which they arrive, so that what a dead process has
        asked stands before it."""
        self._get('/cut')

    def answers(self):
        """How many answers are out of those that gold counts."""
        log = self.log.read_bytes()
        return log.count(b' end /tree/') - log.count(b' end /tree/gold')

    def segments(self):
        """The requests between two cuts, each a list; one more than there were cuts."""
        segments, open_ones = [[]], {}
        for line in self.log.read_text().splitlines():
            at, method, target, connection, _ = line.split(' ')
            path = target.split('?')[0]
            if method in ('end', 'cut'):
                request = open_ones.pop(connection, None)
                if request and method == 'end':
                    request.ended = seconds(at)
            elif path == '/cut':
                segments.append([])
            elif path != '/tree/gold':
                open_ones[connection] = Request(path, seconds(at))
                segments[-1].append(open_ones[connection])
        return segments
