-- The crawl database. Times are ISO-8601 UTC text, keys integers, JSON is text. Views need no function of ours: plain
-- sqlite3 and Datasette read everything but compressed bodies.

CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE runs (
  id          INTEGER PRIMARY KEY,
  started_at  TEXT NOT NULL,
  finished_at TEXT,
  outcome     TEXT NOT NULL,             -- running complete deadline interrupted failed
  fetcher     TEXT NOT NULL,
  config      TEXT,
  version     TEXT,
  scope         TEXT,                    -- what belongs to it; with the list: the same run can be taken up again
  list_lines    INTEGER NOT NULL DEFAULT 0, -- lines of the list taken in so far, those that list nothing aside
  list_hash     TEXT,
  list_complete INTEGER NOT NULL DEFAULT 0,
  depth_max   INTEGER NOT NULL,
  queued      INTEGER NOT NULL DEFAULT 0, -- to be fetched yet, sitemaps among them
  todo        INTEGER NOT NULL DEFAULT 0,
  done        INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0,
  skipped     INTEGER NOT NULL DEFAULT 0,
  pages       INTEGER NOT NULL DEFAULT 0, -- responses stored
  bytes       INTEGER NOT NULL DEFAULT 0  -- received on the wire
);

CREATE TABLE hosts (
  id                INTEGER PRIMARY KEY,
  origin            TEXT NOT NULL UNIQUE, -- 'invalid:' holds the listed lines that are no URL
  listed_run        INTEGER,              -- the last run whose list named this origin
  next_fetch_at     TEXT,                 -- nothing is asked of it before: delay, Retry-After
  delay_ms          INTEGER,              -- in force between two requests
  slowdown_ms       INTEGER NOT NULL DEFAULT 0, -- of it, what 429 and 503 answers brought
  failures          INTEGER NOT NULL DEFAULT 0, -- to be reached, in a row
  parked_until      TEXT,
  robots_status     INTEGER,
  robots_fetched_at TEXT,
  robots_expires_at TEXT,
  robots_hash       TEXT,                 -- its text is in bodies; NULL: there is none, everything is allowed
  counted_run       INTEGER,              -- the run that these four count the tasks of
  todo              INTEGER NOT NULL DEFAULT 0,
  done              INTEGER NOT NULL DEFAULT 0,
  failed            INTEGER NOT NULL DEFAULT 0,
  skipped           INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX hosts_large ON hosts (counted_run, todo + done + failed + skipped) WHERE todo + done + failed + skipped >= 100;

-- One row for every URL known. What changes with every fetch is here and narrow; what is wide is in pages.
CREATE TABLE urls (
  id          INTEGER PRIMARY KEY,
  host_id     INTEGER NOT NULL REFERENCES hosts(id),
  url_hash    INTEGER NOT NULL,          -- seeded; of two URLs with one hash the second takes the next free value
  url         TEXT NOT NULL,
  state       TEXT,                      -- todo done failed skipped; NULL: known as a link target alone
  status      INTEGER,                   -- these three are those of the end of a redirect chain
  error_kind  TEXT,
  error       TEXT,                      -- where no attempt tells it
  skip_reason TEXT,
  depth       INTEGER,
  redirects   INTEGER NOT NULL DEFAULT 0,
  attempts    INTEGER NOT NULL DEFAULT 0,
  spared      INTEGER NOT NULL DEFAULT 0, -- of them, those made before a retry
  role        INTEGER NOT NULL DEFAULT 0, -- 0 a page, 1 a sitemap, 2 both
  run_id      INTEGER REFERENCES runs(id),
  attempt_id  INTEGER REFERENCES attempts(id),
  redirect_id INTEGER REFERENCES urls(id), -- where it redirects to
  final_id    INTEGER REFERENCES urls(id), -- the end of the redirect chain that starts here
  found_on    INTEGER REFERENCES urls(id),
  listed_as   INTEGER REFERENCES list_lines(id), -- the first of its lines in the last run that listed it
  fetched_at  TEXT,
  UNIQUE (host_id, url_hash)
);
-- Of one depth in the order of the ids, which every index ends with.
CREATE INDEX urls_todo ON urls (run_id, host_id, depth) WHERE state = 'todo' AND final_id IS NULL;
CREATE INDEX urls_failed ON urls (run_id, error_kind) WHERE state = 'failed';
CREATE INDEX urls_final ON urls (final_id) WHERE final_id IS NOT NULL;

-- Lines of the lists. The id is made of run and line: rows are appended in its order, which costs least.
CREATE TABLE list_lines (
  id     INTEGER PRIMARY KEY,            -- run_id << 40 | line
  run_id INTEGER NOT NULL REFERENCES runs(id),
  line   INTEGER NOT NULL,
  url_id INTEGER NOT NULL REFERENCES urls(id),
  input  TEXT,                           -- as typed; NULL: just as the URL is written
  meta   TEXT
);

CREATE VIEW inputs AS
SELECT l.run_id, l.line, coalesce(l.input, u.url) AS input, l.url_id, l.meta FROM list_lines l JOIN urls u ON u.id = l.url_id;

-- How many tasks a run has of each family of URLs that are the same but for a query or a date: crawler traps.
CREATE TABLE families (
  run_id INTEGER NOT NULL REFERENCES runs(id),
  family INTEGER NOT NULL,
  tasks  INTEGER NOT NULL,
  PRIMARY KEY (run_id, family)
) WITHOUT ROWID;

-- How many tasks of a run failed in which way, so that nobody needs to count them.
CREATE TABLE run_errors (
  run_id     INTEGER NOT NULL REFERENCES runs(id),
  error_kind TEXT NOT NULL,
  urls       INTEGER NOT NULL,
  PRIMARY KEY (run_id, error_kind)
) WITHOUT ROWID;

CREATE TABLE bodies (
  hash  TEXT NOT NULL UNIQUE,            -- SHA-256 of the decoded body
  codec TEXT NOT NULL,                   -- zstd, identity
  size  INTEGER NOT NULL,                -- decoded
  data  BLOB NOT NULL
);

-- Of one text that comes time and again there is one row, or few.
CREATE TABLE headers (
  id    INTEGER PRIMARY KEY,
  hash  INTEGER NOT NULL,                -- seeded
  codec TEXT NOT NULL,
  size  INTEGER NOT NULL,
  data  TEXT NOT NULL
);

-- One row for every HTTP exchange tried.
CREATE TABLE attempts (
  id            INTEGER PRIMARY KEY,
  url_id        INTEGER NOT NULL REFERENCES urls(id),
  run_id        INTEGER NOT NULL REFERENCES runs(id),
  url           TEXT NOT NULL,
  kind          TEXT NOT NULL,           -- page robots sitemap login
  number        INTEGER NOT NULL,        -- within the run
  started_at    TEXT NOT NULL,
  status        INTEGER,
  error_kind    TEXT,
  error_stage   TEXT,
  error_code    INTEGER,                 -- libcurl's (CURLcode), where it came from there
  error         TEXT,
  dns_ms        INTEGER,                 -- phases, each from the start of the attempt
  connect_ms    INTEGER,
  tls_ms        INTEGER,
  first_byte_ms INTEGER,
  total_ms      INTEGER NOT NULL,
  wire_bytes    INTEGER NOT NULL,
  body_bytes    INTEGER NOT NULL,
  body_hash     TEXT,
  ip            TEXT,
  http_version  TEXT,
  proxy         TEXT,
  redirect_to   TEXT,
  retry_after_s INTEGER,
  headers_id    INTEGER REFERENCES headers(id)
);
CREATE INDEX attempts_url ON attempts (url_id);

-- The last good content of a page; pages.id = urls.id.
CREATE TABLE pages (
  id            INTEGER PRIMARY KEY REFERENCES urls(id),
  url           TEXT NOT NULL,
  title         TEXT,
  description   TEXT,
  canonical_url TEXT,
  lang          TEXT,
  charset       TEXT,
  content_type  TEXT,
  base_url      TEXT,
  body_hash     TEXT,
  body_bytes    INTEGER NOT NULL,
  headers_id    INTEGER REFERENCES headers(id),
  etag          TEXT,
  last_modified TEXT,
  link_count    INTEGER NOT NULL,
  changed_at    TEXT,
  gone_at       TEXT,
  metadata      TEXT,
  author        TEXT,                    -- these four with [parse] content
  published_at  TEXT,
  content       TEXT,
  markdown      TEXT,
  text          TEXT
);

-- What the next run can ask by whether a page has changed: of those alone that were stored whole. Narrow, because each
-- task that is handed out looks here.
CREATE TABLE validators (
  page_id       INTEGER PRIMARY KEY REFERENCES pages(id),
  content_key   INTEGER NOT NULL,        -- stands for all that decided what was kept of the page
  asked         INTEGER NOT NULL,        -- bits: the tables of the rules that looked at it
  etag          TEXT,
  last_modified TEXT
);

-- The links of each page together, a JSON array of them in the order of the page. Each is an array again, with as many of
-- these fields as say something:
--   0 target: urls.id       3 kind, where they are not all of one     6 why it is not to be fetched all the same
--   1 text                  4 position, where it is not its place     7 the family that it is counted in (families),
--   2 rel                   5 1: in scope when it was found           8 up to ...
CREATE TABLE link_lists (
  page_id INTEGER PRIMARY KEY REFERENCES pages(id),
  kind    TEXT,                          -- of all of them: a area iframe frame next prev alternate refresh header img text feed
  links   TEXT NOT NULL
);

-- CROSS JOIN, here and where it is joined: SQLite would go through the links of a page once for each URL in question.
CREATE VIEW page_links AS
SELECT l.page_id, json_extract(e.value, '$[0]') AS target_id, coalesce(json_extract(e.value, '$[4]'), e.key) AS position,
       coalesce(json_extract(e.value, '$[5]'), 0) AS follow, json_extract(e.value, '$[1]') AS text,
       json_extract(e.value, '$[2]') AS rel, coalesce(l.kind, json_extract(e.value, '$[3]')) AS kind,
       json_extract(e.value, '$[6]') AS skip_reason, json_extract(e.value, '$[7]') AS family,
       json_extract(e.value, '$[8]') AS family_max
FROM link_lists l CROSS JOIN json_each(l.links) e;

CREATE VIEW links AS
SELECT l.page_id, t.url, l.text, l.rel, l.position, l.kind FROM page_links l CROSS JOIN urls t ON t.id = l.target_id;

-- The tables that extraction rules made. Each has id, page_id, url, position, run_id (which found the item as it is) and
-- the rules' fields; NAME_history has the same with until_run, for what items were and what is gone.
CREATE TABLE item_tables (name TEXT PRIMARY KEY) WITHOUT ROWID;

-- How the rules of each run did.
CREATE TABLE rule_fields (
  run_id       INTEGER NOT NULL REFERENCES runs(id),
  table_name   TEXT NOT NULL,
  field        TEXT NOT NULL,
  pages        INTEGER NOT NULL,         -- that a rule of the table looked at
  pages_filled INTEGER NOT NULL,         -- with a value of this field
  rows         INTEGER NOT NULL,
  nulls        INTEGER NOT NULL,
  failed       INTEGER NOT NULL,         -- of the nulls, those where something was there, but not of the field's type
  PRIMARY KEY (run_id, table_name, field)
) WITHOUT ROWID;

-- How many values of a field were so long, in characters; from 64 on rounded down, to eight steps for each doubling.
CREATE TABLE rule_lengths (
  run_id     INTEGER NOT NULL REFERENCES runs(id),
  table_name TEXT NOT NULL,
  field      TEXT NOT NULL,
  length     INTEGER NOT NULL,
  rows       INTEGER NOT NULL,
  PRIMARY KEY (run_id, table_name, field, length)
) WITHOUT ROWID;

-- lost_pct: of the share that was filled at best in the five runs before, how much is missing; that of rows or of pages,
-- whichever lost more.
CREATE VIEW rule_health AS
WITH shares AS (
  SELECT f.run_id, f.table_name, f.field, f.pages, f.rows, f.nulls, f.failed,
         CASE WHEN f.rows > 0 THEN 100.0 * f.nulls / f.rows END AS null_pct,
         CASE WHEN f.rows > 0 THEN 100.0 * f.failed / f.rows END AS failed_pct,
         CASE WHEN f.rows > 0 THEN 100.0 * (f.rows - f.nulls) / f.rows ELSE 0.0 END AS filled_pct,
         CASE WHEN f.pages > 0 THEN 100.0 * f.pages_filled / f.pages ELSE 0.0 END AS pages_filled_pct
  FROM rule_fields f
), before AS (
  SELECT s.*,
         max(filled_pct) OVER earlier AS filled_pct_before,
         max(pages_filled_pct) OVER earlier AS pages_filled_pct_before
  FROM shares s
  WINDOW earlier AS (PARTITION BY table_name, field ORDER BY run_id ROWS BETWEEN 5 PRECEDING AND 1 PRECEDING)
), medians AS (
  SELECT run_id, table_name, field, min(length) AS median_length
  FROM (SELECT run_id, table_name, field, length,
               sum(rows) OVER (PARTITION BY run_id, table_name, field ORDER BY length) AS so_far,
               sum(rows) OVER (PARTITION BY run_id, table_name, field) AS in_all
        FROM rule_lengths)
  WHERE 2 * so_far >= in_all GROUP BY run_id, table_name, field
)
SELECT b.run_id, b.table_name, b.field, b.pages, b.rows, b.nulls, b.failed, round(b.null_pct, 2) AS null_pct,
       round(b.failed_pct, 2) AS failed_pct, m.median_length, round(b.pages_filled_pct, 2) AS pages_filled_pct,
       round(CASE WHEN lost_rows > lost_pages THEN lost_rows ELSE lost_pages END, 2) AS lost_pct
FROM (SELECT *,
             CASE WHEN filled_pct_before > filled_pct THEN 100.0 * (1 - filled_pct / filled_pct_before) ELSE 0.0 END AS lost_rows,
             CASE WHEN pages_filled_pct_before > pages_filled_pct
                  THEN 100.0 * (1 - pages_filled_pct / pages_filled_pct_before) ELSE 0.0 END AS lost_pages
      FROM before) b
LEFT JOIN medians m ON m.run_id = b.run_id AND m.table_name = b.table_name AND m.field = b.field;

-- Exactly one row for every request asked for or found. A redirect shows the end of its chain.
CREATE VIEW results AS
SELECT u.id, u.url, u.state, u.status, u.error_kind,
       CASE WHEN u.error_kind IS NOT NULL THEN coalesce(e.error, a.error) END AS error,
       CASE WHEN e.state = 'done' THEN coalesce(a.redirect_to, e.url) ELSE e.url END AS final_url, p.content_type, p.charset, p.title, p.link_count, p.body_bytes,
       u.depth, f.url AS found_on, u.attempts, o.total_ms, u.fetched_at, u.skip_reason, u.run_id,
       (SELECT l.meta FROM list_lines l WHERE l.id = u.listed_as) AS meta
FROM urls u
JOIN urls e ON e.id = coalesce(u.final_id, u.id)
LEFT JOIN attempts a ON a.id = e.attempt_id
LEFT JOIN attempts o ON o.id = u.attempt_id
LEFT JOIN pages p ON p.id = e.id
LEFT JOIN urls f ON f.id = u.found_on
WHERE u.state IS NOT NULL AND u.role <> 1;

CREATE VIEW latest AS SELECT * FROM results WHERE run_id = (SELECT max(id) FROM runs);

CREATE VIEW errors AS
SELECT id, url, status, error_kind, error, attempts, fetched_at, final_url, found_on, run_id FROM results WHERE state = 'failed';

CREATE VIEW retryable AS
SELECT id, url, status, error_kind, error, attempts, fetched_at, run_id FROM results
WHERE state = 'failed'
  AND (error_kind IN ('dns', 'connect', 'connect_timeout', 'first_byte_timeout', 'stalled', 'timeout', 'protocol', 'cancelled')
       OR error_kind = 'http_status' AND status IN (408, 425, 429, 500, 502, 503, 504)
       OR error_kind = 'tls' AND EXISTS (SELECT 1 FROM urls u JOIN urls e ON e.id = coalesce(u.final_id, u.id)
                                         JOIN attempts a ON a.id = e.attempt_id
                                         WHERE u.id = results.id AND a.error_code = 35)) -- the handshake was cut
UNION ALL
SELECT id, url, status, error_kind, error, attempts, fetched_at, run_id FROM results
WHERE state = 'skipped' AND skip_reason = 'parked_host';

CREATE VIEW broken_links AS
SELECT s.url AS page_url, t.url AS link_url, l.text AS link_text, t.status, t.error_kind, l.page_id
FROM page_links l CROSS JOIN urls t ON t.id = l.target_id CROSS JOIN urls s ON s.id = l.page_id
WHERE t.state = 'failed';

CREATE VIEW redirects AS
SELECT u.id, u.url, a.status, a.redirect_to, e.url AS final_url, e.status AS final_status, u.run_id
FROM urls u JOIN attempts a ON a.id = u.attempt_id JOIN urls e ON e.id = coalesce(u.final_id, u.id)
WHERE a.redirect_to IS NOT NULL;

CREATE VIEW slowest AS
SELECT url, total_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, status, error_kind, started_at, run_id
FROM attempts ORDER BY total_ms DESC;

CREATE VIEW run_summary AS
SELECT id AS run_id, started_at, finished_at, outcome, fetcher, todo + done + failed + skipped AS tasks, todo, done, failed,
       skipped, pages, bytes,
       round((julianday(coalesce(finished_at, (SELECT started_at FROM attempts WHERE id = (SELECT max(id) FROM attempts) AND run_id = runs.id))) -
              julianday(started_at)) * 86400, 3) AS seconds
FROM runs;

CREATE VIEW host_summary AS
SELECT h.id AS host_id, h.origin, h.todo + h.done + h.failed + h.skipped AS urls, h.todo, h.done, h.failed, h.skipped,
       h.delay_ms, h.failures, h.parked_until, h.next_fetch_at, h.robots_status, h.robots_expires_at,
       (SELECT round(avg(a.total_ms)) FROM attempts a JOIN urls x ON x.id = a.url_id WHERE x.host_id = h.id) AS mean_ms,
       (SELECT sum(a.wire_bytes) FROM attempts a JOIN urls x ON x.id = a.url_id WHERE x.host_id = h.id) AS bytes,
       h.counted_run AS run_id
FROM hosts h
WHERE h.counted_run IS NOT NULL AND h.origin <> 'invalid:';

-- What the hosts saw of each run: requests, the gaps between two starts, the most under way at once, and how long their
-- pages waited for robots.txt. In milliseconds; NULL where there was one request alone.
CREATE VIEW politeness AS
WITH exchanges AS (
  SELECT a.run_id, u.host_id, a.kind, a.id,
         CAST(round((julianday(a.started_at) - 2440587.5) * 86400000) AS INTEGER) AS start_ms, a.total_ms
  FROM attempts a JOIN urls u ON u.id = a.url_id
), gaps AS (
  SELECT run_id, host_id, gap_ms, row_number() OVER (PARTITION BY run_id, host_id ORDER BY gap_ms) AS place,
         count(*) OVER (PARTITION BY run_id, host_id) AS places
  FROM (SELECT run_id, host_id, start_ms - lag(start_ms) OVER (PARTITION BY run_id, host_id ORDER BY start_ms, id) AS gap_ms
        FROM exchanges)
  WHERE gap_ms IS NOT NULL
), gap_summary AS (
  SELECT run_id, host_id, min(gap_ms) AS least_gap_ms,
         avg(CASE WHEN 2 * place BETWEEN places AND places + 2 THEN gap_ms END) AS median_gap_ms
  FROM gaps GROUP BY run_id, host_id
), events AS (
  -- At one instant the ends come first, then what took no measurable time, then the starts.
  SELECT run_id, host_id, id, start_ms AS at_ms, 1 AS change, iif(total_ms = 0, 1, 2) AS place FROM exchanges
  UNION ALL
  SELECT run_id, host_id, id, start_ms + total_ms, -1, iif(total_ms = 0, 1, 0) FROM exchanges
), crowds AS (
  SELECT run_id, host_id, max(under_way) AS most_at_once
  FROM (SELECT run_id, host_id, sum(change) OVER (PARTITION BY run_id, host_id ORDER BY at_ms, place, id, change DESC
                                                  ROWS UNBOUNDED PRECEDING) AS under_way FROM events)
  GROUP BY run_id, host_id
), summary AS (
  SELECT run_id, host_id, count(*) AS requests, sum(kind = 'robots') AS robots_requests,
         min(CASE WHEN kind = 'page' THEN start_ms END) - min(CASE WHEN kind = 'robots' THEN start_ms END) AS robots_wait_ms
  FROM exchanges GROUP BY run_id, host_id
)
SELECT s.run_id, s.host_id, h.origin, s.requests, s.robots_requests, g.least_gap_ms, g.median_gap_ms, c.most_at_once,
       max(s.robots_wait_ms, 0) AS robots_wait_ms, h.delay_ms
FROM summary s JOIN hosts h ON h.id = s.host_id
JOIN crowds c ON c.run_id = s.run_id AND c.host_id = s.host_id
LEFT JOIN gap_summary g ON g.run_id = s.run_id AND g.host_id = s.host_id;
