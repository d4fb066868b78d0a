# SPDX-License-Identifier: MIT
"""What the crawls came to."""
import collections
import pathlib
import shutil
import tempfile

CRAWLS_VIOLATED_MAX = 3


class Report:
    def __init__(self):
        self.crawls = self.launches = self.kills = self.lost = self.lost_most = self.with_reader = 0
        self.killed = collections.Counter()
        self.lost_before_s = 0.0
        self.violated = []

    def add(self, crawl):
        kills = len(crawl.kill_times)
        self.crawls += 1
        self.kills += kills
        self.launches += crawl.launches
        self.lost += crawl.lost
        self.with_reader += crawl.with_reader
        self.killed += crawl.killed
        self.lost_most = max(self.lost_most, crawl.lost_most)
        self.lost_before_s = max(self.lost_before_s, crawl.lost_before_s)
        print('%s: %d kills, %d requests lost, at most %d at a kill%s' % (
            crawl.describe(), kills, crawl.lost, crawl.lost_most, ': VIOLATED' if crawl.violations else ''), flush=True)

    def keep(self, crawl):
        place = tempfile.mkdtemp(prefix='scraper-torture-kept-')
        shutil.copytree(crawl.folder, place, dirs_exist_ok=True)
        if crawl.violations:
            self.violated.append((crawl, place))
        else:
            print('kept: ' + place)

    def is_hopeless(self):
        return len(self.violated) >= CRAWLS_VIOLATED_MAX

    def print(self, again):
        print('%d kills in %d crawls; %d launches went on where a kill had left the database, %d of them while another program read it' % (
            self.kills, self.crawls, self.launches - self.crawls, self.with_reader))
        print('kills ' + ', '.join('%s: %d' % (when, count) for when, count in sorted(self.killed.items())))
        print('%d requests lost and made again, at most %d at one kill; the oldest lost answer was %.0f ms old' % (
            self.lost, self.lost_most, self.lost_before_s * 1000))
        for crawl, place in self.violated:
            print('VIOLATED in %s\n  %s\n  files: %s\n  again: %s' % (
                crawl.describe(), '\n  '.join(crawl.violations[:20]), pathlib.Path(place), again % crawl.number))
        print('%d crawls violated' % len(self.violated))
        return 1 if self.violated else 0
