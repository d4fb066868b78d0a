# SPDX-License-Identifier: MIT
"""peer_scrapy.py LIST DATABASE [SELECTORS.json]: a Scrapy spider as its documentation writes them. Title and links of each page,
or the first match of each selector, into SQLite. Run by the peers' benches with Debian's Python."""
import json
import pathlib
import sqlite3
import sys

import scrapy
from scrapy.crawler import CrawlerProcess

LIST, DATABASE = sys.argv[1:3]
SELECTORS = json.loads(pathlib.Path(sys.argv[3]).read_text(encoding='utf-8')) if len(sys.argv) > 3 else None
COMMIT_ITEMS = 256


class SqlitePipeline:
    def open_spider(self, spider):
        self.connection = sqlite3.connect(DATABASE)
        self.connection.execute('PRAGMA journal_mode = WAL')
        self.connection.execute('PRAGMA synchronous = NORMAL')
        self.connection.execute('CREATE TABLE pages (id INTEGER PRIMARY KEY, url TEXT, title TEXT)')
        self.connection.execute('CREATE TABLE links (page_id INTEGER, url TEXT)')
        self.items = 0
        if SELECTORS:
            self.connection.execute('CREATE TABLE fields (page_id INTEGER, ' + ', '.join(f'"{name}" TEXT' for name in SELECTORS) + ')')

    def process_item(self, item, spider):
        page = self.connection.execute('INSERT INTO pages (url, title) VALUES (?, ?)', (item['url'], item.get('title'))).lastrowid
        self.connection.executemany('INSERT INTO links VALUES (?, ?)', [(page, link) for link in item.get('links', ())])
        if SELECTORS:
            marks = ', '.join('?' * (len(SELECTORS) + 1))
            self.connection.execute(f'INSERT INTO fields VALUES ({marks})', (page, *(item[name] for name in SELECTORS)))
        self.items += 1
        if self.items % COMMIT_ITEMS == 0:
            self.connection.commit()
        return item

    def close_spider(self, spider):
        self.connection.commit()
        self.connection.close()


class PageSpider(scrapy.Spider):
    name = 'pages'

    def start_requests(self):
        with open(LIST, encoding='ascii') as file:
            for line in file:
                yield scrapy.Request(line.strip(), dont_filter=True)

    def parse(self, response):
        if SELECTORS:
            yield {'url': response.url, **{name: self.field(response, css) for name, css in SELECTORS.items()}}
            return
        yield {
            'url': response.url,
            'title': response.css('title::text').get(),
            'links': [response.urljoin(link) for link in response.css('a::attr(href)').getall()],
        }

    @staticmethod
    def field(response, selector):
        """`selector` is {css, all}, as in the scraper's own rule."""
        found = response.css(selector['css'])
        return json.dumps(found.getall()) if selector['all'] else found.get()


process = CrawlerProcess(settings={
    'CONCURRENT_REQUESTS': 64,
    'CONCURRENT_REQUESTS_PER_DOMAIN': 64,
    'DOWNLOAD_DELAY': 0,
    'ROBOTSTXT_OBEY': False,
    'COOKIES_ENABLED': False,
    'RETRY_ENABLED': False,
    'TELNETCONSOLE_ENABLED': False,
    'LOG_LEVEL': 'ERROR',
    'ITEM_PIPELINES': {SqlitePipeline: 300},
})
process.crawl(PageSpider)
process.start()
