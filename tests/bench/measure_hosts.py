# SPDX-License-Identifier: MIT
"""scripts/bench --hosts M: a page of each of M hosts, beside M pages of one host; each connection is closed after its page."""
import contextlib
import pathlib
import tempfile

from corpus import SITE
from measuring import allow_files, median, must_show, progress, table
from name_server import NameServer
from scraping import FAST, check_done, knows_key, scrape, write_list
from web_server import WebServer

CONCURRENCY = 64


def once(urls, folder, config):
    database = pathlib.Path(folder) / 'results.db'
    measured = scrape(write_list(folder, urls), database, FAST, config)
    check_done(database, len(urls))
    return measured


def run(given):
    count, rows = given.hosts, []
    allow_files(4096)
    SITE.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(WebServer(SITE))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='bench-'))
        domain, config, how = 'localhost', '', 'named *.localhost, which libcurl itself knows'
        if knows_key('dns_servers'):
            domain, how = 'bench.test', 'looked up at a name server on loopback'
            config = f'[fetch]\ndns_servers = ["{stack.enter_context(NameServer())}"]\n'
        port = server.ports['closing']
        kinds = {
            'one host': [f'http://h0.{domain}:{port}/{i}' for i in range(count)],
            f'{count} hosts': [f'http://h{i}.{domain}:{port}/{i}' for i in range(count)],
        }
        found = {name: [] for name in kinds}
        for number in range(1, given.rounds + 1):
            for name, urls in kinds.items():
                measured = once(urls, folder, config)
                found[name].append(measured)
                progress(f'round {number}: {name}: {measured.cpu_s * 1e6 / count:.0f} us a page')
    print(f'{count} pages, {how}, each connection closed after its page, {CONCURRENCY} at once; medians of {given.rounds} rounds\n')
    for name, several in found.items():
        rows.append([name, f'{count / median(one.wall_s for one in several):,.0f}',
                     f'{median(one.cpu_s for one in several) * 1e6 / count:.0f}', f'{median(one.peak_mib for one in several):.1f}',
                     max(one.threads for one in several)])
    table(['hosts', 'pages/s', 'CPU us a page', 'peak MiB', 'most threads'], rows)
    one_host, many_hosts = found.values()
    must_show(f'CPU a request, {count} hosts / one host', median(many.cpu_s / one.cpu_s for one, many in zip(one_host, many_hosts)),
              most=1.5)
    must_show('threads beyond those with one host',
              max(one.threads for one in many_hosts) - max(one.threads for one in one_host), most=0, unit='threads')
