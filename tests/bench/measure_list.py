# SPDX-License-Identifier: MIT
"""scripts/bench --list N: a list of N URLs answered at once without a network (list_bench.cpp): what the rest costs."""
import json
import os
import pathlib
import tempfile

from measuring import ROOT, measure, table

HOSTS = 50_000
PIECE = 100_000


def write_urls(path, count, hosts, grouped):
    """URLs as long as in life; shuffled: each is on some other host than the one before."""
    with open(path, 'w', encoding='ascii') as file:
        for start in range(0, count, PIECE):
            file.write(''.join('http://www.host-%d.example/catalogue/item-%d.html\n' % (i * hosts // count if grouped else i * 2654435761 % 4294967291 % hosts, i)
                               for i in range(start, min(count, start + PIECE))))


def run(given):
    count, hosts = given.list, given.hosts or HOSTS
    with tempfile.TemporaryDirectory(prefix='bench-', dir=os.environ.get('TMPDIR')) as folder:
        listing = pathlib.Path(folder) / 'urls.txt'
        write_urls(listing, count, hosts, given.grouped)
        command = [ROOT / 'build/tests/bench/list_bench', listing, pathlib.Path(folder) / 'results.db', str(given.fetches)]
        found = json.loads(measure(command, 7200).output)
    print('%d URLs on %d hosts, %s, answered at once; %d fetched:\n' % (count, hosts, 'grouped by host' if given.grouped else 'shuffled',
                                                                      found['fetched']))
    after = (found['ended_s'] - found['added_s']) * 1e6 / max(1, found['fetched'])
    table(['first fetch s', 'list added s', 'us a URL', 'us a fetch after it', 'wall s', 'peak MiB', 'database MiB'],
          [['%.2f' % found['first_fetch_s'], '%.2f' % found['added_s'], '%.2f' % (found['added_s'] * 1e6 / count), '%.2f' % after,
            '%.2f' % found['ended_s'], '%.1f' % found['peak_mib'], '%.1f' % found['database_mib']]])
