// SPDX-License-Identifier: MIT
// The parts alone, on one thread, without network: URLs, charsets, trees, selectors, the store. Built only where Google
// Benchmark is; run by scripts/bench --micro.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scraper/base/check.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gumbo_tree.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/selector.h"
#include "scraper/parse/tree_parser.h"
#include "storage/open_store.h"

namespace scraper {
namespace {

constexpr size_t kLinks = 150;
constexpr size_t kBatch = 256;  ///< outcomes in one transaction
constexpr std::string_view kOrigin = "http://docs.example";
constexpr std::string_view kPageUrl = "http://docs.example/api/java.base/java/util/List.html";

/// About 26 KB with 150 links in lists and tables: as real documentation has it on average.
std::string make_page() {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>List</title>"
      "<meta name=\"description\" content=\"An ordered collection\"></head><body><nav><ul>";
  for (size_t i = 0; i < kLinks; ++i) {
    if (i == 50) page += "</ul></nav><main><h1>List &amp; friends</h1>";
    page += i < 50 ? fmt::format("<li><a href=\"../package-{}.html\">Package {}</a></li>\n", i, i)
                   : fmt::format(
                         "<section id=\"m{}\"><h3>method{}</h3><p class=\"block\">Returns the <a "
                         "href=\"List.html?m={}\">element</a> at the given position &mdash; or none, where there "
                         "is none; see <code>get()</code>.</p></section>\n",
                         i, i, i);
  }
  return page + "</main></body></html>\n";
}

const std::string& page() {
  static const std::string kPage = make_page();
  return kPage;
}

Url page_url() { return *Url::parse(kPageUrl); }

void count_bytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(bytes));
}

void url_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Url::parse("https://Example.com:443/a/b/../c%20d?q=1&r=2#top"));
}
BENCHMARK(url_parse);

void url_resolve(benchmark::State& state) {
  const Url base = page_url();
  for (auto _ : state) benchmark::DoNotOptimize(Url::parse("../../lang/Object.html#equals", &base));
}
BENCHMARK(url_resolve);

void charset_sniff(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(sniff_charset(page(), "text/html"));
  count_bytes(state, page().size());
}
BENCHMARK(charset_sniff);

void charset_decode(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(decode_to_utf8(page(), "UTF-8"));
  count_bytes(state, page().size());
}
BENCHMARK(charset_decode);

void tree_alone(benchmark::State& state) {
  PageTree tree;
  for (auto _ : state) benchmark::DoNotOptimize(tree.parse(page(), {}, steady_now() + Duration{10'000}));
  count_bytes(state, page().size());
}
BENCHMARK(tree_alone)->Unit(benchmark::kMicrosecond);

void tree_by_gumbo(benchmark::State& state) {
  Arena arena;
  for (auto _ : state) benchmark::DoNotOptimize(gumbo_tree(page(), arena, {}, steady_now() + Duration{10'000}));
  count_bytes(state, page().size());
}
BENCHMARK(tree_by_gumbo)->Unit(benchmark::kMicrosecond);

void tree_parser(benchmark::State& state) {
  TreeParser parser{ParseLimits{}};
  const Url url = page_url();
  for (auto _ : state) {
    auto parsed = parser.parse({url, page(), "text/html"});
    SCRAPER_CHECK(parsed.has_value());
    benchmark::DoNotOptimize(parsed);
  }
  count_bytes(state, page().size());
}
BENCHMARK(tree_parser)->Unit(benchmark::kMicrosecond);

void selector(benchmark::State& state, const char* text) {
  PageTree tree;
  const auto output = tree.parse(page(), {}, steady_now() + Duration{10'000});
  const auto compiled = Selector::compile(text);
  SCRAPER_CHECK(output.has_value() && compiled.has_value());
  for (auto _ : state) benchmark::DoNotOptimize(compiled->select_all((*output)->document));
}
BENCHMARK_CAPTURE(selector, type, "h3")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(selector, class_and_child, "section[id] > p.block")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(selector, has, "section:has(code) a")->Unit(benchmark::kMicrosecond);

void selector_compile(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(Selector::compile("nav li:nth-child(2n+1) > a[href^=http]::attr(href)"));
}
BENCHMARK(selector_compile);

/// A database of its own in the temporary directory.
class StoreFile {
 public:
  StoreFile() : folder_(make_folder()), store_(storage::open_store(folder_ + "/micro.db")) {
    storage::RunSpec spec;
    spec.started_at = format_time(wall_now());
    spec.fetcher = "none";
    next_attempt_ = store_->begin_run(spec).next_attempt_id;
  }
  ~StoreFile() {
    store_->end_run("complete", format_time(wall_now()));
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  StoreFile(const StoreFile&) = delete;
  StoreFile& operator=(const StoreFile&) = delete;

  /// So many new pages' outcomes, ready to be committed.
  std::vector<storage::Outcome> make_batch() {
    storage::SeedLines seeds;
    for (size_t i = 0; i < kBatch; ++i) {
      storage::SeedRecord seed;
      seed.line = ++line_;
      seed.url = {{fmt::format("http://docs.example/page-{}.html", line_), kOrigin.size()}};
      seeds.add(std::move(seed));
    }
    seeds.position = {line_, {}, false};
    store_->add_seeds(seeds);
    std::vector<storage::Outcome> batch;
    for (const storage::HostLease& host : store_->lease({kBatch, kBatch, {}})) {
      for (const storage::TaskRecord& task : host.tasks) batch.push_back(outcome_of(host.id, task));
    }
    SCRAPER_CHECK(batch.size() == kBatch);
    return batch;
  }

  storage::Store& store() { return *store_; }

 private:
  static std::string make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "micro-bench-XXXXXX").string();
    SCRAPER_CHECK(mkdtemp(name.data()) != nullptr);
    return name;
  }

  storage::Outcome outcome_of(storage::HostId host, const storage::TaskRecord& task) {
    storage::Outcome outcome;
    outcome.url_id = task.id;
    outcome.host_id = host;
    storage::AttemptRecord& attempt = outcome.attempt.emplace();
    attempt.id = next_attempt_++;
    attempt.url = task.url;
    attempt.started_at = format_time(wall_now());
    attempt.status = 200;
    attempt.body_bytes = page().size();
    attempt.headers = "Content-Type: text/html\n";
    attempt.body = {fmt::format("{:064x}", attempt.id), "zstd", page().size(), std::string(4500, 'z')};
    storage::PageRecord& stored = outcome.page.emplace();
    stored.title = "Title of " + task.url;
    stored.content_type = "text/html";
    stored.charset = "UTF-8";
    stored.text = std::string(6000, 't');
    stored.link_count = kLinks;
    for (size_t i = 0; i < kLinks; ++i) {
      storage::LinkRecord link;
      link.target = {fmt::format("http://docs.example/page-{}.html", i < 100 ? i : line_ + static_cast<int64_t>(i)),
                     kOrigin.size()};
      link.text = fmt::format("Link {}", i);
      link.position = static_cast<int>(i);
      link.kind = "a";
      outcome.links.push_back(std::move(link));
    }
    return outcome;
  }

  std::string folder_;
  std::unique_ptr<storage::Store> store_;
  storage::AttemptId next_attempt_ = 1;
  int64_t line_ = 0;
};

/// A transaction of 256 pages with text, body and 150 links each; items are pages.
void store_finish(benchmark::State& state) {
  StoreFile file;
  for (auto _ : state) {
    state.PauseTiming();
    const auto batch = file.make_batch();
    state.ResumeTiming();
    file.store().finish(batch);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(kBatch));
}
BENCHMARK(store_finish)->Unit(benchmark::kMillisecond)->Iterations(40);

}  // namespace
}  // namespace scraper

BENCHMARK_MAIN();
