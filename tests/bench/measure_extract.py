#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""measure_extract.py PAGES: crawls so many pages of a documentation package once, then applies rules of five selectors to the
stored bodies with one worker and with two, in turn, each time to a fresh copy of the database. Run by scripts/bench --extract."""
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRAPER = ROOT / 'build/scraper/cli/scraper'
SERVER = ROOT / 'build/tests/support/scraper-test-server'
PACKAGE = 'openjdk-17-doc'
ROUNDS = 5
RULES = '''
[[extract]]
table = "documents"
[extract.fields]
heading = "h1, h2.title"
summary = ".block, p"
parts = { css = "nav li a::attr(href)", all = true }
methods = { css = "section[id] > h3", all = true }
code = { css = "pre", type = "html" }
'''


def crawl(pages, folder):
    site = ROOT / 'build-sites/usr/share/doc'
    files = sorted(path for path in (site / 'openjdk-17-jre-headless').rglob('*.html') if path.is_file())[:pages]
    if len(files) < pages:
        sys.exit(f'bench: {PACKAGE} has only {len(files)} pages')
    server = subprocess.Popen([SERVER, '--site', site, '--seconds', '600'], stdout=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split()[-1].rstrip('/')
        listing = folder / 'urls.txt'
        listing.write_text(''.join(f'{url}/{path.relative_to(site)}\n' for path in files))
        database = folder / 'crawled.db'
        subprocess.run([SCRAPER, 'run', listing, '-d', database, '--delay', '0', '--per-host', '32', '--no-robots'], check=True)
    finally:
        server.terminate()
        server.wait()
    return database


def extract(database, rules, workers):
    """(wall s, CPU s, peak MiB)"""
    started = time.monotonic()
    process = subprocess.Popen([SCRAPER, 'extract', '-d', database, '-c', rules, '-j', str(workers)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit('bench: extract failed')
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    pages = int(sys.argv[1])
    subprocess.run([ROOT / 'scripts/sites', PACKAGE], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rules = folder / 'rules.toml'
        rules.write_text(RULES)
        crawled = crawl(pages, folder)
        stored = sqlite3.connect(crawled).execute('SELECT count(*), sum(body_bytes) FROM pages').fetchone()
        print(f'{stored[0]} pages of {PACKAGE}, {stored[1] / stored[0] / 1024:.1f} KiB on average; medians of {ROUNDS} rounds\n')
        measured = {1: [], 2: []}
        for _ in range(ROUNDS):
            for workers, results in measured.items():
                copy = folder / 'copy.db'
                shutil.copy(crawled, copy)
                results.append(extract(copy, rules, workers))
        ratios = [one[0] / two[0] for one, two in zip(measured[1], measured[2])]
        print('| workers | wall s | pages/s | CPU s | peak MiB |\n|---:|---:|---:|---:|---:|')
        for workers, results in measured.items():
            wall, cpu, peak = (statistics.median(values) for values in zip(*results))
            print(f'| {workers} | {wall:.2f} | {stored[0] / wall:.0f} | {cpu:.2f} | {peak:.1f} |')
        print(f'\ntwo workers are {statistics.median(ratios):.2f} times as fast as one '
              f'(from {min(ratios):.2f} to {max(ratios):.2f})')


if __name__ == '__main__':
    main()
