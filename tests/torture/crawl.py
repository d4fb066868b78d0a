# SPDX-License-Identifier: MIT
"""One crawl of the generated site, killed and started again until it is complete, and everything that is checked about it."""
import collections
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

from rows import broken, differences, expected_rows, open_rows
from test_site import Site

LAUNCHES_MAX = 60      # a crawl that gets nowhere is a violation
LAUNCH_LIMIT_S = 300
LINE_S = 8e-6          # a line of the list to be loaded, about
PIPELINE_MAX = 256 + 1024  # answers that may wait for a parser or for a commit, besides what is in flight


class Crawl:
    end_s = 0.02  # how long the last crawl took to end, from the last answer on

    def __init__(self, plan, scraper, server, folder):
        self.__dict__.update(plan)
        self.scraper, self.server, self.folder = scraper, server, folder
        self.database = folder / 'results.db'
        self.violations, self.log = [], []
        self.kill_times, self.attempts_at_kill = [], []
        self.launches = self.lost = self.lost_most = self.with_reader = 0
        self.killed = collections.Counter()  # by what the kill cut off
        self.lost_before_s = 0.0
        self.complete = False
        help_text = subprocess.run([scraper, 'help', 'run'], capture_output=True, text=True, check=True).stdout
        self.robots = self.robots and 'robots.txt is not read yet' not in help_text

    def describe(self):
        return 'crawl %d: %s, %s, concurrency %d, %d pages%s%s' % (
            self.number, self.kind, self.fetcher, self.concurrency, self.pages, ', %d ms an answer' % self.answer_ms if self.answer_ms else '',
            ', robots' if self.robots else '')

    def violated(self, what):
        self.violations.append('after %d launches: %s' % (self.launches, what))

    def run(self):
        with Site(self.server, self.pages, self.answer_ms, self.folder / 'requests.log') as site:
            self.site = site
            while not self.complete and not self.violations:
                if self.launches >= LAUNCHES_MAX:
                    return self.violated('it does not come to an end')
                self.launch()
            if self.complete:
                self.check_complete()
                self.check_requests()
            if self.kind == 'end' and self.complete and self.killed['after the last commit']:
                self.check_next_run()

    # Starting and killing

    def command(self):
        if self.kind == 'list':
            source = self.folder / 'urls.txt'
            if not source.exists():
                source.write_text(''.join('%s/tree/%d#%d\n' % (self.site.url, i % self.pages, i) for i in range(self.lines)))
        else:
            source = self.site.url + '/tree/0'
        number = str(self.concurrency)
        return [self.scraper, 'run', source, '-d', self.database, '--depth', '0' if self.kind == 'list' else '50', '--delay', '0', '--fail-above',
                '100', '--fetcher', self.fetcher, '--concurrency', number, '--per-host', number] + ([] if self.robots else ['--no-robots'])

    def launch(self):
        reader = self.hold_open() if self.launches and self.rng.random() < 0.3 else None
        self.launches += 1
        with open(self.folder / 'messages.txt', 'w+') as messages:
            process = subprocess.Popen(self.command(), stdout=messages, stderr=messages)
            try:
                killed = len(self.kill_times) < self.kills_max and self.kill(process)
                if not killed:
                    process.wait(LAUNCH_LIMIT_S)
            except subprocess.TimeoutExpired:
                self.violated('it hangs')
            finally:
                process.kill()
            code = process.wait()
            messages.seek(0)
            if code != (-signal.SIGKILL if killed else 0):
                self.violated('exit code %d: %s' % (code, messages.read(2000)))
        read_to_the_end = reader is not None and reader.release() > time.monotonic() - 0.5 - 10 * self.startup_s
        if killed and not self.violations:
            self.check_killed()
        elif not self.violations:
            self.complete = True
            self.check_single_file(read_to_the_end)

    def kill(self, process):
        """Kills the process at its moment; False: it was over before."""
        if self.kind == 'end':
            self.wait_for_the_last_answer(process)
            delay = self.rng.uniform(0, 0.7 * Crawl.end_s)
        else:
            delay = self.startup_s * self.rng.uniform(0.5, 1) + self.moment()
        begun = time.monotonic()
        try:
            process.wait(delay)
            if self.kind == 'end':
                Crawl.end_s = max(0.001, time.monotonic() - begun)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
        killed_at = time.time()
        if process.wait() != -signal.SIGKILL:
            return False  # it was over in the same instant
        self.kill_times.append(killed_at)
        return True

    def moment(self):
        slow = 1 + self.startup_s / 0.05
        if self.kind == 'list' and len(self.kill_times) < self.kills_max - 2:
            return self.rng.uniform(0, self.lines * LINE_S * slow)
        span = min(1.5, self.pages * 300e-6) * slow
        return self.rng.choice((self.rng.uniform(0, span), min(1.5 * slow, self.rng.expovariate(5 / span))))

    def wait_for_the_last_answer(self, process):
        whole = sum(url['requests'] for url in self.site.gold if not (self.robots and url['kind'] == 'private'))
        while process.poll() is None and self.site.answers() < whole:
            time.sleep(0.0005)

    def hold_open(self):
        """Another program that reads while the run is started again."""
        try:
            reader = Reader(self.database)
        except (sqlite3.OperationalError, FileNotFoundError):
            return None
        self.with_reader += 1
        threading.Timer(self.rng.uniform(0.02, 0.6), reader.release).start()
        return reader

    # What must hold

    def check_killed(self):
        self.site.cut()
        path = self.database
        if path.exists() and self.rng.random() < 0.5:  # look at a copy: the next start finds all as the kill left it
            path = self.folder / 'copy' / self.database.name
            shutil.rmtree(path.parent, ignore_errors=True)
            path.parent.mkdir()
            for suffix in ('', '-wal', '-journal'):
                if self.database.with_name(self.database.name + suffix).exists():
                    shutil.copy(str(self.database) + suffix, str(path) + suffix)
        attempts = self.attempts_at_kill[-1] if self.attempts_at_kill else 0
        if not path.exists():
            self.killed['before there was a database'] += 1
        else:
            rows = open_rows(path)
            for what in broken(rows, 'quick_check'):
                self.violated(what)
            attempts = rows.execute('SELECT coalesce(max(id), 0) FROM attempts').fetchone()[0]
            self.complete = rows.execute("SELECT count(*) FROM runs WHERE outcome <> 'running'").fetchone()[0] > 0
            loaded = rows.execute('SELECT count(*) FROM inputs').fetchone()[0] == self.lines
            self.killed['after the last commit' if self.complete else 'during the crawl' if loaded else 'while the list was loaded'] += 1
            rows.close()
        self.attempts_at_kill.append(attempts)

    def check_single_file(self, read_to_the_end):
        """While somebody reads the database, it has to stay in WAL mode."""
        left = [file.name for file in self.folder.iterdir() if file.name.startswith(self.database.name) and file != self.database]
        if read_to_the_end:
            left = [name for name in left if not name.endswith(('-wal', '-shm'))]
        if left:
            self.violated('a clean end leaves %s' % ', '.join(sorted(left)))

    def check_complete(self):
        rows = open_rows(self.database)
        for what in broken(rows, 'integrity_check') + differences(rows, expected_rows(self.site, self.kind == 'list', self.pages, self.robots)):
            self.violated(what)
        inputs = rows.execute('SELECT count(*), max(line), count(DISTINCT url_id) FROM inputs').fetchone()
        if inputs != (self.lines, self.lines, min(self.lines, self.pages)):
            self.violated('inputs holds %d lines up to %d of %d URLs' % inputs)
        if rows.execute('SELECT id, outcome FROM runs').fetchall() != [(1, 'complete')]:
            self.violated('not one run: %s' % rows.execute('SELECT id, outcome, started_at FROM runs').fetchall())
        rows.close()

    def check_next_run(self):
        """What a kill after the last commit left is tidied up by the next run, which is a new one."""
        finished = subprocess.run(self.command(), capture_output=True, text=True, timeout=LAUNCH_LIMIT_S)
        if finished.returncode != 0:
            self.violated('the next run: exit code %d: %s' % (finished.returncode, finished.stderr))
        self.check_single_file(False)
        rows = open_rows(self.database)
        if rows.execute('SELECT id, outcome FROM runs').fetchall() != [(1, 'complete'), (2, 'complete')]:
            self.violated('the next run is not one more')
        for what in differences(rows, expected_rows(self.site, False, 1, self.robots)) + broken(rows, 'integrity_check'):
            if not what.startswith('a second run'):
                self.violated(what)
        rows.close()

    def check_requests(self):
        """A request without an attempt on record was lost. In each life of the process a URL may lose its last request alone, and only
        if its answer was not out for longer than the window when the kill came; a life that ended well loses nothing."""
        rows = open_rows(self.database)
        attempts = rows.execute("SELECT id, url FROM attempts WHERE kind = 'page' ORDER BY id").fetchall()
        rows.close()
        segments = self.site.segments()
        if len(segments) != len(self.kill_times) + 1:
            return self.violated('the log has %d segments for %d kills' % (len(segments), len(self.kill_times)))
        bounds = [0, *self.attempts_at_kill, 1 << 62]
        expected = {url['path']: url for url in self.site.gold}
        lost_of = collections.Counter()
        for at, requests in enumerate(segments):
            kept = collections.Counter(url[len(self.site.url):] for number, url in attempts if bounds[at] < number <= bounds[at + 1])
            lost_of.update(self.lost_in(at, requests, kept))
        for path, count in collections.Counter(url[len(self.site.url):] for _, url in attempts).items():
            if path not in expected or not expected[path]['requests'] - lost_of[path] <= count <= expected[path]['requests']:
                self.violated('%s has %d attempts, %d lost' % (path, count, lost_of[path]))

    def lost_in(self, at, requests, kept):
        by_path = collections.defaultdict(list)
        for request in requests:
            by_path[request.path].append(request)
        if len(by_path.pop('/robots.txt', [])) > 1:
            self.violated('robots.txt was asked for again within launch %d' % at)
        lost = {path: len(made) - kept[path] for path, made in by_path.items() if len(made) != kept[path]}
        for path in kept.keys() - by_path.keys():
            self.violated('%s has an attempt in launch %d, but was not requested then' % (path, at))
        for path, count in lost.items():
            last = by_path[path][-1]
            if count != 1 or at == len(self.kill_times):
                self.violated('%s: %d requests, %d attempts in launch %d' % (path, len(by_path[path]), kept[path], at))
            elif last.ended:
                before = self.kill_times[at] - last.ended
                self.lost_before_s = max(self.lost_before_s, before)
                if before > self.window_s:
                    self.violated('%s was answered %.3f s before kill %d and is not on record' % (path, before, at))
        if self.robots and any(path.startswith('/tree/private/') for path in by_path):
            self.violated('a page was requested that robots.txt forbids')
        if len(lost) > self.concurrency + PIPELINE_MAX:
            self.violated('kill %d lost %d requests' % (at, len(lost)))
        self.lost += len(lost)
        self.lost_most = max(self.lost_most, len(lost))
        return lost.keys()


class Reader:
    """A connection with a snapshot in use."""

    def __init__(self, database):
        self.released_at = None
        self.lock = threading.Lock()
        self.rows = open_rows(database)
        self.rows.execute('BEGIN')
        self.rows.execute('SELECT count(*) FROM runs').fetchone()

    def release(self):
        """Once, whoever is first; when that was."""
        with self.lock:
            if self.released_at is None:
                self.rows.close()
                self.released_at = time.monotonic()
            return self.released_at
