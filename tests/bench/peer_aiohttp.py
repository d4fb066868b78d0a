# SPDX-License-Identifier: MIT
"""peer_aiohttp.py LIST DATABASE: what one writes by hand with aiohttp and lxml: title and links of each page into SQLite, 64
requests at once. Run by the peers' benches with Debian's Python."""
import asyncio
import pathlib
import sqlite3
import sys
import urllib.parse

import aiohttp
import lxml.html

CONCURRENCY = 64
COMMIT_PAGES = 256


async def work(session, urls, connection):
    for url in urls:  # an iterator that all workers share
        async with session.get(url) as answer:
            answer.raise_for_status()
            body = await answer.read()
        tree = lxml.html.fromstring(body)
        page = connection.execute('INSERT INTO pages (url, title) VALUES (?, ?)', (url, tree.findtext('.//title'))).lastrowid
        connection.executemany('INSERT INTO links VALUES (?, ?)',
                               [(page, urllib.parse.urljoin(url, link)) for link in tree.xpath('//a/@href')])
        if page % COMMIT_PAGES == 0:
            connection.commit()


async def main(listing, database):
    connection = sqlite3.connect(database)
    connection.execute('PRAGMA journal_mode = WAL')
    connection.execute('PRAGMA synchronous = NORMAL')
    connection.execute('CREATE TABLE pages (id INTEGER PRIMARY KEY, url TEXT, title TEXT)')
    connection.execute('CREATE TABLE links (page_id INTEGER, url TEXT)')
    urls = iter(pathlib.Path(listing).read_text(encoding='ascii').split())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENCY)) as session:
        await asyncio.gather(*(work(session, urls, connection) for _ in range(CONCURRENCY)))
    connection.commit()
    connection.close()


asyncio.run(main(*sys.argv[1:3]))
