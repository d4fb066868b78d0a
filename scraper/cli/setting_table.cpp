// SPDX-License-Identifier: MIT
#include "scraper/cli/setting_table.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>

#include "scraper/cli/setting_kinds.h"

namespace scraper {
namespace {

using namespace setting_kinds;

Problem check_header(const std::string& text) {
  const size_t colon = text.find(':');
  const auto token = [](char c) {
    return c > 0x20 && c < 0x7F && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  };
  if (colon == std::string::npos || colon == 0 ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), token)) {
    return fmt::format("`{}` is no header: write 'Name: value'", text);
  }
  return {};
}

Problem check_longer_than_zero(const std::string& text) {
  const auto value = parse_duration(text);
  return value && value->count() == 0 ? Problem("it must be longer than 0") : Problem();
}

Problem check_not_empty(const std::string& text) {
  return text.empty() ? Problem("an empty expression is found in every URL; leave it out") : Problem();
}

Problem check_cookie(const std::string& text) {
  return text.find('=') == std::string::npos ? Problem("write NAME=VALUE") : Problem();
}

Problem check_readable(const std::string& text) {
  return std::ifstream(text).good() ? Problem() : Problem("this file cannot be read");
}

Problem check_resolve(const std::string& text) {
  const size_t host_end = text.find(':');
  const size_t port_end = host_end == std::string::npos ? host_end : text.find(':', host_end + 1);
  const bool fits = port_end != std::string::npos && host_end > 0 && port_end > host_end + 1 &&
                    port_end + 1 < text.size() && text.find_first_not_of("0123456789", host_end + 1) == port_end;
  return fits ? Problem() : Problem("write HOST:PORT:ADDRESS");
}

Problem check_name_server(const std::string& text) {
  const bool bracket = text.starts_with('[');
  const size_t end = bracket ? text.find(']') : text.find(':');
  const std::string address = bracket ? text.substr(1, end == std::string::npos ? end : end - 1) : text.substr(0, end);
  const std::string port = end == std::string::npos ? "" : text.substr(end + (bracket ? 1 : 0));
  std::array<char, sizeof(in6_addr)> bytes{};
  const int family = bracket ? AF_INET6 : AF_INET;
  int number = 0;
  const bool fits = !(bracket && end == std::string::npos) && inet_pton(family, address.c_str(), bytes.data()) == 1 &&
                    (port.empty() || (port.starts_with(':') && !read_number(port.substr(1), 1, 65535, number)));
  return fits ? Problem() : Problem("write ADDRESS or ADDRESS:PORT, an IPv6 address in brackets");
}

Problem check_proxy(const std::string& text) {
  const size_t mark = text.find("://");
  if (mark == std::string::npos) return text.starts_with(":") ? Problem("it names no host") : Problem();
  for (const char* scheme : {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}) {
    if (text.substr(0, mark) == scheme) return {};
  }
  return "a proxy speaks http, https, socks4, socks4a, socks5 or socks5h";
}

Setting keep_setting() {
  static const std::map<std::string, bool Keep::*> kNames{
      {"pages", &Keep::pages}, {"text", &Keep::text}, {"links", &Keep::links}, {"bodies", &Keep::bodies}};
  Setting setting =
      base_setting("store.keep", "--store", "LIST", "what to keep: some of pages,text,links,bodies, or none");
  setting.many = true;
  setting.set = [](Settings& settings, Texts texts) -> Problem {
    Keep keep{false, false, false, false};
    for (const std::string& text : texts) {
      for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(',', at), text.size());
        const std::string name = text.substr(at, end - at);
        const auto found = kNames.find(name);
        if (found != kNames.end())
          keep.*(found->second) = true;
        else if (name != "none")
          return fmt::format("`{}` cannot be kept: name some of pages,text,links,bodies, or none", name);
        at = end + 1;
      }
    }
    settings.digest.keep = keep;
    return {};
  };
  setting.show = [](const Settings&) { return std::string(); };  // the four keys show it
  return setting;
}

Setting retry_on_setting() {
  Setting setting = base_setting("fetch.retry_on", "--retry-on", "STATUS",
                                 "HTTP statuses that are worth another try, each an occurrence or with commas");
  setting.many = true;
  setting.set = [](Settings& settings, Texts texts) -> Problem {
    std::vector<int> statuses;
    for (const std::string& text : texts) {
      for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(',', at), text.size());
        int status = 0;
        if (auto problem = read_number<int>(text.substr(at, end - at), 100, 599, status)) return problem;
        statuses.push_back(status);
        at = end + 1;
      }
    }
    settings.retry.statuses = std::move(statuses);
    return {};
  };
  setting.show = [](const Settings& settings) { return fmt::format("[{}]", fmt::join(settings.retry.statuses, ", ")); };
  return setting;
}

Setting optional_duration(std::string key, std::string option, std::string help,
                          std::optional<Duration> Settings::*field) {
  Setting setting = base_setting(std::move(key), std::move(option), "DUR", std::move(help));
  setting.set = [field](Settings& settings, Texts texts) -> Problem {
    Duration value{};
    if (auto problem = Codec<Duration>::read(texts.back(), value)) return problem;
    settings.*field = value;
    return {};
  };
  setting.show = [field](const Settings& settings) {
    return settings.*field ? Codec<Duration>::show(*(settings.*field)) : "";
  };
  return setting;
}

#define FIELD(member) \
  [](Settings & s) -> auto& { return s.member; }

void add_run_settings(std::vector<Setting>& table) {
  table.push_back(list("run.seeds", "", "LIST", "URLs and files of URLs", FIELD(seeds)));
  table.push_back(checked(
      plain("run.database", "-d,--database", "DB", "the database file", FIELD(database)),
      [](const std::string& text) -> Problem { return text.empty() ? Problem("it must name a file") : Problem(); }));
  table.push_back(optional_duration("run.deadline", "--deadline", "time for the whole run", &Settings::deadline));
  table.push_back(
      plain("run.grace", "--grace", "DUR", "time for what is in flight when the run is interrupted", FIELD(grace)));
  table.push_back(
      plain("run.patience", "--patience", "DUR", "end the run when nothing will fall due within it", FIELD(patience)));
  table.push_back(
      plain("run.lock_wait", "--lock-wait", "DUR", "wait so long for another run on this database", FIELD(lock_wait)));
  table.push_back(number<>("run.fail_above", "--fail-above", "PCT",
                           "share of failed tasks up to which the exit code stays 0", FIELD(fail_above), 0.0, 100.0));
  table.push_back(number<>("run.fail_on_drift", "--fail-on-drift", "PCT",
                           "exit 8 when a field of a rule lost more than this share of what used to be filled",
                           FIELD(fail_on_drift), 0.0, 100.0));
}

void add_fetch_settings(std::vector<Setting>& table) {
  table.push_back(choice<>(
      "fetch.model", "--fetcher", "the concurrency model", FIELD(model),
      std::vector<std::pair<std::string, FetchModel>>{{"multi", FetchModel::multi}, {"threads", FetchModel::threads}}));
  table.push_back(number<>("fetch.concurrency", "--concurrency", "N",
                           "transfers at once (64; threads: cores + 4, at most 32)", FIELD(concurrency), 1, 10'000));
  table.push_back(
      number<>("fetch.retries", "--retry", "N", "further tries of a transient error", FIELD(retry.retries), 0, 100));
  table.push_back(retry_on_setting());
  table.push_back(size("fetch.body_max", "--max-filesize", "largest decoded body", FIELD(fetch.body_bytes_max)));
  table.push_back(size("fetch.header_max", "", "most response header bytes", FIELD(fetch.header_bytes_max)));
  table.push_back(number<>("fetch.redirects_max", "--max-redirs", "N", "longest chain of redirects",
                           FIELD(redirects_max), 0, 1000));
  table.push_back(choice<>(
      "fetch.private_addresses", "--private-addresses",
      "who may be on loopback and private addresses: listed origins, all, none", FIELD(private_addresses),
      std::vector<std::pair<std::string, PrivateAddresses>>{
          {"seeds", PrivateAddresses::seeds}, {"allow", PrivateAddresses::allow}, {"deny", PrivateAddresses::deny}}));
  table.push_back(
      plain("fetch.user_agent", "-A,--user-agent", "NAME", "the whole User-Agent header", FIELD(user_agent)));
  table.push_back(
      plain("fetch.contact", "", "URL|MAIL", "a contact that goes into the default user agent", FIELD(contact)));
  table.push_back(
      checked(list("fetch.headers", "-H,--header", "'NAME: VALUE'", "a further request header", FIELD(fetch.headers)),
              check_header));
  table.push_back(checked(
      list("fetch.cookies", "-b,--cookie", "'NAME=VALUE'", "cookies, for the listed origins alone", FIELD(cookies)),
      check_cookie));
  table.push_back(
      checked(plain("fetch.proxy", "-x,--proxy", "URL", "a proxy, as in curl", FIELD(fetch.proxy)), check_proxy));
  table.push_back(checked(
      list("fetch.resolve", "--resolve", "HOST:PORT:ADDR", "an address for a host, as in curl", FIELD(fetch.resolve)),
      check_resolve));
  table.push_back(checked(list("fetch.dns_servers", "", "ADDR[:PORT]",
                               "name servers to ask; none: those of /etc/resolv.conf", FIELD(fetch.dns_servers)),
                          check_name_server));
  table.push_back(checked(
      plain("fetch.ca_file", "--cacert", "FILE", "certificates to trust, PEM", FIELD(fetch.ca_file)), check_readable));
  table.push_back(with_switch(
      plain("fetch.insecure", "-k,--insecure", "", "trust any certificate", FIELD(fetch.insecure)), "true"));
  table.push_back(with_switch(
      plain("fetch.fresh", "--fresh", "", "take pages as new: do not ask whether they have changed", FIELD(fresh)),
      "true"));
  table.push_back(optional_duration("fetch.older_than", "--older-than", "leave alone what was fetched more recently",
                                    &Settings::older_than));
  table.push_back(with_switch(
      plain("fetch.head", "--head", "", "ask for headers alone where the server lets us", FIELD(head)), "true"));
  table.push_back(plain("fetch.timeout.connect", "--connect-timeout", "DUR", "for name look-up, connection and TLS",
                        FIELD(fetch.connect_timeout)));
  table.push_back(plain("fetch.timeout.first_byte", "--first-byte-timeout", "DUR", "from then until the first byte",
                        FIELD(fetch.first_byte_timeout)));
  table.push_back(plain("fetch.timeout.stall", "--stall-timeout", "DUR", "without a byte, once the first has come",
                        FIELD(fetch.stall_timeout)));
  table.push_back(plain("fetch.timeout.total", "-m,--max-time", "DUR", "for one whole attempt", FIELD(fetch.max_time)));
}

void add_limit_settings(std::vector<Setting>& table) {
  table.push_back(number<>("scope.max_pages", "--max-pages", "N", "tasks of the run, 0 for no limit", FIELD(pages_max),
                           int64_t{0}, int64_t{1'000'000'000'000}));
  table.push_back(number<>("scope.max_pages_per_host", "--max-pages-per-host", "N",
                           "tasks of the run at one host, 0 for no limit", FIELD(pages_per_host_max), int64_t{0},
                           int64_t{1'000'000'000'000}));
  table.push_back(
      with_switch(plain("scope.sitemaps", "--sitemaps", "",
                        "also take URLs from the listed hosts' sitemaps (robots.txt, /sitemap.xml)", FIELD(sitemaps)),
                  "true"));
  table.push_back(number<>("scope.sitemap_urls_max", "", "N", "URLs taken from one sitemap",
                           FIELD(digest.sitemaps.urls_max), size_t{1}, size_t{10'000'000}));
  table.push_back(size("scope.sitemap_bytes_max", "", "largest sitemap, unpacked", FIELD(digest.sitemaps.bytes_max)));
  // Crawler traps: a link that goes over one of these is skipped as `trap`; 0 switches a check off.
  table.push_back(number<>("scope.url_bytes_max", "", "N", "longest URL that a link may have",
                           FIELD(digest.traps.url_bytes_max), size_t{0}, size_t{65'536}));
  table.push_back(number<>("scope.path_segments_max", "", "N", "most segments of its path",
                           FIELD(digest.traps.path_segments_max), 0, 65'536));
  table.push_back(number<>("scope.repeated_segments_max", "", "N",
                           "the same segment in its path at most so often in turn",
                           FIELD(digest.traps.repeated_segments_max), 0, 65'536));
  table.push_back(number<>("scope.query_variants_max", "", "N", "URLs that differ in their query alone",
                           FIELD(digest.traps.query_variants_max), 0, 1'000'000'000));
  table.push_back(number<>("scope.calendar_pages_max", "", "N", "URLs that differ in a date alone",
                           FIELD(digest.traps.calendar_pages_max), 0, 1'000'000'000));
  table.push_back(number<>("scope.years_ahead_max", "", "N", "how far in the future a date in a URL may lie",
                           FIELD(digest.traps.years_ahead_max), 0, 10'000));
}

void add_crawl_settings(std::vector<Setting>& table) {
  table.push_back(number<>("politeness.per_host", "--per-host", "N", "connections to one host at once",
                           FIELD(politeness.per_host), 1, 10'000));
  table.push_back(plain("politeness.delay", "--delay", "DUR",
                        "least time between two requests to one host, jittered by up to half more",
                        FIELD(politeness.delay)));
  table.push_back(
      with_switch(plain("politeness.robots", "--no-robots", "", "do not ask for robots.txt", FIELD(robots)), "false"));
  table.push_back(plain("politeness.nofollow", "", "BOOL", "obey nofollow: meta robots, X-Robots-Tag, rel",
                        FIELD(digest.nofollow)));
  table.push_back(plain("politeness.noindex", "", "BOOL", "keep nothing of a page that says noindex but its row",
                        FIELD(digest.noindex)));
  table.push_back(plain("politeness.crawl_delay_max", "", "DUR", "a longer Crawl-delay of a robots.txt is cut to this",
                        FIELD(politeness.crawl_delay_max)));
  table.push_back(plain("politeness.slowdown_max", "", "DUR",
                        "most that 429 and 503 answers slow a host down to, between two requests",
                        FIELD(politeness.slowdown_max)));
  table.push_back(number<>("politeness.park_after", "", "N",
                           "failures in a row to reach a host after which it is parked", FIELD(politeness.park_after),
                           1, 1'000'000));
  table.push_back(plain("politeness.park_first", "", "DUR", "for so long, twice as long with each further failure",
                        FIELD(politeness.park_first)));
  table.push_back(plain("politeness.park_max", "", "DUR", "up to this", FIELD(politeness.park_max)));
  table.push_back(number<>("scope.depth", "-l,--depth", "N", "follow links N hops from the list", FIELD(scope.depth), 0,
                           1'000'000));
  table.push_back(choice<>(
      "scope.span", "--span", "where links may lead: below the seeds' folders, their hosts, their domains, anywhere",
      FIELD(scope.span),
      std::vector<std::pair<std::string, Span>>{
          {"seeds", Span::seeds}, {"host", Span::host}, {"domain", Span::domain}, {"any", Span::any}}));
  table.push_back(checked(
      list("scope.accept", "--accept", "RE", "follow only links whose URL it is found in (RE2)", FIELD(scope.accept)),
      check_not_empty));
  table.push_back(checked(
      list("scope.reject", "--reject", "RE", "leave out URLs it is found in; wins over --accept", FIELD(scope.reject)),
      check_not_empty));
  add_limit_settings(table);
  table.push_back(
      choice<>("parse.parser", "", "what reads pages: tokens where they are enough, tokens, a tree", FIELD(parser),
               std::vector<std::pair<std::string, ParserChoice>>{
                   {"auto", ParserChoice::automatic}, {"tokens", ParserChoice::tokens}, {"tree", ParserChoice::tree}}));
  table.push_back(
      checked(plain("parse.timeout", "--parse-timeout", "DUR", "for parsing one page", FIELD(parse.timeout)),
              check_longer_than_zero));
  table.push_back(size("parse.memory_max", "", "memory for parsing one page", FIELD(parse.memory_bytes_max)));
  table.push_back(size("parse.text_max", "", "text kept of one page", FIELD(parse.text_bytes_max)));
  table.push_back(size("parse.link_bytes_max", "", "bytes of the links kept of one page", FIELD(parse.link_bytes_max)));
  table.push_back(
      number<>("parse.links_max", "", "N", "distinct links kept of one page", FIELD(parse.links_max), 1, 10'000'000));
  table.push_back(plain("parse.content", "", "BOOL", "find the main content of pages: content, markdown, author, date",
                        FIELD(content)));
  table.push_back(plain("parse.images", "", "BOOL", "take images for links, srcset among them", FIELD(images)));
  table.push_back(number<>("parse.nodes_max", "", "N", "nodes of one page", FIELD(parse.nodes_max), size_t{1},
                           size_t{1'000'000'000}));
  table.push_back(number<>("parse.attributes_max", "", "N", "attributes of one page", FIELD(parse.attributes_max),
                           size_t{1}, size_t{1'000'000'000}));
  table.push_back(number<>("parse.depth_max", "", "N", "depth of one page", FIELD(parse.depth_max), size_t{1},
                           size_t{1'000'000'000}));
  table.push_back(number<>("parse.threads", "", "N", "parse workers (one a core)", FIELD(parse_threads), 1, 1024));
  table.push_back(keep_setting());
  table.push_back(plain("store.pages", "", "BOOL", "title, description and the like", FIELD(digest.keep.pages)));
  table.push_back(plain("store.text", "", "BOOL", "the visible text", FIELD(digest.keep.text)));
  table.push_back(plain("store.links", "", "BOOL", "links", FIELD(digest.keep.links)));
  table.push_back(plain("store.bodies", "", "BOOL", "the bodies as they came", FIELD(digest.keep.bodies)));
}

#undef FIELD

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

const std::vector<Setting>& setting_table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> out;
    add_run_settings(out);
    add_fetch_settings(out);
    add_crawl_settings(out);
    return out;
  }();
  return table;
}

const Setting* find_setting(std::string_view key) {
  for (const Setting& setting : setting_table()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

std::string nearest_key(std::string_view key) {
  std::string best;
  size_t least = std::max<size_t>(3, key.size() / 3) + 1;
  for (const Setting& setting : setting_table()) {
    const size_t distance = edit_distance(key, setting.key);
    if (distance >= least) continue;
    least = distance;
    best = setting.key;
  }
  return best;
}

std::string environment_name(const Setting& setting) {
  std::string name = "SCRAPER_" + setting.key;
  for (char& c : name) c = c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  return name;
}

}  // namespace scraper
