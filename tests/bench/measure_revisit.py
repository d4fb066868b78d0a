# SPDX-License-Identifier: MIT
"""scripts/bench --revisit: a second run over a list of which every page is as it was, beside curl and the download path."""
import pathlib
import tempfile

import peers
from corpus import SITE, Corpus
from measure_peers import Contender, download_path, ratio, show, take_turns
from measuring import fail, must_show
from scraping import FAST, ask, check_done, scrape, until_committed, write_list
from web_server import WebServer


def first_run(urls, folder):
    listing, database = write_list(folder, urls, 'revisit.txt'), pathlib.Path(folder) / 'revisit.db'
    scrape(listing, database)
    check_done(database, len(urls))
    return listing, database


def second_run(urls, listing, database):
    before = ask(database, 'SELECT max(id) FROM attempts')[0][0]
    measured = scrape(listing, database, (*FAST, '--new'), fresh=False)
    check_done(database, len(urls))
    statuses = dict(ask(database, f'SELECT status, count(*) FROM attempts WHERE id > {before} GROUP BY status'))
    if statuses != {304: len(urls)}:
        fail(f'every page was to answer 304, but they answered {statuses}: this build sends no validators')
    return peers.turn(until_committed(measured, database), len(urls))


def run(given):
    peers.install()
    corpus = Corpus(given.pages)
    print(f'{corpus.describe()}, from nginx on loopback, 64 at once; medians of {given.rounds} rounds\n', flush=True)
    with WebServer(SITE) as server, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        urls, raw = server.urls(corpus.paths), server.urls(corpus.paths, prefix='/raw')
        listing, database = first_run(urls, folder)
        field = [
            Contender('curl --parallel', 'download', lambda: peers.curl(urls, folder)),
            Contender('scraper, download path', 'bodies counted', lambda: download_path(raw, folder), ours=True),
            Contender('scraper, second run', 'all answer 304', lambda: second_run(urls, listing, database), ours=True),
        ]
        turns = take_turns(field, given.rounds, server)
    show(field, turns)
    must_show('second run / download path, pages/s', ratio(turns, 'scraper, second run', 'scraper, download path'), least=0.8)
