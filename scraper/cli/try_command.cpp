// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "scraper/base/utf8.h"
#include "scraper/cli/commands.h"
#include "scraper/fetch/fetcher.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/content_type.h"
#include "scraper/parse/extractor.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/lenient_json.h"
#include "scraper/parse/tree_parser.h"

namespace scraper {
namespace {

/// A page to try a rule on.
struct Source {
  std::string body;
  std::string content_type;
  std::string url;  ///< empty: of a file
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
      return Source{std::move(result.body), std::string(find_header(result.headers, "content-type").value_or("")),
                    url->href()};
    }
    auto target = Url::parse(*location, &*url);
    if (!target)
      return tl::unexpected(fmt::format("{}: redirects to `{}`: {}", url->href(), *location, target.error().message));
    url = std::move(*target);
  }
  return tl::unexpected(fmt::format("{}: more than {} redirects", text, settings.redirects_max));
}

tl::expected<Source, std::string> read_page(const std::string& path) {
  if (path == "-") return Source{std::string(std::istreambuf_iterator<char>(std::cin), {}), {}, {}};
  std::ifstream file(path, std::ios::binary);
  std::string body(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad())
    return tl::unexpected(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  return Source{std::move(body), {}, {}};
}

bool holds_a_url(std::string_view attribute) {
  return attribute == "href" || attribute == "src" || attribute == "action" || attribute == "cite" ||
         attribute == "poster" || attribute == "data";
}

/// References of a file are relative to nothing that is known.
constexpr const char* kNoUrl = "http://file.invalid/";

bool is_json(const Source& page) {
  if (!page.content_type.empty()) return content_kind(page.content_type, page.body) != ContentKind::html;
  const size_t first = page.body.find_first_not_of(" \t\r\n");
  return first != std::string::npos && (page.body[first] == '{' || page.body[first] == '[');
}

/// The one field that the options describe; nullopt: they name none or several.
std::optional<RuleSpec> rule_of(const TryOptions& options) {
  FieldSpec field;
  int sources = 0;
  const auto take = [&](const std::optional<std::string>& expression, FieldSource source) {
    if (!expression) return;
    ++sources;
    field.source = source;
    field.expression = *expression;
  };
  take(options.css, FieldSource::css);
  take(options.xpath, FieldSource::xpath);
  take(options.json, FieldSource::json);
  take(options.jsonld, FieldSource::jsonld);
  take(options.meta, FieldSource::meta);
  if (sources != 1) return std::nullopt;
  field.name = "value";
  field.attribute = to_lower(options.attribute);
  field.regex = options.regex;
  field.type = options.type;
  field.all = true;
  RuleSpec rule;
  rule.table = "try";
  rule.fields.push_back(std::move(field));
  return rule;
}

/// What the rules give on the page; says what went wrong.
std::optional<std::vector<TableItems>> apply(const RuleSet& rules, const Source& page, const Url& url, bool json,
                                             const Settings& settings) {
  std::optional<Error> error;
  std::vector<TableItems> items;
  if (json) {
    const std::string text = decode_to_utf8(page.body, sniff_charset(page.body, page.content_type));
    const Watchdog watchdog(settings.parse, steady_now() + settings.parse.timeout);
    const auto document = read_json(text);
    if (!document) complain("this is no JSON that can be read");
    Extraction extraction = extract_from_json(rules, document ? &*document : nullptr, url, settings.parse, watchdog);
    items = std::move(extraction.tables);
    error = std::move(extraction.error);
  } else {
    // The rules live longer than the parser.
    TreeParser parser(settings.parse,
                      {std::shared_ptr<const RuleSet>(std::shared_ptr<void>(), &rules), false, false, false});
    auto parsed = parser.parse({url, page.body, page.content_type});
    if (!parsed) {
      error = std::move(parsed.error());
    } else {
      items = std::move(parsed->items);
      error = std::move(parsed->cut_short);
    }
  }
  if (error) complain(fmt::format("{}: {}", name(error->kind), error->message));
  if (error && items.empty()) return std::nullopt;
  return items;
}

/// One value a line; on a terminal without what would steer it.
void print_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  fmt::print("{}\n", isatty(STDOUT_FILENO) != 0 ? printable(text) : text);
}

void print_values(const std::vector<TableItems>& items, const TryOptions& options, const std::optional<Url>& base) {
  if (items.empty() || items[0].rows.empty()) return;
  if (items[0].failed[0] > 0) complain("what it finds is not of this --type");
  const auto* list = std::get_if<std::string>(&items[0].rows[0][0]);
  if (list == nullptr) return;
  const bool resolve = base && options.type == FieldType::text && holds_a_url(to_lower(options.attribute));
  for (const nlohmann::json& value : nlohmann::json::parse(*list)) {
    if (options.as_json || !value.is_string()) {
      fmt::print("{}\n", value.dump());
      continue;
    }
    const auto& text = value.get_ref<const std::string&>();
    const auto url = resolve ? Url::parse(text, &*base) : tl::expected<Url, Error>(tl::unexpected(Error{}));
    print_line(url ? url->href() : text);
  }
}

/// One JSON object a row, with its table.
void print_rows(const RuleSet& rules, const std::vector<TableItems>& items, const std::string& table) {
  for (const TableItems& found : items) {
    const RuleSet::Table& plan = rules.tables()[found.table];
    if (!table.empty() && plan.name != table) continue;
    for (size_t position = 0; position < found.rows.size(); ++position) {
      nlohmann::ordered_json row{{"table", plan.name}, {"position", position}};
      for (size_t i = 0; i < plan.columns.size(); ++i) {
        const RuleSet::Column& column = plan.columns[i];
        std::visit([&](const auto& value) { row[column.name] = value; }, found.rows[position][i]);
        const auto* text = std::get_if<std::string>(&found.rows[position][i]);
        if (text != nullptr && (column.all || column.type == FieldType::json))
          row[column.name] = nlohmann::ordered_json::parse(*text);
      }
      fmt::print("{}\n", row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    }
    for (size_t i = 0; i < plan.columns.size(); ++i) {
      if (found.failed[i] > 0) {
        complain(fmt::format("{}.{}: not of its type in {} rows", plan.name, plan.columns[i].name, found.failed[i]));
      }
    }
  }
}

/// What is to be tried: the config's rules, or the one that the options describe.
tl::expected<RuleSet, std::string> rules_to_try(const TryOptions& options, const Settings& settings, bool of_file) {
  std::vector<RuleSpec> specs = settings.rule_specs;
  const auto rule = rule_of(options);
  if (rule) {
    specs = {*rule};
  } else if (specs.empty()) {
    return tl::unexpected(
        std::string("say what to look for: one of --css, --xpath, --json, --jsonld, --meta, or -c with a config that "
                    "has [[extract]]"));
  }
  // A file has no URL that `match` could be looked for in.
  for (RuleSpec& spec : specs) {
    if (of_file) spec.match.clear();
  }
  auto compiled = RuleSet::compile(std::move(specs));
  if (compiled) return std::move(*compiled);
  std::string problems;
  for (const RuleProblem& problem : compiled.error()) {
    problems += (problems.empty() ? "" : "\n") +
                (rule ? problem.message : fmt::format("{}: {}", problem.place, problem.message));
  }
  return tl::unexpected(std::move(problems));
}

}  // namespace

Exit try_command(const TryOptions& options, const Settings& settings) {
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
  const auto rules = rules_to_try(options, settings, !is_url && !base);
  if (!rules) {
    complain(rules.error());
    return Exit::usage;
  }
  const auto page = is_url ? fetch_page(settings, options.source) : read_page(options.source);
  if (!page) {
    complain(page.error());
    return is_url ? Exit::tasks_failed : Exit::usage;
  }
  if (!base && is_url) base = *Url::parse(page->url);
  const bool single = rule_of(options).has_value();
  const bool json = single ? options.json.has_value() : is_json(*page);
  const auto items = apply(*rules, *page, base ? *base : *Url::parse(kNoUrl), json, settings);
  if (!items) return Exit::tasks_failed;
  if (single)
    print_values(*items, options, base);
  else
    print_rows(*rules, *items, options.table);
  return Exit::done;
}

}  // namespace scraper
