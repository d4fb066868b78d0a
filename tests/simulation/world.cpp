// SPDX-License-Identifier: MIT
#include "tests/simulation/world.h"

#include <fmt/format.h>

namespace scraper::simulation {
namespace {

constexpr size_t kStepsMax = 200'000;  // a life that takes more is taken for one without an end
constexpr Duration kLongest = std::chrono::hours{72};

}  // namespace

World::World(uint64_t seed) : random_(seed ^ 0x9E3779B97F4A7C15u), web_(seed) {
  now_ = {kBegin, WallTime{} + std::chrono::hours{24 * 365 * 56}};
  draw_settings();
  scope_ = std::move(*Scope::make(scope_settings_));
  for (const std::string& url : web_.seeds()) scope_->add_seed(*Url::parse(url));
}

void World::draw_settings() {
  settings_.concurrency = 1 + draw(12);
  settings_.politeness.per_host = 1 + static_cast<int>(draw(3));
  settings_.politeness.delay = Duration{static_cast<int64_t>(draw(3) * draw(1500))};
  settings_.robots = draw(5) != 0;
  settings_.retry.retries = static_cast<int>(draw(4));
  settings_.patience = std::chrono::minutes{1 + draw(30)};
  settings_.jitter_seed = random_();
  scope_settings_.depth = static_cast<int>(draw(6));
  scope_settings_.span = draw(2) == 0 ? Span::any : Span::host;
}

void World::violated(const std::string& what) {
  violations_.push_back(fmt::format("after {} ms, life {}: {}", took().count(), kills_ + 1, what));
}

void World::after(Duration delay, std::function<void()> happen) {
  events_.push({now_.steady + delay, order_++, std::move(happen)});
}

void World::run() {
  run_once();
  if (!violations_.empty()) return;
  web_.pass_a_day();
  now_.steady += std::chrono::hours{24};
  begins_ = true;
  tries_.clear();
  run_once();
}

void World::run_once() {
  lives_left_ = 1 + draw(4);
  for (;;) {
    const bool last = --lives_left_ == 0;
    steps_to_kill_ = last ? 0 : 1 + draw(300);
    store_fails_at_ = !last && draw(3) == 0 ? 1 + draw(60) : 0;
    live();
    if (!violations_.empty()) return;
    if (report_.outcome == RunOutcome::complete && ring_ == nullptr) break;
    ++kills_;
    if (last) return violated("the run did not come to its end");
  }
  check_the_end();
}

/// One process: from its start to the end of the run, or to its death.
void World::live() {
  events_ = {};
  store_inbox_.clear();
  store_busy_ = false;
  in_flight_.clear();
  for (auto& [origin, host] : hosts_) {
    host.in_flight = 0;
    host.asked_this_life = host.slow = false;
    // What a host asked for just before the death, and was not on record, is forgotten.
    const auto known = store_.host_states().find(store_.host_id(origin));
    const auto until = known == store_.host_states().end() ? std::nullopt : parse_time(known->second.next_fetch_at);
    host.held_until = until ? std::min(host.held_until, now_.steady + (*until - now_.wall)) : SteadyTime{};
  }
  now_.steady += std::chrono::milliseconds{draw(3)};  // the next process is there at once
  now_.wall = WallTime{} + std::chrono::hours{24 * 365 * 56} + (now_.steady - kBegin);
  storage::RunSpec spec;
  spec.depth_max = scope_settings_.depth;
  spec.content_key = 1;
  spec.revisits = true;
  if (std::exchange(begins_, false)) spec.start = storage::RunSpec::Start::fresh;
  const storage::RunInfo run = store_.begin_run(spec);
  seeds_given_ = static_cast<size_t>(run.list.listed);
  RingPorts all = ports();
  if (run.list.complete) all.more_seeds = {};
  ring_ = std::make_unique<Ring>(settings_, *scope_, run, store_.counts(), std::move(all), now_);
  for (size_t step = 0;; ++step) {
    ring_->turn(now_);
    if (ring_->is_over()) break;
    if (steps_to_kill_ != 0 && step == steps_to_kill_) return;
    if (step == kStepsMax || took() > kLongest) return violated("there is no end to it");
    const auto wake = ring_->wake_at();
    if (events_.empty() && !wake) return violated("a deadlock: nothing is under way, and nothing will be");
    const bool event_first = !events_.empty() && (!wake || events_.top().at <= *wake);
    now_.steady = std::max(now_.steady, event_first ? events_.top().at : *wake);
    now_.wall = WallTime{} + std::chrono::hours{24 * 365 * 56} + (now_.steady - kBegin);
    if (!event_first) continue;
    const auto happen = events_.top().happen;
    events_.pop();
    happen();
    if (!violations_.empty()) return;
  }
  report_ = ring_->report();
  if (report_.outcome == RunOutcome::complete) ring_.reset();
}

RingPorts World::ports() {
  RingPorts ports;
  ports.fetch = [this](FetchRequest request) { fetch(std::move(request)); };
  ports.cancel_fetches = [this] {
    // As a fetcher does: each of them has its result, now.
    const auto flying = in_flight_;
    for (const uint64_t id : flying) {
      after(Duration{0}, [this, id] {
        if (in_flight_.erase(id) == 0) return;
        FetchResult result;
        result.id = id;
        result.error = Error{ErrorKind::cancelled, Stage::request, 0, "cancelled"};
        ring_->handle(std::move(result), now_);
      });
    }
  };
  ports.digest = [this](DigestJob job) { digest(std::move(job)); };
  ports.commit = [this](storage::Outcome&& outcome) { give_to_store(std::move(outcome)); };
  ports.lease = [this](storage::LeaseRequest request) { give_to_store(std::move(request)); };
  ports.hurry = [] {};  // the store here does not gather
  ports.more_seeds = [this] { more_seeds(); };
  return ports;
}

void World::fetch(FetchRequest request) {
  const std::string origin = SyntheticWeb::origin_of(request.url);
  watch_start(request, origin);
  in_flight_.insert(request.id);
  if (in_flight_.size() > settings_.concurrency) violated("more in flight than the fetcher can carry");
  constexpr std::string_view kCondition = "If-None-Match: ";
  std::string etag;
  for (const std::string& header : request.headers) {
    if (header.starts_with(kCondition)) etag = header.substr(kCondition.size());
  }
  auto answer = web_.answer(request.url, etag);
  if (answer.result.status == 304) ++unchanged_;
  answer.result.id = request.id;
  answer.result.started_at = now_.wall;
  after(answer.takes, [this, request, result = std::move(answer.result)]() mutable {
    if (in_flight_.erase(request.id) == 0) return;  // it was cancelled
    answered(request, std::move(result));
  });
}

/// The invariants of politeness and of work done once.
void World::watch_start(const FetchRequest& request, const std::string& origin) {
  Watched& host = hosts_[origin];
  const Politeness& politeness = settings_.politeness;
  if (++host.in_flight > politeness.per_host) violated(request.url + ": too many at one host");
  const Duration delay = host.slow && host.asked_this_life ? SyntheticWeb::kCrawlDelay : politeness.delay;
  if (host.last_start != SteadyTime{} && now_.steady - host.last_start < std::max(delay, politeness.delay)) {
    violated(fmt::format("{}: {} us after the one before", request.url,
                         std::chrono::duration_cast<std::chrono::microseconds>(now_.steady - host.last_start).count()));
  }
  if (now_.steady < host.held_until) violated(request.url + ": while its host asked to be left alone");
  host.last_start = now_.steady;
  host.asked_this_life = true;
  if (request.url.ends_with("/robots.txt")) return;
  if (settings_.robots && web_.forbids(request.url)) violated(request.url + ": robots.txt forbids it");
  for (const auto& [id, row] : store_.urls()) {
    if (row.url == request.url && row.state != storage::TaskState::todo)
      violated(request.url + ": it was done already");
  }
  if (++tries_[request.url] > 1 + settings_.retry.retries + static_cast<int>(kills_)) {
    violated(request.url + ": asked for more often than the retries allow");
  }
}

void World::answered(const FetchRequest& request, FetchResult result) {
  Watched& host = hosts_[SyntheticWeb::origin_of(request.url)];
  --host.in_flight;
  if (result.status == 429 || result.status == 503) {
    const auto wait = find_header(result.headers, "retry-after");
    if (wait)
      host.held_until = std::max(host.held_until, now_.steady + std::chrono::seconds{std::stoi(std::string(*wait))});
  }
  ring_->handle(std::move(result), now_);
}

void World::digest(DigestJob job) {
  auto held = std::make_shared<DigestJob>(std::move(job));
  after(Duration{static_cast<int64_t>(draw(20))}, [this, held] { ring_->handle(digested(std::move(*held)), now_); });
}

/// What a parse worker makes of it, without the HTML.
Digest World::digested(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  digest.body_bytes = std::exchange(digest.result.body, {}).size();
  const std::string origin = SyntheticWeb::origin_of(digest.task.url);
  if (digest.task.is_robots()) {
    const std::string text =
        job.cached_robots ? job.cached_robots->data : SyntheticWeb::robots_text(web_.host_of(digest.task.url));
    if (job.cached_robots) digest.cached_for = job.cached_for;
    if (job.cached_robots || digest.result.status == 200) {
      digest.robots = std::make_shared<const Robots>(Robots::parse(text, "scraper"));
      digest.body = storage::BodyRecord{"hash of " + origin, "identity", text.size(), text};
      if (digest.robots->crawl_delay()) {
        // It holds for the host whose robots.txt was asked for, which may be another after a redirect.
        for (auto& [known, host] : hosts_) {
          if (store_.host_id(known) == digest.task.robots_of) host.slow = true;
        }
      }
    }
    return digest;
  }
  if (digest.result.status != 200) return digest;
  digest.page = storage::PageRecord{};
  digest.page->etag = find_header(digest.result.headers, "etag").value_or("");
  digest.page->title = digest.page->etag;
  std::set<std::string> distinct(web_.pages().at(digest.task.url).links.begin(),
                                 web_.pages().at(digest.task.url).links.end());
  for (const std::string& link : distinct) {
    storage::LinkRecord record;
    record.target = {link, SyntheticWeb::origin_of(link).size()};
    record.follow = scope_->admits(*Url::parse(link));
    digest.links.push_back(std::move(record));
  }
  return digest;
}

void World::more_seeds() {
  after(Duration{static_cast<int64_t>(draw(300))}, [this] {
    storage::SeedLines seeds;
    const size_t end = std::min(web_.seeds().size(), seeds_given_ + draw(3));
    for (; seeds_given_ < end; ++seeds_given_) {
      storage::SeedRecord seed;
      seed.line = static_cast<int64_t>(seeds_given_) + 1;
      seed.input = web_.seeds()[seeds_given_];
      seed.url = storage::UrlRecord{seed.input, SyntheticWeb::origin_of(seed.input).size()};
      seeds.add(std::move(seed));
    }
    seeds.position = {static_cast<int64_t>(seeds_given_), "", seeds_given_ == web_.seeds().size()};
    give_to_store(std::move(seeds));
  });
}

void World::give_to_store(StoreMessage message) {
  store_inbox_.push_back(std::move(message));
  if (store_busy_) return;
  store_busy_ = true;
  after(Duration{static_cast<int64_t>(draw(30))}, [this] { store_turn(); });
}

void World::store_turn() {
  if (store_fails_at_ != 0 && --store_fails_at_ == 0) {
    store_inbox_.clear();
    ring_->handle(StoreFailure{storage::Error(storage::Error::Kind::full, "the disk is full")}, now_);
    return;
  }
  serve();
  store_busy_ = false;
  if (!store_inbox_.empty()) {
    store_busy_ = true;
    after(Duration{static_cast<int64_t>(draw(30))}, [this] { store_turn(); });
  }
}

/// As StoreThread does: outcomes, then leases, then the list, which has a reply of its own.
void World::serve() {
  StoreReply reply, of_list;
  std::vector<storage::Outcome> outcomes;
  for (StoreMessage& message : store_inbox_) {
    if (auto* outcome = std::get_if<storage::Outcome>(&message)) outcomes.push_back(std::move(*outcome));
  }
  store_.finish(outcomes);
  reply.committed = outcomes.size();
  for (const StoreMessage& message : store_inbox_) {
    const auto* lease = std::get_if<storage::LeaseRequest>(&message);
    if (lease == nullptr) continue;
    if (!reply.leases) reply.leases.emplace();
    for (storage::HostLease& host : store_.lease(*lease)) reply.leases->push_back(std::move(host));
    reply.lease_asked += lease->tasks_max;
  }
  reply.counts = store_.counts();
  for (const StoreMessage& message : store_inbox_) {
    const auto* part = std::get_if<storage::SeedLines>(&message);
    if (part == nullptr) continue;
    store_.add_seeds(*part);
    ++of_list.seeds_added;
    of_list.list_complete = part->position.complete;
  }
  of_list.counts = store_.counts();
  store_inbox_.clear();
  auto replies = std::make_shared<std::vector<StoreReply>>();
  if (reply.committed > 0 || reply.leases) replies->push_back(std::move(reply));
  if (of_list.seeds_added > 0) replies->push_back(std::move(of_list));
  after(Duration{static_cast<int64_t>(draw(5))}, [this, replies] {
    for (StoreReply& one : *replies) ring_->handle(std::move(one), now_);
  });
}

/// No task is forgotten, and each ended as it had to.
void World::check_the_end() {
  const auto row_of = [&](const std::string& url) -> const storage::memory::MemoryStore::Url* {
    for (const auto& [id, row] : store_.urls()) {
      if (row.url == url && row.is_task) return &row;
    }
    return nullptr;
  };
  for (const std::string& url : web_.seeds()) {
    if (row_of(url) == nullptr) violated(url + ": it was listed, and there is no row");
  }
  for (const auto& [id, row] : store_.urls()) {
    if (!row.is_task) continue;
    if (row.state == storage::TaskState::todo) violated(row.url + ": forgotten");
    if (row.redirect != 0) continue;
    const bool forbidden = settings_.robots && web_.forbids(row.url);
    const Host& host = web_.host_of(row.url);
    if (forbidden && row.state == storage::TaskState::done) violated(row.url + ": done, and robots.txt forbids it");
    if (row.skip_reason == "robots" && !forbidden && host.robots != Host::RobotsKind::broken &&
        host.robots != Host::RobotsKind::broken_at_first && host.robots != Host::RobotsKind::elsewhere &&
        host.kind != Host::Kind::storm) {
      violated(row.url + ": skipped because of a robots.txt that allows it");
    }
    const Page& page = web_.pages().at(row.url);
    const bool easy =
        host.kind == Host::Kind::well && page.kind == Page::Kind::ok && !forbidden &&
        (!settings_.robots || host.robots == Host::RobotsKind::none || host.robots == Host::RobotsKind::rules);
    if (easy && row.state != storage::TaskState::done && row.skip_reason != "parked_host") {
      violated(row.url + ": not done, and nothing stood in its way");
    }
    const bool done = row.has_page && row.state == storage::TaskState::done;
    if (done && row.title != SyntheticWeb::etag_of(page)) violated(row.url + ": what is stored is not what it is now");
    if (done && row.status != 200) violated(row.url + ": done with another status than its content has");
    if (!done || row.depth >= scope_settings_.depth) continue;
    for (const std::string& link : page.links) {
      const auto* target = row_of(link);
      if (!scope_->admits(*Url::parse(link))) continue;
      if (target == nullptr)
        violated(link + ": linked to within scope and depth, and there is no row");
      else if (target->depth > row.depth + 1)
        violated(link + ": deeper than it lies");
    }
  }
}

}  // namespace scraper::simulation
