# SPDX-License-Identifier: MIT
"""Runs of the scraper under measurement."""
import dataclasses
import datetime
import pathlib
import sqlite3
import subprocess

from measuring import SCRAPER, fail, measure

FAST = ('--no-robots', '--delay', '0', '--concurrency', '64', '--per-host', '64')
KEEP_NOTHING = '[store]\npages = false\ntext = false\nlinks = false\nbodies = false\n'


def write_list(folder, urls, name='urls.txt'):
    listing = pathlib.Path(folder) / name
    with open(listing, 'w', encoding='ascii') as file:
        file.writelines(url + '\n' for url in urls)
    return listing


def remove_database(database):
    for name in (database, f'{database}-wal', f'{database}-shm', f'{database}.lock'):
        pathlib.Path(name).unlink(missing_ok=True)


def scrape(listing, database, options=FAST, config='', fresh=True, limit_s=600):
    """One `scraper run` over the list, until the process has ended: everything is committed then."""
    if fresh:
        remove_database(database)
    command = [SCRAPER, 'run', listing, '-d', database, '-q', *options]
    if config:
        file = pathlib.Path(database).with_suffix('.toml')
        file.write_text(config, encoding='utf-8')
        command += ['-c', file]
    return measure(command, limit_s)


def moment(text):
    """A time of the database as time.time() has it."""
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def until_committed(measured, database):
    """The same, its clock stopped when the last row was committed. What comes after that is that the log is copied into the
    file, so that it stands alone; CPU time and memory have it too."""
    ended = moment(ask(database, 'SELECT finished_at FROM runs ORDER BY id DESC LIMIT 1')[0][0])
    return dataclasses.replace(measured, wall_s=ended - measured.began)


def ask(database, sql):
    connection = sqlite3.connect(f'file:{database}?mode=ro', uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def states(database):
    return dict(ask(database, 'SELECT state, count(*) FROM results GROUP BY state'))


def check_done(database, count):
    found = states(database)
    if found != {'done': count}:
        fail(f'{count} pages were to be done, but: {found}')


def knows_key(key):
    """Whether this build has a configuration key, by the last part of its name."""
    shown = subprocess.run([SCRAPER, 'run', 'http://127.0.0.1/', '--dry-run'], capture_output=True, text=True, timeout=30)
    return any(line.lstrip('# ').startswith(key + ' ') for line in shown.stdout.splitlines())
