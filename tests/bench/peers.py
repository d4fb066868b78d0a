# SPDX-License-Identifier: MIT
"""The programs that the scraper is measured against, each as a function that fetches a list once."""
import dataclasses
import pathlib
import re
import shutil
import subprocess
import tempfile

from measuring import ROOT, fail, measure

PYTHON = '/usr/bin/python3'  # Debian's, which has Debian's Scrapy
PROGRAMS = ('curl', 'wget2', 'aria2c', 'wrk')
WRK_S = 5
HERE = ROOT / 'tests/bench'


@dataclasses.dataclass
class Turn:
    """One contender's share of one round."""
    pages: int
    wall_s: float
    cpu_s: float
    peak_mib: float

    @property
    def rate(self):
        return self.pages / self.wall_s

    @property
    def cpu_us(self):
        return self.cpu_s * 1e6 / self.pages


def turn(measured, pages):
    return Turn(pages, measured.wall_s, measured.cpu_s, measured.peak_mib)


def install():
    subprocess.run([ROOT / 'scripts/dependencies', 'peers'], check=True)
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        fail('not there: ' + ', '.join(missing))
    found = subprocess.run([PYTHON, '-c', 'import aiohttp, lxml.html, scrapy'], capture_output=True, text=True, timeout=60)
    if found.returncode != 0:
        fail(f'{PYTHON} lacks a module:\n{found.stderr[-500:]}')


def curl(urls, folder, options=()):
    config = pathlib.Path(folder) / 'curl.txt'
    config.write_text(''.join(f'url = "{url}"\noutput = /dev/null\n' for url in urls), encoding='ascii')
    return turn(measure(['curl', '-sS', '--fail', '--parallel', '--parallel-max', '64', *options, '-K', config], 120), len(urls))


def wget2(urls, folder):
    listing = pathlib.Path(folder) / 'wget2.txt'
    listing.write_text('\n'.join(urls) + '\n', encoding='ascii')
    return turn(measure(['wget2', '-q', '--no-robots', '--max-threads=64', '-i', listing, '-O', '/dev/null'], 120), len(urls))


def aria2(urls, folder):
    listing = pathlib.Path(folder) / 'aria2.txt'
    listing.write_text(''.join(f'{url}\n  out={i}.html\n' for i, url in enumerate(urls)), encoding='ascii')
    with tempfile.TemporaryDirectory(prefix='bench-', dir='/dev/shm') as files:
        return turn(measure(['aria2c', '-q', '-j64', '-x1', '-s1', '-i', listing, '-d', files, '--file-allocation=none', '--no-conf',
                             '--summary-interval=0', '--download-result=hide'], 300), len(urls))


def wrk(urls, folder):
    """No pages but bytes: the most that HTTP gives here. Its script asks for the list's paths in turn."""
    script = pathlib.Path(folder) / 'cycle.lua'
    paths = ','.join('"' + url.split('/', 3)[3] + '"' for url in urls)
    script.write_text('local paths = {' + paths + '}\nlocal at = 0\n'
                      'request = function()\n  at = at % #paths + 1\n  return wrk.format("GET", "/" .. paths[at])\nend\n', encoding='ascii')
    measured = measure(['wrk', '-t1', '-c64', f'-d{WRK_S}s', '-s', script, urls[0]], 60)
    asked = re.search(r'(\d+) requests in ([\d.]+)(m?s)', measured.output)
    if asked is None or 'Non-2xx' in measured.output:
        fail('wrk: ' + measured.output)
    return Turn(int(asked[1]), float(asked[2]) / (1000 if asked[3] == 'ms' else 1), measured.cpu_s, measured.peak_mib)


def scripted(name, urls, folder, *more):
    """One of the Python peers, which write a database."""
    listing = pathlib.Path(folder) / f'{name}.txt'
    listing.write_text('\n'.join(urls) + '\n', encoding='ascii')
    database = pathlib.Path(folder) / f'{name}.db'
    database.unlink(missing_ok=True)
    return turn(measure([PYTHON, HERE / f'peer_{name}.py', listing, database, *more], 300), len(urls)), database


def scrapy(urls, folder, *more):
    return scripted('scrapy', urls, folder, *more)


def aiohttp(urls, folder):
    return scripted('aiohttp', urls, folder)
