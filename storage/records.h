// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The rows of the crawl database as values. Strings are valid UTF-8; times are `YYYY-MM-DDTHH:MM:SS.mmmZ`; an empty
/// string is stored as NULL. Storage knows no HTTP and no HTML: kinds, stages and reasons are words to it.
namespace storage {

using RunId = int64_t;
using HostId = int64_t;
using UrlId = int64_t;
using AttemptId = int64_t;

/// A canonical URL with the origin (scheme, host, port) under which it is queued.
struct UrlRecord {
  std::string origin;
  std::string url;
};

/// One line of a URL list. Either `url` is set, or the line is no URL and `error_kind` and `error` say why.
struct SeedRecord {
  int64_t line = 0;
  std::string input;  ///< as typed
  std::string meta;   ///< JSON object: the list's own fields; empty when there are none
  std::optional<UrlRecord> url;
  std::string error_kind;
  std::string error;
  std::string skip_reason;  ///< set: the URL is recorded as skipped, not fetched
};

/// A task as it is leased.
struct TaskRecord {
  UrlId id = 0;
  std::string url;
  int depth = 0;
  int redirects = 0;  ///< hops from the URL that was listed or linked to
  int attempts = 0;   ///< made already in this run
};

/// A host with its next tasks. Until the run ends or the lease expires no other process works on this host.
struct HostLease {
  HostId id = 0;
  std::string origin;
  bool listed = false;  ///< the user listed a URL of this origin in this run
  std::vector<TaskRecord> tasks;
};

/// A decoded response body, deduplicated by its hash.
struct BodyRecord {
  std::string hash;   ///< SHA-256, 64 hexadecimal digits
  std::string codec;  ///< `zstd` or `identity`
  uint64_t size = 0;  ///< decoded bytes
  std::string data;   ///< empty: only the hash is kept
};

/// One HTTP exchange.
struct AttemptRecord {
  AttemptId id = 0;  ///< from RunInfo::next_attempt_id on; an id that is there already makes `finish` skip the outcome
  std::string kind = "page";
  int number = 1;  ///< within the run, from 1
  std::string url;
  std::string started_at;
  int status = 0;  ///< 0: none came
  std::string error_kind;
  std::string error_stage;
  int error_code = 0;  ///< 0: none
  std::string error;
  std::optional<int64_t> dns_ms, connect_ms, tls_ms, first_byte_ms;
  int64_t total_ms = 0;
  uint64_t wire_bytes = 0;
  uint64_t body_bytes = 0;
  std::optional<BodyRecord> body;
  std::string headers;  ///< `Name: value` lines
  std::string ip;
  std::string http_version;
  std::string proxy;
  std::string redirect_to;
  std::optional<int64_t> retry_after_s;
};

/// The current content of a page.
struct PageRecord {
  std::string title, description, canonical_url, lang, charset, content_type, text, base_url, metadata;
  std::string etag, last_modified;
  int64_t link_count = 0;  ///< distinct targets on the page, kept or not
};

/// A link of a page; a page has one for each distinct target, numbered by `position`.
struct LinkRecord {
  UrlRecord target;
  std::string text;
  std::string rel;
  int position = 0;
  bool follow = false;  ///< in scope: a task of its own as far as depth allows
};

/// A redirect found by a task. Its target becomes a task when `follow` is set; else the chain ends here, with this
/// answer.
struct RedirectRecord {
  UrlRecord target;
  bool follow = true;
};

enum class TaskState { todo, done, failed, skipped };
std::string_view name(TaskState state);

/// All that one attempt changes, or that the decision not to make one changes; committed as a whole or not at all.
struct Outcome {
  UrlId url_id = 0;
  TaskState state = TaskState::done;  ///< todo: it will be tried again
  std::string skip_reason;
  std::optional<AttemptRecord> attempt;
  std::optional<RedirectRecord> redirect;
  bool gone = false;               ///< the page is no longer there (404, 410); what it was is kept
  std::optional<PageRecord> page;  ///< only with an attempt; `links` replace the links known so far
  std::vector<LinkRecord> links;
};

/// What is asked of a run when it begins.
struct RunSpec {
  enum class Start { automatic, fresh, resume };
  Start start = Start::automatic;
  std::string fingerprint;      ///< of seeds and scope; automatic resumes only a run with the same one
  std::string resumable_since;  ///< automatic resumes only a run that was begun after this time
  std::string started_at;
  std::string fetcher;
  std::string config;  ///< JSON
  std::string version;
  int depth_max = 0;  ///< links of a page at this depth are not followed
};

struct RunInfo {
  RunId id = 0;
  bool resumed = false;
  AttemptId next_attempt_id = 1;
};

/// Of the current run. tasks = todo + done + failed + skipped.
struct Counts {
  int64_t todo = 0, done = 0, failed = 0, skipped = 0;
  int64_t unleased = 0;  ///< todo, and not handed out: zero means that `lease` has nothing to give
  int64_t pages = 0;     ///< responses stored
  int64_t bytes = 0;     ///< received on the wire
  int64_t tasks() const { return todo + done + failed + skipped; }
};

}  // namespace storage
