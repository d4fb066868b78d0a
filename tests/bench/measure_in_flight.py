# SPDX-License-Identifier: MIT
"""scripts/bench --in-flight N: N transfers at once against a server that answers each after a second, in waves, beside 64 at once
and beside a thousand worker threads. Client and server share the machine."""
import dataclasses
import pathlib
import tempfile

from measuring import allow_files, fail, median, must_show, progress, table
from own_server import OwnServer
from scraping import ask, moment, scrape, states, write_list

WAVES = 10      # requests = waves x transfers in flight; ideally each wave takes a second
FEW = 64
WORKERS = 1000


@dataclasses.dataclass
class Flight:
    answers: int
    failed: int
    wall_s: float
    fetching_s: float   # from the first request to the last answer, by the database
    cpu_us: float       # a request, without what the program costs with one
    peak_mib: float
    at_once: int

    @property
    def of_ideal(self):
        return 100 * self.answers / self.fetching_s / self.at_once

    @property
    def kib_a_transfer(self):
        return self.peak_mib * 1024 / self.at_once


def fetching_seconds(database):
    first, last_at, last_ms = ask(database, '''SELECT min(started_at), (SELECT started_at FROM attempts ORDER BY id DESC LIMIT 1),
        (SELECT max(total_ms) FROM (SELECT total_ms FROM attempts ORDER BY id DESC LIMIT 1000)) FROM attempts''')[0]
    return moment(last_at) + last_ms / 1000 - moment(first)


def fly(url, folder, at_once, fetcher, startup_cpu_s):
    urls = ['%spage?delay=1s&title=Page&n=%d' % (url, i) for i in range(WAVES * at_once)]
    database = pathlib.Path(folder) / 'results.db'
    options = ['--fetcher', fetcher, '--concurrency', str(at_once), '--per-host', str(at_once), '--retry', '0', '--no-robots',
               '--delay', '0']
    measured = scrape(write_list(folder, urls), database, [*options, '--fail-above', '100'], limit_s=300)
    found = states(database)
    answers = found.get('done', 0)
    if found != {'done': len(urls)}:
        kinds = dict(ask(database, "SELECT coalesce(error_kind, skip_reason), count(*) FROM results WHERE state != 'done' GROUP BY 1"))
        progress(f'{fetcher}, {at_once} in flight: not answered: {kinds}')
    if answers == 0:
        fail(f'nothing was answered: {found}')
    return Flight(answers, len(urls) - answers, measured.wall_s, fetching_seconds(database),
                  (measured.cpu_s - startup_cpu_s) * 1e6 / len(urls), measured.peak_mib, at_once)


def startup_cpu(url, folder):
    database = pathlib.Path(folder) / 'one.db'
    listing = write_list(folder, [url + 'page?title=Page'], 'one.txt')
    return median(scrape(listing, database, ['--no-robots']).cpu_s for _ in range(5))


def middle(flights):
    """Field by field the median."""
    return Flight(**{field.name: median(getattr(flight, field.name) for flight in flights) for field in dataclasses.fields(Flight)})


def run(given):
    count = given.in_flight
    allow_files(count + 1024)
    kinds = (('multi', FEW), ('multi', count), ('threads', min(WORKERS, count)))
    flights = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory(prefix='bench-') as folder:
        for number in range(1, given.rounds + 1):
            for fetcher, at_once in kinds:
                with OwnServer() as url:  # a fresh one: it remembers what it was asked
                    startup = startup_cpu(url, folder)
                    flight = fly(url, folder, at_once, fetcher, startup)
                flights[fetcher, at_once].append(flight)
                progress(f'round {number}: {fetcher}, {at_once} in flight: {flight.of_ideal:.1f} % of the ideal, {flight.cpu_us:.0f} us')
    middles = {kind: middle(several) for kind, several in flights.items()}
    few, many = middles['multi', FEW], middles['multi', count]
    print(f'each answered after 1 s; {WAVES} requests a transfer in flight; medians of {given.rounds} rounds\n')
    table(['fetcher', 'in flight', 'answered', 'failed', 'wall s', 'answers/s', '% of ideal', 'CPU us a request', 'to 64', 'peak MiB',
           'KiB a transfer'],
          [[fetcher, at_once, f'{one.answers:.0f}', f'{one.failed:.0f}', f'{one.wall_s:.2f}', f'{one.answers / one.fetching_s:,.0f}',
            f'{one.of_ideal:.1f}', f'{one.cpu_us:.0f}', f'{one.cpu_us / few.cpu_us:.2f}', f'{one.peak_mib:.1f}',
            f'{one.kib_a_transfer:.1f}'] for (fetcher, at_once), one in middles.items()])
    must_show(f'answers/s with {count} in flight', many.of_ideal, least=90, unit='% of the ideal')
    must_show('memory for a transfer in flight', many.kib_a_transfer, most=28, unit='KiB')
    must_show(f'CPU a request with {count} in flight / with {FEW}',
              median(one.cpu_us / two.cpu_us for one, two in zip(flights['multi', count], flights['multi', FEW])), most=1.5)
