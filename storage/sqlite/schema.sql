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
  fingerprint TEXT,                      -- of seeds and scope: the same run can be taken up again
  depth_max   INTEGER NOT NULL,
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
  next_fetch_at     TEXT,
  delay_ms          INTEGER,
  failures          INTEGER NOT NULL DEFAULT 0,
  parked_until      TEXT,
  robots_status     INTEGER,
  robots_fetched_at TEXT,
  robots_expires_at TEXT,
  robots_hash       TEXT
);

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
  run_id      INTEGER REFERENCES runs(id),
  attempt_id  INTEGER REFERENCES attempts(id),
  redirect_id INTEGER REFERENCES urls(id), -- where it redirects to
  final_id    INTEGER REFERENCES urls(id), -- the end of the redirect chain that starts here
  found_on    INTEGER REFERENCES urls(id),
  fetched_at  TEXT,
  UNIQUE (host_id, url_hash)
);
CREATE INDEX urls_todo ON urls (run_id, host_id, depth, id) WHERE state = 'todo' AND final_id IS NULL;
CREATE INDEX urls_failed ON urls (error_kind) WHERE state = 'failed';
CREATE INDEX urls_final ON urls (final_id) WHERE final_id IS NOT NULL;

CREATE TABLE inputs (
  run_id INTEGER NOT NULL REFERENCES runs(id),
  line   INTEGER NOT NULL,
  input  TEXT NOT NULL,
  url_id INTEGER REFERENCES urls(id),
  meta   TEXT,
  PRIMARY KEY (run_id, line)
) WITHOUT ROWID;
CREATE INDEX inputs_url ON inputs (url_id);

CREATE TABLE bodies (
  hash  TEXT NOT NULL UNIQUE,            -- SHA-256 of the decoded body
  codec TEXT NOT NULL,                   -- zstd, identity
  size  INTEGER NOT NULL,                -- decoded
  data  BLOB NOT NULL
);

CREATE TABLE headers (
  id    INTEGER PRIMARY KEY,
  hash  INTEGER NOT NULL,
  codec TEXT NOT NULL,
  size  INTEGER NOT NULL,
  data  TEXT NOT NULL
);
CREATE INDEX headers_hash ON headers (hash);

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
  text          TEXT
);

CREATE TABLE page_links (
  page_id   INTEGER NOT NULL REFERENCES pages(id),
  target_id INTEGER NOT NULL REFERENCES urls(id),
  position  INTEGER NOT NULL,
  follow    INTEGER NOT NULL,            -- in scope when it was found
  text      TEXT,
  rel       TEXT
);
CREATE INDEX page_links_page ON page_links (page_id);

CREATE VIEW links AS
SELECT l.page_id, t.url, l.text, l.rel, l.position FROM page_links l JOIN urls t ON t.id = l.target_id;

-- Exactly one row for every request asked for or found. A redirect shows the end of its chain.
CREATE VIEW results AS
SELECT u.id, u.url, u.state, u.status, u.error_kind,
       CASE WHEN u.error_kind IS NOT NULL THEN coalesce(e.error, a.error) END AS error,
       CASE WHEN e.state = 'done' THEN coalesce(a.redirect_to, e.url) ELSE e.url END AS final_url, p.content_type, p.charset, p.title, p.link_count, p.body_bytes,
       u.depth, f.url AS found_on, u.attempts, o.total_ms, u.fetched_at, u.skip_reason, u.run_id,
       (SELECT i.meta FROM inputs i WHERE i.url_id = u.id ORDER BY i.run_id DESC, i.line LIMIT 1) AS meta
FROM urls u
JOIN urls e ON e.id = coalesce(u.final_id, u.id)
LEFT JOIN attempts a ON a.id = e.attempt_id
LEFT JOIN attempts o ON o.id = u.attempt_id
LEFT JOIN pages p ON p.id = e.id
LEFT JOIN urls f ON f.id = u.found_on
WHERE u.state IS NOT NULL;

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
FROM urls t JOIN page_links l ON l.target_id = t.id JOIN urls s ON s.id = l.page_id
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
       round((julianday(coalesce(finished_at, (SELECT max(started_at) FROM attempts WHERE run_id = runs.id))) -
              julianday(started_at)) * 86400, 3) AS seconds
FROM runs;

CREATE VIEW host_summary AS
SELECT h.id AS host_id, h.origin, count(*) AS urls, sum(u.state = 'todo') AS todo, sum(u.state = 'done') AS done,
       sum(u.state = 'failed') AS failed, sum(u.state = 'skipped') AS skipped,
       (SELECT round(avg(a.total_ms)) FROM attempts a JOIN urls x ON x.id = a.url_id WHERE x.host_id = h.id) AS mean_ms,
       (SELECT sum(a.wire_bytes) FROM attempts a JOIN urls x ON x.id = a.url_id WHERE x.host_id = h.id) AS bytes
FROM hosts h JOIN urls u ON u.host_id = h.id
WHERE u.state IS NOT NULL
GROUP BY h.id;
