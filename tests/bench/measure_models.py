# SPDX-License-Identifier: MIT
"""scripts/bench without options: the two concurrency models on the same hundred slow pages."""
import pathlib
import tempfile

from measuring import table
from own_server import OwnServer
from scraping import scrape, states, write_list

MODELS = (
    ('one by one', 'threads', 1),
    ('ten worker threads', 'threads', 10),
    ('asynchronous, 100 in flight', 'multi', 100),
)


def run(_):
    print('100 pages, each answered after 500 ms:\n')
    rows = []
    with OwnServer() as url, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        database = pathlib.Path(folder) / 'results.db'
        for name, fetcher, at_once in MODELS:
            listing = write_list(folder, ['%spage?delay=500ms&title=Page&links=10&n=%d' % (url, i) for i in range(100)])
            measured = scrape(listing, database, ['--fetcher', fetcher, '--concurrency', str(at_once), '--per-host', str(at_once),
                                                  '--delay', '0'])
            rows.append([name, f'{measured.wall_s:.2f}', f'{measured.cpu_s:.2f}', f'{measured.peak_mib:.1f}',
                         states(database).get('done', 0)])
    table(['model', 'wall s', 'CPU s', 'peak MiB', 'pages'], rows)
