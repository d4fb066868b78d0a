// SPDX-License-Identifier: MIT
#include "scraper/frontier/robots.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"

namespace scraper {
namespace {

constexpr std::string_view kSpace = " \t\v\f";
/// What a verdict shows of a rule.
constexpr size_t kRuleShownBytesMax = 200;

bool is_unreserved(char c) { return is_letter(c) || is_digit(c) || std::strchr("-._~", c) != nullptr; }

std::string_view without_space(std::string_view text) { return trim(text, kSpace); }

/// Not more than so many bytes, and no half of a character at their end.
std::string_view beginning(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = to_lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void append_encoded(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += {'%', kHex[byte >> 4], kHex[byte & 15]};
}

/// The one form in which rules and URLs are compared (RFC 9309 2.2.2): unreserved characters as they are, reserved ones
/// as they were written, everything else percent-encoded in capitals. `*`, `$` and `'` are encoded too: the first two
/// so that a URL's are not taken for a rule's (2.2.3), the last because URLs in canonical form have it so in the query.
std::string normalised(std::string_view text, bool keep_stars) {
  constexpr std::string_view kAsWritten = ":/?[]@!&()+,;=%";
  std::string out;
  out.reserve(text.size() + 16);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      const char decoded = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      if (decoded != '\0' && is_unreserved(decoded)) {
        out += decoded;
      } else {
        append_encoded(out, decoded);
      }
      i += 2;
    } else if (c != '\0' &&
               (is_unreserved(c) || kAsWritten.find(c) != std::string_view::npos || (c == '*' && keep_stars))) {
      out += c;
    } else {
      append_encoded(out, c);
    }
  }
  return out;
}

/// Where `part` begins at or after `from`. memmem takes linear time, which string_view::find does not promise.
size_t find_part(std::string_view text, std::string_view part, size_t from) {
  const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? std::string_view::npos : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

/// The parts between the stars, each taken where it comes first: what follows then has the most room, so there is
/// nothing to go back to and the time is linear.
bool matches(std::string_view pattern, bool anchored, std::string_view target) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return anchored ? target == pattern : target.starts_with(pattern);
  if (!target.starts_with(pattern.substr(0, star))) return false;
  size_t at = star;
  while (true) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    const std::string_view part = pattern.substr(0, star);
    if (star == std::string_view::npos && anchored) {
      return part.size() <= target.size() - at && target.ends_with(part);
    }
    const size_t found = find_part(target, part, at);
    if (found == std::string_view::npos) return false;
    if (star == std::string_view::npos) return true;
    at = found + part.size();
  }
}

enum class Key { user_agent, allow, disallow, crawl_delay, sitemap, other };

/// As Google's parser does, by how the key begins, misspellings included.
Key key_of(std::string_view key) {
  struct Name {
    std::string_view start;
    Key key;
  };
  constexpr std::array<Name, 13> kNames{{{"user-agent", Key::user_agent},
                                         {"useragent", Key::user_agent},
                                         {"user agent", Key::user_agent},
                                         {"disallow", Key::disallow},
                                         {"allow", Key::allow},
                                         {"dissallow", Key::disallow},
                                         {"dissalow", Key::disallow},
                                         {"disalow", Key::disallow},
                                         {"diasllow", Key::disallow},
                                         {"disallaw", Key::disallow},
                                         {"crawl-delay", Key::crawl_delay},
                                         {"sitemap", Key::sitemap},
                                         {"site-map", Key::sitemap}}};
  for (const Name& name : kNames) {
    if (starts_with_ignoring_case(key, name.start)) return name.key;
  }
  return Key::other;
}

struct Line {
  std::string_view written;  // without comment and white space around it
  Key key = Key::other;
  std::string_view value;
};

Line read_line(std::string_view text) {
  Line line;
  line.written = without_space(text.substr(0, text.find('#')));
  size_t separator = line.written.find(':');
  if (separator == std::string_view::npos) {
    // White space stands for a forgotten colon where there are exactly two words.
    separator = line.written.find_first_of(kSpace);
    if (separator == std::string_view::npos) return line;
    if (without_space(line.written.substr(separator)).find_first_of(kSpace) != std::string_view::npos) return line;
  }
  line.key = key_of(without_space(line.written.substr(0, separator)));
  line.value = without_space(line.written.substr(separator + 1));
  return line;
}

/// Seconds, as digits with or without a decimal point.
std::optional<Duration> parse_delay(std::string_view text) {
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
  if (text.empty() || read_to != end) return std::nullopt;
  if (error == std::errc::result_out_of_range) return text.front() == '-' ? Duration(0) : kCrawlDelayMax;
  if (error != std::errc() || !std::isfinite(seconds)) return std::nullopt;
  const double limit = std::chrono::duration<double>(kCrawlDelayMax).count();
  return std::chrono::round<Duration>(std::chrono::duration<double>(std::clamp(seconds, 0.0, limit)));
}

}  // namespace

std::string_view product_token(std::string_view user_agent) {
  const auto end = std::find_if_not(user_agent.begin(), user_agent.end(),
                                    [](char c) { return is_letter(c) || c == '-' || c == '_'; });
  return user_agent.substr(0, static_cast<size_t>(end - user_agent.begin()));
}

/// Reads line by line and keeps two sets of rules, those for the token and those for `*`, until the end shows which
/// holds.
class Robots::Compiler {
 public:
  explicit Compiler(std::string_view product_token) : token_(product_token) {}

  void add(const Line& line, int number);
  Robots finish();

 private:
  /// To whom the lines that follow apply.
  struct Audience {
    bool token = false;
    bool everyone = false;
    bool closed = false;  // a line of the group was read: the next user agent begins another group
  };

  void add_user_agent(std::string_view value);
  void add_rule(const Line& line, int number);
  void add_pattern(Robots& robots, std::string_view value, Rule rule);
  void add_delay(std::string_view value);

  std::string_view token_;
  Audience rules_for_;
  Audience delay_for_;
  bool token_seen_ = false;
  Robots for_token_;
  Robots for_everyone_;
  std::vector<std::string> sitemaps_;
};

void Robots::Compiler::add(const Line& line, int number) {
  switch (line.key) {
    case Key::user_agent:
      add_user_agent(line.value);
      break;
    case Key::allow:
    case Key::disallow:
      add_rule(line, number);
      break;
    case Key::crawl_delay:
      add_delay(line.value);
      break;
    case Key::sitemap:
      if (!line.value.empty() && sitemaps_.size() < kRobotsSitemapsMax) sitemaps_.emplace_back(line.value);
      break;
    case Key::other:
      break;
  }
}

void Robots::Compiler::add_user_agent(std::string_view value) {
  if (rules_for_.closed) rules_for_ = {};
  if (delay_for_.closed) delay_for_ = {};
  const bool everyone =
      value.starts_with('*') && (value.size() == 1 || kSpace.find(value[1]) != std::string_view::npos);
  const bool token = !token_.empty() && equals_ignoring_case(product_token(value), token_);
  for (Audience* audience : {&rules_for_, &delay_for_}) {
    audience->token |= token;
    audience->everyone |= everyone;
  }
  token_seen_ |= token;
}

void Robots::Compiler::add_rule(const Line& line, int number) {
  rules_for_.closed = true;
  delay_for_.closed = true;
  // A rule that begins with neither can match no path.
  if (!line.value.starts_with('/') && !line.value.starts_with('*')) return;
  for (Robots* robots : {rules_for_.token ? &for_token_ : nullptr, rules_for_.everyone ? &for_everyone_ : nullptr}) {
    if (robots == nullptr || robots->rules_.size() >= kRobotsRulesMax) continue;
    Rule rule;
    rule.allow = line.key == Key::allow;
    rule.line = number;
    rule.written_begin = static_cast<uint32_t>(robots->text_.size());
    const std::string_view shown = beginning(line.written, kRuleShownBytesMax);
    rule.written_bytes = static_cast<uint32_t>(shown.size());
    robots->text_ += shown;
    add_pattern(*robots, line.value, rule);
    // A pattern for the folder itself, for it is what servers answer /x/ with.
    const size_t slash = line.value.rfind('/');
    if (rule.allow && slash != std::string_view::npos && line.value.substr(slash).starts_with("/index.htm")) {
      add_pattern(*robots, std::string(line.value.substr(0, slash + 1)) + '$', rule);
    }
  }
}

void Robots::Compiler::add_pattern(Robots& robots, std::string_view value, Rule rule) {
  rule.anchored = value.ends_with('$');
  if (rule.anchored) value.remove_suffix(1);
  std::string pattern = normalised(value, true);
  rule.octets = static_cast<uint32_t>(pattern.size() + rule.anchored);
  pattern.erase(std::unique(pattern.begin(), pattern.end(), [](char a, char b) { return a == '*' && b == '*'; }),
                pattern.end());
  if (!rule.anchored && pattern.ends_with('*')) pattern.pop_back();

  const std::string_view written = std::string_view(robots.text_).substr(rule.written_begin, rule.written_bytes);
  const size_t shared = written.find(pattern);
  rule.pattern_begin =
      static_cast<uint32_t>(shared != written.npos ? rule.written_begin + shared : robots.text_.size());
  rule.pattern_bytes = static_cast<uint32_t>(pattern.size());
  if (shared == written.npos) robots.text_ += pattern;
  robots.rules_.push_back(rule);
}

void Robots::Compiler::add_delay(std::string_view value) {
  // It closes the group as far as delays go, as people mean it, but not for the rules: a line that is not of the
  // standard must not end a group (2.2.4).
  delay_for_.closed = true;
  const std::optional<Duration> delay = parse_delay(value);
  if (!delay) return;
  if (delay_for_.token) for_token_.crawl_delay_ = std::max(for_token_.crawl_delay_, delay);
  if (delay_for_.everyone) for_everyone_.crawl_delay_ = std::max(for_everyone_.crawl_delay_, delay);
}

Robots Robots::Compiler::finish() {
  Robots out = std::move(token_seen_ ? for_token_ : for_everyone_);
  out.sitemaps_ = std::move(sitemaps_);
  std::stable_sort(out.rules_.begin(), out.rules_.end(), [](const Rule& a, const Rule& b) {
    return a.octets != b.octets ? a.octets > b.octets : a.allow > b.allow;
  });
  out.text_.shrink_to_fit();
  out.rules_.shrink_to_fit();
  out.sitemaps_.shrink_to_fit();
  return out;
}

Robots Robots::parse(std::string_view body, std::string_view product_token) {
  body = body.substr(0, kRobotsBytesMax);
  // A byte order mark, or what is left of one.
  for (const char c : {'\xEF', '\xBB', '\xBF'}) {
    if (!body.starts_with(c)) break;
    body.remove_prefix(1);
  }
  Compiler compiler(product_token);
  for (int number = 1; !body.empty(); ++number) {
    const size_t end = std::min(body.find_first_of("\r\n"), body.size());
    compiler.add(read_line(body.substr(0, std::min(end, kRobotsLineBytesMax))), number);
    body.remove_prefix(end);
    body.remove_prefix(body.starts_with("\r\n") ? 2 : body.empty() ? 0 : 1);
  }
  return compiler.finish();
}

Robots::Verdict Robots::check(const Url& url) const {
  const std::string_view written = std::string_view(url.href()).substr(url.origin().size());
  if (rules_.empty() || written == "/robots.txt") return {};
  const std::string target = normalised(written, false);
  for (const Rule& rule : rules_) {
    if (!matches(pattern(rule), rule.anchored, target)) continue;
    return {rule.allow != 0, rule.line,
            printable(std::string_view(text_).substr(rule.written_begin, rule.written_bytes))};
  }
  return {};
}

size_t Robots::bytes() const {
  size_t bytes =
      sizeof *this + text_.capacity() + rules_.capacity() * sizeof(Rule) + sitemaps_.capacity() * sizeof(std::string);
  for (const std::string& sitemap : sitemaps_) bytes += sitemap.capacity();
  return bytes;
}

}  // namespace scraper
