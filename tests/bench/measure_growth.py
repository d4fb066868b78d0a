# SPDX-License-Identifier: MIT
"""scripts/bench --growth N: whether the rate and the memory stay as the database grows to N pages, real ones or, with --small, such
as leave the program little to do but to keep them."""
import itertools
import pathlib
import tempfile

from corpus import SITE, Corpus
from measuring import fail, median, must_show, progress, table
from scraping import FAST, ask, check_done, moment, scrape, write_list
from web_server import WebServer

WINDOW = 10_000   # pages over which a rate is taken
LIMIT_S = 3600
STEPS = (0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 1)


def committed_at(database, ids):
    """When the n-th exchange had begun, for each n."""
    wanted = ','.join(str(one) for one in ids)
    rows = dict(ask(database, f'SELECT id, started_at FROM attempts WHERE id IN ({wanted})'))
    return {one: moment(rows[one]) for one in ids}


def memory_at(samples, when):
    """Resident MiB at that time: the sample next to it."""
    return min(samples, key=lambda sample: abs(sample[0] - when))[1]


def use_all_memory(folder):
    """Leaves the memory full of a file that need not stay there. A virtual machine's memory is slow the first time it is used, and
    a file of many gigabytes would meet that while a small one does not."""
    with open('/proc/meminfo', encoding='ascii') as info:
        free = next(int(line.split()[1]) * 1024 for line in info if line.startswith('MemFree:'))
    hollow = pathlib.Path(folder) / 'hollow'
    with open(hollow, 'wb') as file:
        file.truncate(free)
    with open(hollow, 'rb', buffering=0) as file:
        room = bytearray(1 << 20)
        while file.readinto(room):
            pass


def rate_alone(listing, database):
    """Pages/s of a run over as many pages as a window has, in a database of their own."""
    scrape(listing, database)
    check_done(database, WINDOW)
    times = committed_at(database, (1, WINDOW))
    return (WINDOW - 1) / (times[WINDOW] - times[1])


def real_pages(server):
    """URLs without end, and what is behind them: copies of the site, no page of which is like another."""
    corpus = Corpus()
    urls = (server.url() + f'/copy/{number}' + path for number in itertools.count() for path in corpus.paths)
    return urls, f'copies of {corpus.describe()}'


def small_pages(server):
    return (f'{server.url()}/synthetic/{i}' for i in itertools.count()), 'pages of 2 KB with 10 links'


def run(given):
    count = given.growth
    if count < 10 * WINDOW:
        fail(f'--growth wants at least {10 * WINDOW} pages')
    SITE.mkdir(parents=True, exist_ok=True)
    with WebServer(SITE) as server, tempfile.TemporaryDirectory(prefix='bench-') as folder:
        urls, kind = (small_pages if given.small else real_pages)(server)
        urls = list(itertools.islice(urls, count))
        use_all_memory(folder)
        few = write_list(folder, urls[:WINDOW], 'few.txt')
        alone = median(rate_alone(few, pathlib.Path(folder) / 'few.db') for _ in range(given.rounds))
        progress(f'{WINDOW} pages alone: {alone:,.0f} pages/s')
        listing = write_list(folder, urls)
        database = pathlib.Path(folder) / 'results.db'
        measured = scrape(listing, database, FAST, limit_s=LIMIT_S)
        check_done(database, count)
        size_mib = database.stat().st_size / 1048576
        sizes = sorted({max(WINDOW, round(count * step)) for step in STEPS})
        times = committed_at(database, [n for size in sizes for n in (max(1, size - WINDOW), size)])
    rates = {size: WINDOW / (times[size] - times[max(1, size - WINDOW)]) for size in sizes}
    memory = {size: memory_at(measured.samples, times[size]) for size in sizes}
    print(f'{count:,} {kind}, stored by default: {measured.wall_s:.0f} s, {count / measured.wall_s:,.0f} pages/s, '
          f'{measured.cpu_s * 1e6 / count:.0f} us of CPU a page, peak {measured.peak_mib:.0f} MiB, database {size_mib:,.0f} MiB\n')
    table(['pages', f'pages/s over {WINDOW}', 'resident MiB'], [[size, f'{rates[size]:,.0f}', f'{memory[size]:.0f}'] for size in sizes])
    first, last = sizes[0], sizes[-1]
    print(f'{WINDOW} pages alone, median of {given.rounds} rounds: {alone:,.0f} pages/s\n')  # without the rest of the list coming in
    must_show(f'pages/s at {last} / with {WINDOW} pages alone', rates[last] / alone, least=0.8)
    must_show(f'pages/s at {last} / at {first} of the same run', rates[last] / rates[first], least=0.8)
    must_show(f'memory at {last} / at {first}', memory[last] / memory[first], most=1.25)
