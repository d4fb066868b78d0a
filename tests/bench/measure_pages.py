#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""measure_pages.py CORPORA: crawls the corpora's real pages (site_server.py --pages) at depth 1 and compares titles, languages,
canonical URLs and distinct link counts with what an independent parser found. Names each page that differs. Run by
scripts/bench --pages."""
import collections
import gzip
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRAPER = ROOT / 'build/scraper/cli/scraper'
PORT = 8721


def crawl(corpora, database):
    server = subprocess.Popen([sys.executable, corpora / 'site_server.py', '--pages', corpora / 'suites/pages', '--port', str(PORT),
                               '--seconds', '300'], stdout=subprocess.PIPE, text=True)
    try:
        server.stdout.readline()
        time.sleep(0.2)
        subprocess.run([SCRAPER, 'run', '-d', database, f'http://127.0.0.1:{PORT}/', '--depth', '1', '--delay', '0', '--per-host', '8',
                        '--no-robots', '-q'], check=True)
    finally:
        server.terminate()
        server.wait()


def collapsed(text):
    return re.sub(r'[\t\n\f\r ]+', ' ', text or '').strip(' ')


def main():
    corpora = pathlib.Path(sys.argv[1]).resolve()
    equal, differing = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        database = pathlib.Path(folder) / 'pages.db'
        crawl(corpora, database)
        rows = {row[0]: row[1:] for row in sqlite3.connect(database).execute(
            'SELECT r.url, r.title, p.lang, p.canonical_url, r.link_count, r.charset FROM results r JOIN pages p ON p.id = r.id')}
    here = f'http://127.0.0.1:{PORT}/'
    for line in gzip.open(corpora / 'suites/pages/gold.jsonl.gz', 'rt', encoding='utf-8'):
        gold = json.loads(line)
        url = gold['url'].replace('http://site.test/', here)
        title, lang, canonical, links, charset = rows.get(url, (None,) * 5)
        want = {'title': collapsed(gold.get('title')), 'lang': gold.get('lang') or '', 'links': gold['n_links'],
                'canonical': (gold.get('canonical') or '').split('#')[0].replace('http://site.test/', here)}
        got = {'title': collapsed(title), 'lang': lang or '', 'links': links, 'canonical': canonical or ''}
        for key in want:
            equal[key] += want[key] == got[key]
            if want[key] != got[key]:
                read_as = f' (read as {charset}, gold as {gold.get("encoding")})' if charset != gold.get('encoding') else ''
                differing.append(f'{url[len(here):]}: {key}{read_as}: {got[key]!r}, gold {want[key]!r}')
    print(f'{len(rows)} pages; equal to the gold: ' + ', '.join(f'{key} {count}' for key, count in equal.items()) + '\n')
    print('\n'.join(differing))


if __name__ == '__main__':
    main()
