# SPDX-License-Identifier: MIT
"""scripts/bench --rules N: a rule of five CSS selectors on each of N pages, beside Scrapy with the same selectors."""
import json
import pathlib
import tempfile

import peers
from corpus import SITE, Corpus
from measure_peers import SLOW_PAGES, Contender, from_database, ratio, show, take_turns, whole_job
from measuring import fail, must_show
from scraping import ask
from web_server import WebServer

# name: (selector, what Scrapy has behind it, whether all matches are wanted). The scraper takes all of an element's text, Scrapy
# here its first text alone, which is less work.
FIELDS = {
    'heading': ('h1', '::text', False),
    'summary': ('.block', '::text', False),
    'parts': ('nav li a::attr(href)', '', True),
    'methods': ('section[id] > h3', '::text', True),
    'code': ('pre', '::text', False),
}


def rule():
    lines = ['[[extract]]', 'table = "documents"', '[extract.fields]']
    for name, (css, _, everything) in FIELDS.items():
        lines.append(f'{name} = {{ css = "{css}", all = true }}' if everything else f'{name} = "{css}"')
    return '\n'.join(lines) + '\n'


def with_rule(urls, folder):
    turn = whole_job(urls, folder, config=rule())
    rows, headed = ask(pathlib.Path(folder) / 'whole.db', 'SELECT count(*), count(heading) FROM documents')[0]
    if rows != len(urls) or headed < rows // 2:
        fail(f'the rule found {rows} documents with {headed} headings in {len(urls)} pages')
    return turn


def run(given):
    peers.install()
    corpus = Corpus(given.rules)
    print(f'five selectors on each of {corpus.describe()}, 64 at once; medians of {given.rounds} rounds\n', flush=True)
    with WebServer(SITE) as server, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        selectors = pathlib.Path(folder) / 'selectors.json'
        selectors.write_text(json.dumps({name: {'css': css + behind, 'all': everything} for name, (css, behind, everything) in FIELDS.items()}),
                             encoding='utf-8')
        urls, slow = server.urls(corpus.paths), server.urls(corpus.sample(SLOW_PAGES))
        field = [
            Contender('scraper, whole job', 'the default store, and the rule', lambda: with_rule(urls, folder), ours=True),
            Contender('Scrapy', f'the rule; {len(slow)} pages', lambda: from_database(peers.scrapy(slow, folder, selectors))),
        ]
        peers.curl(urls, folder)
        turns = take_turns(field, given.rounds, server)
    show(field, turns, 'Scrapy', lambda name: 'Scrapy')
    must_show('whole job with five selectors / Scrapy, pages/s', ratio(turns, 'scraper, whole job', 'Scrapy'), least=12)
