# SPDX-License-Identifier: MIT
"""scripts/bench --peers: the whole job and its download path beside what others make of the same list, in turn, in rounds."""
import dataclasses
import pathlib
import tempfile

import bar_plot
import peers
from corpus import SITE, Corpus
from measuring import fail, median, must_show, progress, table
from scraping import FAST, KEEP_NOTHING, ask, check_done, scrape, until_committed, write_list
from web_server import WebServer

SLOW_PAGES = 2000   # of Scrapy and aiohttp; their rate does not depend on it
ARIA2_PAGES = 5000


@dataclasses.dataclass
class Contender:
    name: str
    does: str
    run: object      # () -> Turn
    ours: bool = False
    counted: bool = True  # by nginx: it has to have been asked for each page exactly once


def whole_job(urls, folder, options=FAST, config=''):
    """Everything that is stored by default, of each page."""
    listing = write_list(folder, urls)
    database = pathlib.Path(folder) / 'whole.db'
    measured = scrape(listing, database, options, config)
    check_done(database, len(urls))
    return peers.turn(until_committed(measured, database), len(urls))


def download_path(urls, folder, options=FAST):
    """Bodies fetched and counted, nothing parsed or kept; `urls` are below /raw/."""
    listing = write_list(folder, urls, 'raw.txt')
    database = pathlib.Path(folder) / 'download.db'
    measured = scrape(listing, database, options, KEEP_NOTHING)
    check_done(database, len(urls))
    counted = ask(database, 'SELECT count(*) FROM attempts WHERE status = 200 AND body_bytes > 0')[0][0]
    if counted != len(urls):
        fail(f'{counted} of {len(urls)} bodies were counted')
    return peers.turn(until_committed(measured, database), len(urls))


def from_database(result):
    """Checks that a Python peer has stored every page."""
    turn, database = result
    stored = ask(database, 'SELECT count(*) FROM pages')[0][0]
    if stored != turn.pages:
        fail(f'{database.stem} stored {stored} of {turn.pages} pages')
    return turn


def contenders(server, corpus, folder):
    urls = server.urls(corpus.paths)
    slow = server.urls(corpus.sample(SLOW_PAGES))
    some = server.urls(corpus.sample(ARIA2_PAGES))
    raw = server.urls(corpus.paths, prefix='/raw')
    return [
        Contender('wrk', 'bare HTTP, 5 s', lambda: peers.wrk(urls, folder), counted=False),
        Contender('wget2', 'download', lambda: peers.wget2(urls, folder)),
        Contender('curl --parallel', 'download', lambda: peers.curl(urls, folder)),
        Contender('aria2', f'download to tmpfs, {len(some)} pages', lambda: peers.aria2(some, folder)),
        Contender('scraper, download path', 'bodies counted', lambda: download_path(raw, folder), ours=True),
        Contender('scraper, whole job', 'pages, text, links, bodies', lambda: whole_job(urls, folder), ours=True),
        Contender('aiohttp + lxml', f'title, links; {len(slow)} pages', lambda: from_database(peers.aiohttp(slow, folder))),
        Contender('Scrapy', f'title, links; {len(slow)} pages', lambda: from_database(peers.scrapy(slow, folder))),
    ]


def take_turns(field, rounds, server):
    """Turns of each contender by name."""
    turns = {contender.name: [] for contender in field}
    for number in range(1, rounds + 1):
        for contender in field:
            before = server.served()
            turn = contender.run()
            asked = server.served() - before
            if contender.counted and asked != turn.pages:
                fail(f'{contender.name} asked for {asked} pages instead of {turn.pages}')
            turns[contender.name].append(turn)
            progress(f'round {number}: {contender.name}: {turn.rate:,.0f} pages/s, {turn.cpu_us:,.0f} us')
    return turns


def of(turns, name, what):
    return median(getattr(turn, what) for turn in turns[name])


def ratio(turns, over, under, what='rate'):
    """The median of the ratios round by round."""
    return median(getattr(one, what) / getattr(two, what) for one, two in zip(turns[over], turns[under]))


def show(field, turns, to='curl', reference=lambda name: 'curl --parallel'):
    """`reference`: which contender each is compared with."""
    table(['program', 'does', 'pages/s', f'to {to}', 'CPU us a page', 'peak MiB'],
          [[contender.name, contender.does, f'{of(turns, contender.name, "rate"):,.0f}', f'{ratio(turns, contender.name, reference(contender.name)):.2f}',
            f'{of(turns, contender.name, "cpu_us"):,.0f}', f'{of(turns, contender.name, "peak_mib"):.0f}'] for contender in field])


def run(given):
    peers.install()
    corpus = Corpus(given.pages)
    print(f'{corpus.describe()}, from nginx on loopback, 64 at once; medians of {given.rounds} rounds\n', flush=True)
    with WebServer(SITE) as server, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        field = contenders(server, corpus, folder)
        peers.curl(server.urls(corpus.paths), folder)  # warms the caches of both
        turns = take_turns(field, given.rounds, server)
    show(field, turns)
    whole, download, curl = 'scraper, whole job', 'scraper, download path', 'curl --parallel'
    must_show('whole job / Scrapy, pages/s', ratio(turns, whole, 'Scrapy'), least=50)
    must_show('CPU Scrapy / CPU whole job', ratio(turns, 'Scrapy', whole, 'cpu_us'), least=25)
    must_show('whole job / curl, pages/s', ratio(turns, whole, curl), least=0.3)
    must_show('download / curl, pages/s', ratio(turns, download, curl), least=1.3)
    bars = sorted(((contender.name, contender.does, of(turns, contender.name, 'rate'), contender.ours) for contender in field),
                  key=lambda bar: -bar[2])
    bar_plot.write(given.plot, 'Pages a second', f'{corpus.describe()}; log scale', bars)
    print(f'\nplot: {given.plot}')
