# SPDX-License-Identifier: MIT
"""What has to hold in a crawl database: at any moment, and when the crawl is complete. Statements of its own, with Python's SQLite."""
import sqlite3

# Nothing may come out of these, at whatever instant the run was killed. All of a crawl is one run on a new database.
WHOLE = {
    'a page without all of its links': 'SELECT url FROM pages p WHERE link_count <> (SELECT count(*) FROM page_links WHERE page_id = p.id)',
    'a link twice on a page': 'SELECT page_id, target_id FROM page_links GROUP BY 1, 2 HAVING count(*) > 1',
    'links of no page': 'SELECT page_id FROM page_links WHERE page_id NOT IN (SELECT id FROM pages)',
    'a URL twice': 'SELECT url FROM urls GROUP BY url HAVING count(*) > 1',
    'a URL twice in results': 'SELECT url FROM results GROUP BY url HAVING count(*) > 1',
    'an attempt twice': "SELECT url_id, number FROM attempts WHERE kind = 'page' GROUP BY url_id, run_id, number HAVING count(*) > 1",
    'attempts with a gap': "SELECT url_id FROM attempts WHERE kind = 'page' GROUP BY url_id, run_id HAVING max(number) <> count(*)",
    'a task that miscounts its attempts': """SELECT url, attempts FROM urls u WHERE state IS NOT NULL AND attempts <>
        (SELECT count(*) FROM attempts a WHERE a.url_id = u.id AND a.run_id = u.run_id AND a.kind = 'page')""",
    'an ended task without its attempt': """SELECT url FROM urls u WHERE (state IN ('done', 'failed') OR redirect_id IS NOT NULL) AND NOT EXISTS
        (SELECT 1 FROM attempts a WHERE a.id = u.attempt_id AND a.url_id = u.id AND a.run_id = u.run_id AND a.number = u.attempts)""",
    'a status that is not the attempt\'s': """SELECT u.url FROM urls u JOIN attempts a ON a.id = u.attempt_id
        WHERE u.state IN ('done', 'failed') AND u.redirect_id IS NULL AND u.status IS NOT a.status""",
    'a redirect that is not as its end is': """SELECT u.url FROM urls u JOIN urls e ON e.id = u.final_id
        WHERE u.state IS NOT e.state OR u.status IS NOT e.status OR u.skip_reason IS NOT e.skip_reason""",
    'a redirect whose target is no task as deep': """SELECT u.url FROM urls u JOIN urls t ON t.id = u.redirect_id
        WHERE t.state IS NULL OR t.depth > u.depth""",
    'a page done without its content': "SELECT url FROM urls u WHERE state = 'done' AND final_id IS NULL AND id NOT IN (SELECT id FROM pages)",
    'content of a page that is not done': "SELECT url FROM urls u WHERE id IN (SELECT id FROM pages) AND state IS NOT 'done'",
    'a body that is not there': """SELECT body_hash FROM (SELECT body_hash FROM pages UNION SELECT body_hash FROM attempts)
        WHERE body_hash IS NOT NULL AND body_hash NOT IN (SELECT hash FROM bodies)""",
    'a link to follow that is no task as near': """SELECT p.url, t.url FROM page_links l JOIN urls p ON p.id = l.page_id JOIN urls t ON t.id = l.target_id
        WHERE l.follow = 1 AND p.depth < (SELECT depth_max FROM runs WHERE id = p.run_id) AND (t.state IS NULL OR t.depth > p.depth + 1)""",
    'a run that miscounts': """SELECT id, todo, done, failed, skipped FROM runs r WHERE id = (SELECT max(id) FROM runs) AND
        (todo <> (SELECT count(*) FROM urls WHERE run_id = r.id AND state = 'todo') OR done <> (SELECT count(*) FROM urls WHERE run_id = r.id AND state = 'done')
        OR failed <> (SELECT count(*) FROM urls WHERE run_id = r.id AND state = 'failed') OR skipped <> (SELECT count(*) FROM urls WHERE run_id = r.id AND state = 'skipped'))""",
    'a second run': 'SELECT id FROM runs WHERE id > 1',
}

# Likewise, of columns that a schema has or has not: {(table, column): (what, statement)}.
COUNTED = {
    ('hosts', 'counted_run'): ('a host that miscounts', "SELECT origin, todo, done, failed, skipped FROM hosts h WHERE counted_run = (SELECT max(id) FROM runs) AND (%s)" %
                               ' OR '.join("%s <> (SELECT count(*) FROM urls u WHERE u.host_id = h.id AND u.run_id = h.counted_run AND u.state = '%s')" % (state, state)
                                           for state in ('todo', 'done', 'failed', 'skipped'))),
    ('run_errors', 'urls'): ('errors miscounted', """SELECT error_kind, urls FROM run_errors e WHERE run_id = (SELECT max(id) FROM runs) AND urls <>
        (SELECT count(*) FROM urls u WHERE u.run_id = e.run_id AND u.state = 'failed' AND u.error_kind = e.error_kind)"""),
    ('runs', 'list_complete'): ('a run that miscounts its list', """SELECT list_lines FROM runs r WHERE id = 1 AND
        (list_lines <> (SELECT count(*) FROM inputs WHERE run_id = r.id) OR outcome = 'complete' AND NOT list_complete)"""),
}


def open_rows(path):
    """For reading; where a run was cut off while it switched the journal, only a connection that may write can tidy up."""
    for mode in ('ro', 'rw'):
        rows = sqlite3.connect('file:%s?mode=%s' % (path, mode), uri=True, timeout=30, check_same_thread=False, isolation_level=None)
        try:
            rows.execute('SELECT count(*) FROM sqlite_schema').fetchone()
            return rows
        except sqlite3.OperationalError as error:
            rows.close()
            failure = error
    raise failure


def broken(rows, check):
    """What is violated: `check` is quick_check or integrity_check."""
    out = []
    counted = [check for (table, column), check in COUNTED.items()
               if rows.execute('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', (table, column)).fetchone()]
    for name, sql in [*WHOLE.items(), *counted]:
        found = rows.execute(sql + ' LIMIT 3').fetchall()
        if found:
            out.append('%s: %s' % (name, found))
    found = rows.execute('PRAGMA ' + check).fetchall()
    if found != [('ok',)]:
        out.append('%s: %s' % (check, found[:3]))
    found = rows.execute('PRAGMA foreign_key_check').fetchmany(3)
    if found:
        out.append('foreign_key_check: %s' % found)
    return out


def expected_rows(site, depth_zero, lines, robots):
    """`results` as it has to be: {url: (state, status, title, depth, final_url, link_count, skip_reason)}."""
    gold = {url['path']: url for url in site.gold}
    if depth_zero:
        wanted = set('/tree/%d' % i for i in range(lines))
        for path in list(wanted):
            wanted.add(gold[path]['end'])
        gold = {path: url for path, url in gold.items() if path in wanted}
    out = {}
    for path, url in gold.items():
        if url['kind'] == 'private' and robots:
            row = ('skipped', None, None, url['depth'], site.url + path, None, 'robots')
        elif url['kind'] == 'missing':
            row = ('failed', 404, None, url['depth'], site.url + path, None, None)
        else:
            row = ('done', 200, url['title'], url['depth'], site.url + url['end'], url['links'], None)
        out[site.url + path] = row if not depth_zero else row[:3] + (0,) + row[4:]
    return out


def differences(rows, expected):
    found = {row[0]: tuple(row[1:]) for row in
             rows.execute('SELECT url, state, status, title, depth, final_url, link_count, skip_reason FROM results')}
    out = ['%s is missing' % url for url in expected.keys() - found.keys()]
    out += ['%s should not be there: %s' % (url, found[url]) for url in found.keys() - expected.keys()]
    out += ['%s is %s instead of %s' % (url, found[url], row) for url, row in expected.items() if url in found and found[url] != row]
    return out[:5] + (['... and %d more rows' % (len(out) - 5)] if len(out) > 5 else [])
