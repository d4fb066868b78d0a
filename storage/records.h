// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/items.h"

/// The rows of the crawl database as values. Strings are valid UTF-8; times are `YYYY-MM-DDTHH:MM:SS.mmmZ`; an empty
/// string is stored as NULL. Storage knows no HTTP and no HTML: kinds, stages and reasons are words to it.
namespace storage {

using RunId = int64_t;
using HostId = int64_t;
using UrlId = int64_t;
using AttemptId = int64_t;

/// A canonical URL with the origin (scheme, host, port) under which it is queued, which is its beginning.
struct UrlRecord {
  std::string url;
  size_t origin_bytes = 0;
  std::string_view origin() const { return std::string_view(url).substr(0, origin_bytes); }
};

/// One line of a URL list. Either `url` is set, or the line is no URL and `error_kind` and `error` say why.
struct SeedRecord {
  int64_t line = 0;
  std::string input;  ///< as typed; empty: it is the URL itself
  std::string meta;   ///< JSON object: the list's own fields; empty when there are none
  std::optional<UrlRecord> url;
  std::string error_kind;
  std::string error;
  std::string skip_reason;  ///< set: the URL is recorded as skipped, not fetched
};

/// How much of the list has been taken in: enough to tell whether the same list is given again.
struct ListPosition {
  int64_t listed = 0;     ///< lines so far; those that list nothing do not count
  std::string hash;       ///< of what they list
  bool complete = false;  ///< there is nothing after them
};

/// A part of the list. The lines that are nothing but a canonical URL - nearly all of a long list - are packed, so that
/// many can be sorted and added at once.
class SeedLines {
 public:
  struct Plain {
    int64_t line;
    size_t at;  ///< of the URL's bytes in the text
    uint32_t url_bytes, origin_bytes;
  };

  void add(SeedRecord seed);
  /// Room for so many lines, with so many bytes of URLs.
  void reserve(size_t lines, size_t bytes);
  size_t url_bytes() const { return text_.size(); }
  size_t bytes() const { return bytes_; }  ///< about what it all takes
  size_t size() const { return plain_.size() + others_.size(); }
  std::span<const Plain> plain() const { return plain_; }
  std::span<const SeedRecord> others() const { return others_; }
  std::string_view url(const Plain& plain) const { return std::string_view(text_).substr(plain.at, plain.url_bytes); }
  std::string_view origin(const Plain& plain) const { return url(plain).substr(0, plain.origin_bytes); }

  ListPosition position;  ///< where the list stands after them

 private:
  std::vector<Plain> plain_;
  std::string text_;
  std::vector<SeedRecord> others_;
  size_t bytes_ = 0;
};

/// What a task is fetched for. Both: it was listed or linked to, and named as a sitemap too.
enum class TaskRole { page = 0, sitemap = 1, both = 2 };

/// What a server can tell by whether a page is still what it was (RFC 9110 8.8), as it sent them.
struct Validators {
  std::string etag;
  std::string last_modified;
  bool empty() const { return etag.empty() && last_modified.empty(); }
  friend bool operator==(const Validators&, const Validators&) = default;
};

/// A task as it is leased.
struct TaskRecord {
  UrlId id = 0;
  std::string url;
  int depth = 0;
  int redirects = 0;  ///< hops from the URL that was listed or linked to
  int attempts = 0;   ///< made already in this run
  int spared = 0;     ///< of them, those that do not count against the number of tries: made before a `retry`
  TaskRole role = TaskRole::page;
  Validators validators{};  ///< of its page, where what is stored of it would do for this run; else empty
};

/// A decoded response body, deduplicated by its hash.
struct BodyRecord {
  std::string hash;   ///< SHA-256, 64 hexadecimal digits
  std::string codec;  ///< `zstd` or `identity`
  uint64_t size = 0;  ///< decoded bytes
  std::string data;   ///< empty: only the hash is kept
};

/// How a host has to be treated, as it survives the process.
struct HostState {
  std::string next_fetch_at;  ///< nothing is asked of it before; empty: at once
  int64_t delay_ms = 0;       ///< in force between two requests, for people
  int64_t slowdown_ms = 0;    ///< of it, what its 429 and 503 answers brought
  int failures = 0;           ///< to be reached, in a row
  std::string parked_until;   ///< empty: it is not parked
  friend bool operator==(const HostState&, const HostState&) = default;
};

/// A host's robots.txt, as it is cached across runs.
struct RobotsRecord {
  int status = 0;  ///< of the answer that decided
  std::string fetched_at;
  std::string expires_at;
  std::optional<BodyRecord> body;  ///< unset: there is none, everything is allowed
};

/// A host with its next tasks. Until the run ends or the lease expires no other process works on this host.
struct HostLease {
  HostId id = 0;
  std::string origin;
  bool listed = false;  ///< the user listed a URL of this origin in this run
  HostState state;
  std::optional<RobotsRecord> robots;
  std::vector<TaskRecord> tasks;
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
  std::string content, markdown, author, published_at;  ///< of the article, where that was asked for
  std::string etag, last_modified;
  int64_t link_count = 0;  ///< distinct targets that a reader can go to, kept or not
};

/// A link of a page; a page has one for each distinct target, numbered by `position`.
struct LinkRecord {
  UrlRecord target;
  std::string text;
  std::string rel;
  int position = 0;
  bool follow = false;        ///< in scope: a task of its own as far as depth allows
  std::string skip_reason{};  ///< with `follow`: its task is over at once, unless another link or the list asks for it
  uint64_t family = 0;        ///< with `follow`: of URLs of this family ...
  int family_max = 0;         ///< ... no more than so many become tasks of a run, the rest is skipped as `trap`
  std::string kind{};         ///< where it stood: a, area, iframe, ...
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
///
/// Without `url_id` it is about a host alone: its robots.txt, say. Its attempt's URL is known from then on, and is no
/// task.
struct Outcome {
  UrlId url_id = 0;
  HostId host_id = 0;                 ///< whose `host` and `robots` these are
  TaskRole role = TaskRole::page;     ///< what the task was fetched for
  TaskState state = TaskState::done;  ///< todo: it will be tried again
  std::string skip_reason;
  std::string error_kind;  ///< without an attempt: why the task failed ...
  std::string error;       ///< ... in words
  std::optional<AttemptRecord> attempt;
  std::string attempt_origin;  ///< of the attempt's URL, where there is no task
  std::optional<HostState> host;
  std::optional<RobotsRecord> robots;
  std::vector<UrlRecord> sitemaps;  ///< tasks to be made, one deeper than this one; of depth 0 where it is none
  std::vector<LinkRecord> entries;  ///< of a sitemap: those with `follow` become tasks of depth 0
  std::optional<RedirectRecord> redirect;
  /// With an attempt: the page is as it is stored. It is kept, and what it links to is offered again; `validators` are
  /// those that it has from now on, unset: the same.
  bool not_modified = false;
  std::optional<Validators> validators;
  bool gone = false;  ///< the page is no longer there (404, 410); what it was is kept
  /// Only with an attempt; `links` replace the links known so far. Of a failed task it is what could be read of a page,
  /// and counts only where nothing better is on record.
  std::optional<PageRecord> page;
  std::vector<LinkRecord> links;
  std::vector<PageItems> items;  ///< with `page`: of each table that RunSpec names, those that the page has now
};

/// What is asked of a run when it begins.
struct RunSpec {
  enum class Start {
    automatic,  ///< go on with the last run if it was cut off, has the same scope and list, and is young enough
    fresh,      ///< a new run
    resume,     ///< go on with the last run unless it is complete
    retry,      ///< take up the last run, whatever became of it: what failed is to be done again
  };
  Start start = Start::automatic;
  std::string scope;            ///< what belongs to the run, as text: automatic resumes only a run with the same one
  std::string resumable_since;  ///< automatic resumes only a run that was begun after this time
  /// True when the list begins with what that run took in of its own, and ends there if that was all of it. Automatic
  /// asks it, last.
  std::function<bool(const ListPosition&)> same_list;
  std::string retry_where;  ///< with retry: a condition on the columns of `results`; empty: every task that failed
  std::string started_at;
  std::string fetcher;
  std::string config;  ///< TOML
  std::string version;
  int depth_max = 0;               ///< links of a page at this depth are not followed
  int64_t pages_max = 0;           ///< further tasks are skipped as `max_pages`; 0: no limit
  int64_t pages_per_host_max = 0;  ///< likewise
  /// Stands for all that decides what is kept of a page. Pages stored under another one are fetched as new; 0: this run
  /// stores none that a later one could ask about.
  int64_t content_key = 0;
  bool revisits = false;            ///< tasks are leased with the validators of what was stored under content_key
  std::string fresh_since{};        ///< what earlier runs fetched after it is skipped as `fresh`; empty: nothing is
  std::vector<ItemTable> tables{};  ///< for the items of its pages: made, or given the columns that they lack
};

struct RunInfo {
  RunId id = 0;
  bool resumed = false;
  AttemptId next_attempt_id = 1;
  int64_t last_line = 0;  ///< of the list, that a resumed run has on record
  ListPosition list;      ///< what a resumed run has taken in already
  bool cut_off = false;   ///< the process that was at it died: what it had in flight is not known
  int64_t retried = 0;    ///< tasks that `retry` made of what had failed
};

/// Of the current run. tasks = todo + done + failed + skipped; sitemaps do not count.
struct Counts {
  int64_t todo = 0, done = 0, failed = 0, skipped = 0;
  int64_t queued = 0;    ///< waiting to be fetched or being fetched, sitemaps among them
  int64_t unleased = 0;  ///< of them not handed out: zero means that `lease` has nothing to give
  int64_t pages = 0;     ///< responses stored
  int64_t bytes = 0;     ///< received on the wire
  int64_t tasks() const { return todo + done + failed + skipped; }
};

}  // namespace storage
