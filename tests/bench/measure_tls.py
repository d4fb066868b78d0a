# SPDX-License-Identifier: MIT
"""scripts/bench --tls: the list over HTTPS with kept connections (HTTP/1.1) and over HTTP/2, beside curl on the same."""
import tempfile

import peers
from corpus import SITE, Corpus
from measure_peers import Contender, download_path, ratio, show, take_turns, whole_job
from measuring import fail, must_show
from scraping import FAST, ask
from web_server import WebServer

PORTS = {'tls': ('HTTPS, HTTP/1.1', '1.1'), 'http2': ('HTTPS, HTTP/2', '2')}


def over(port, name):
    return f'{PORTS[port][0]}: {name}'


def field_of(server, corpus, folder):
    field = []
    trusting = (*FAST, '--cacert', server.certificate)
    for port, (_, version) in PORTS.items():
        urls, raw = server.urls(corpus.paths, port), server.urls(corpus.paths, port, '/raw')
        http = '--http2' if version == '2' else '--http1.1'

        def checked(job, files, version=version):
            turn = job(files, folder, trusting)
            spoken = ask(f'{folder}/{"whole" if job is whole_job else "download"}.db', 'SELECT DISTINCT http_version FROM attempts')
            if [str(row[0]).removeprefix('HTTP/') for row in spoken] != [version]:
                fail(f'HTTP {version} was to be spoken, not {spoken}')
            return turn

        field += [
            Contender(over(port, 'curl --parallel'), 'download',
                      lambda urls=urls, http=http: peers.curl(urls, folder, (http, '--cacert', str(server.certificate)))),
            Contender(over(port, 'scraper, download path'), 'bodies counted', lambda raw=raw, checked=checked: checked(download_path, raw),
                      ours=True),
            Contender(over(port, 'scraper, whole job'), 'pages, text, links, bodies',
                      lambda urls=urls, checked=checked: checked(whole_job, urls), ours=True),
        ]
    return field


def run(given):
    peers.install()
    corpus = Corpus(given.pages)
    print(f'{corpus.describe()}, from nginx on loopback, 64 at once; medians of {given.rounds} rounds\n', flush=True)
    with WebServer(SITE) as server, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        server.check_protocol()
        field = field_of(server, corpus, folder)
        turns = take_turns(field, given.rounds, server)
    show(field, turns, reference=lambda name: name.split(': ')[0] + ': curl --parallel')
    for port in PORTS:
        must_show(over(port, 'download / curl, pages/s'),
                  ratio(turns, over(port, 'scraper, download path'), over(port, 'curl --parallel')), least=1.0)
