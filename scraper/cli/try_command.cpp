// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>

#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/gumbo_tree.h"
#include "scraper/parse/selector.h"

namespace scraper {
namespace {

/// A page to try a rule on.
struct Source {
  std::string body;
  std::string content_type;
};

FetchResult fetch_one(const Settings& settings, const Url& url, bool listed) {
  std::promise<FetchResult> promise;
  FetchSettings fetch = settings.fetch;
  fetch.user_agent = effective_user_agent(settings);
  const auto fetcher = make_fetcher(FetchModel::threads, 1, fetch,
                                    [&promise](FetchResult result) { promise.set_value(std::move(result)); });
  FetchRequest request;
  request.url = url.href();
  request.allow_private = listed;
  request.send_credentials = listed;
  fetcher->start(std::move(request));
  return promise.get_future().get();
}

tl::expected<Source, std::string> fetch_page(const Settings& settings, const std::string& text) {
  auto url = Url::parse(text);
  if (!url) return tl::unexpected(fmt::format("`{}`: {}", text, url.error().message));
  const std::string listed(url->origin());
  for (int hop = 0; hop <= settings.redirects_max; ++hop) {
    FetchResult result = fetch_one(settings, *url, url->origin() == listed);
    if (result.error)
      return tl::unexpected(fmt::format("{}: {}: {}", url->href(), name(result.error->kind), result.error->message));
    const auto location = find_header(result.headers, "location");
    if (result.status < 300 || result.status > 399 || !location) {
      if (result.status >= 400) complain(fmt::format("{}: HTTP status {}", url->href(), result.status));
      return Source{std::move(result.body), std::string(find_header(result.headers, "content-type").value_or(""))};
    }
    auto target = Url::parse(*location, &*url);
    if (!target)
      return tl::unexpected(fmt::format("{}: redirects to `{}`: {}", url->href(), *location, target.error().message));
    url = std::move(*target);
  }
  return tl::unexpected(fmt::format("{}: more than {} redirects", text, settings.redirects_max));
}

tl::expected<Source, std::string> read_page(const std::string& path) {
  if (path == "-") return Source{std::string(std::istreambuf_iterator<char>(std::cin), {}), {}};
  std::ifstream file(path, std::ios::binary);
  std::string body(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad())
    return tl::unexpected(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  return Source{std::move(body), {}};
}

bool holds_a_url(std::string_view attribute) {
  return attribute == "href" || attribute == "src" || attribute == "action" || attribute == "cite" ||
         attribute == "poster" || attribute == "data";
}

void print_match(const GumboNode* node, const std::string& wanted, const std::optional<Url>& base) {
  if (wanted.empty()) {
    fmt::print("{}\n", node_text(node));
    return;
  }
  const auto value = attribute(node, wanted.c_str());
  if (!value) return;
  const bool resolve = base && holds_a_url(wanted);
  const tl::expected<Url, Error> url =
      resolve ? Url::parse(*value, &*base) : tl::expected<Url, Error>(tl::unexpected(Error{}));
  fmt::print("{}\n", url ? url->href() : collapse_white_space(*value));
}

}  // namespace

Exit try_command(const TryOptions& options, const Settings& settings) {
  if (options.css.empty()) {
    complain("say what to look for: scraper try SOURCE --css SELECTOR [--attr NAME]");
    return Exit::usage;
  }
  const auto selector = Selector::compile(options.css);
  if (!selector) {
    complain(fmt::format("--css `{}`: column {}: {}", options.css, selector.error().column, selector.error().message));
    return Exit::usage;
  }
  std::optional<Url> base;
  if (!options.base.empty()) {
    auto url = Url::parse(options.base);
    if (!url) {
      complain(fmt::format("--base `{}`: {}", options.base, url.error().message));
      return Exit::usage;
    }
    base = std::move(*url);
  }
  const bool is_url = options.source.find("://") != std::string::npos;
  const auto page = is_url ? fetch_page(settings, options.source) : read_page(options.source);
  if (!page) {
    complain(page.error());
    return is_url ? Exit::tasks_failed : Exit::usage;
  }
  const std::string text = decode_to_utf8(page->body, sniff_charset(page->body, page->content_type));
  GumboTree tree;
  const auto parsed = tree.parse(text, settings.parse, steady_now() + settings.parse.timeout);
  if (!parsed) {
    complain(fmt::format("{}: {}: {}", options.source, name(parsed.error().kind), parsed.error().message));
    return Exit::tasks_failed;
  }
  for (const GumboNode* node : selector->select_all((*parsed)->root))
    print_match(node, to_lower(options.attribute), base);
  return Exit::done;
}

}  // namespace scraper
