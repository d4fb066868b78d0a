// SPDX-License-Identifier: MIT
#include "scraper/cli/url_list.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"
#include "storage/open_store.h"

namespace scraper {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != nullptr) std::fclose(file);
  }
};

/// Standard input can be read once only.
std::shared_ptr<std::FILE> spool_stdin() {
  std::shared_ptr<std::FILE> spool(std::tmpfile(), CloseFile{});
  if (!spool) return nullptr;
  std::array<char, 65536> buffer{};
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    if (std::fwrite(buffer.data(), 1, got, spool.get()) != got) return nullptr;
  }
  return std::fflush(spool.get()) == 0 ? spool : nullptr;
}

/// Lines of a file through one buffer that grows.
class LineReader {
 public:
  explicit LineReader(std::FILE* file) : file_(file) {}
  ~LineReader() { std::free(buffer_); }
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  bool next(std::string& line) {
    const ssize_t got = getline(&buffer_, &capacity_, file_);
    if (got > 0) line.assign(buffer_, static_cast<size_t>(got));
    return got > 0;
  }

 private:
  std::FILE* file_;
  char* buffer_ = nullptr;
  size_t capacity_ = 0;
};

bool is_scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// `mailto:a@b` names a scheme, `example.com:8080/` a port.
bool names_a_scheme(std::string_view text) {
  if (text.find("://") != std::string_view::npos) return true;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  for (const char c : text.substr(0, colon)) {
    if (!is_scheme_character(c)) return false;
  }
  const std::string_view rest = text.substr(colon + 1, text.find_first_of("/?#", colon + 1) - colon - 1);
  return rest.empty() || rest.find_first_not_of("0123456789") != std::string_view::npos;
}

storage::SeedRecord seed_of(int64_t line, const std::string& text, Scope& scope) {
  storage::SeedRecord seed;
  seed.line = line;
  seed.input = to_valid_utf8(text);
  const auto url = parse_listed_url(text);
  if (!url) {
    seed.error_kind = name(url.error().kind);
    seed.error = url.error().message;
    return seed;
  }
  seed.url = storage::UrlRecord{std::string(url->origin()), url->href()};
  if (scope.rejects(*url)) seed.skip_reason = "scope";
  else scope.add_seed(*url);
  return seed;
}

}  // namespace

std::optional<std::string> listed_on(std::string line) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  // A # within a URL begins its fragment; after white space it begins a comment.
  for (size_t at = line.find('#'); at != std::string::npos; at = line.find('#', at + 1)) {
    if (at == 0 || kSpace.find(line[at - 1]) != std::string_view::npos) {
      line.resize(at);
      break;
    }
  }
  const size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string::npos) return std::nullopt;
  return line.substr(begin, line.find_last_not_of(kSpace) - begin + 1);
}

tl::expected<Url, Error> parse_listed_url(const std::string& text) {
  return Url::parse(names_a_scheme(text) ? text : "http://" + text);
}

tl::expected<UrlList, UsageError> UrlList::open(const std::vector<std::string>& sources) {
  UrlList list;
  for (const std::string& source : sources) {
    Source opened;
    if (source == "-") {
      opened.name = "standard input";
      opened.file = spool_stdin();
    } else if (source.find("://") != std::string::npos) {
      opened.text = source;
    } else {
      opened.name = source;
      if (std::error_code error; std::filesystem::is_directory(source, error)) {
        return tl::unexpected(UsageError{fmt::format("{}: this is a directory; name a file of URLs", source)});
      }
      opened.file.reset(std::fopen(source.c_str(), "re"), CloseFile{});
    }
    if (!opened.name.empty() && !opened.file) {
      return tl::unexpected(UsageError{fmt::format(
          "{}: cannot read this list of URLs: {}{}", opened.name, std::strerror(errno),
          source.find('.') != std::string::npos && source != "-" ? fmt::format(" (a URL? write http://{})", source) : "")});
    }
    list.sources_.push_back(std::move(opened));
  }
  return list;
}

UrlList UrlList::of_last_run(const std::string& database) {
  UrlList list;
  if (!std::filesystem::exists(database)) return list;
  Source source;
  source.name = "the last run's list";
  source.file.reset(std::tmpfile(), CloseFile{});
  SCRAPER_CHECK(source.file != nullptr);
  int64_t written = 0;
  storage::open_reader(database)->select(
      "SELECT line, input FROM inputs WHERE run_id = (SELECT max(id) FROM runs) ORDER BY line", {}, [](const auto&) {},
      [&](const storage::Row& row) {
        // Empty lines where there were comments keep the numbers.
        const int64_t line = std::get<int64_t>(row[0]);
        for (; written < line - 1; ++written) std::fputc('\n', source.file.get());
        fmt::print(source.file.get(), "{}\n", std::get<std::string>(row[1]));
        ++written;
        return true;
      });
  if (written > 0) list.sources_.push_back(std::move(source));
  return list;
}

std::string UrlList::fingerprint() {
  XXH3_state_t* state = XXH3_createState();
  XXH3_128bits_reset(state);
  each_line([state](int64_t, const std::string& text) {
    XXH3_128bits_update(state, text.data(), text.size());
    XXH3_128bits_update(state, "\n", 1);
  });
  const XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

void UrlList::read(Scope& scope, const std::function<void(storage::SeedRecord)>& sink) {
  each_line([&](int64_t line, const std::string& text) { sink(seed_of(line, text, scope)); });
}

void UrlList::each_line(const std::function<void(int64_t, const std::string&)>& visit) {
  int64_t number = 0;
  std::string line;
  for (Source& source : sources_) {
    source.first_line = number;
    if (!source.file) {
      visit(++number, source.text);
      continue;
    }
    std::rewind(source.file.get());
    LineReader lines(source.file.get());
    while (lines.next(line)) {
      ++number;
      if (const auto text = listed_on(line)) visit(number, *text);
    }
  }
}

std::string UrlList::place(int64_t line) const {
  for (auto source = sources_.rbegin(); source != sources_.rend(); ++source) {
    if (line <= source->first_line) continue;
    return source->file ? fmt::format("{}:{}: ", source->name, line - source->first_line) : std::string();
  }
  return {};
}

}  // namespace scraper
