// SPDX-License-Identifier: MIT
#include "scraper/cli/url_list.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

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

using FilePointer = std::shared_ptr<std::FILE>;

/// What is no regular file can be read once only: keeps it in a temporary file. nullptr: it cannot be read or kept.
FilePointer spool(std::FILE* in) {
  FilePointer out(std::tmpfile(), CloseFile{});
  if (!out) return nullptr;
  std::array<char, 65536> buffer{};
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), in)) {
    if (std::fwrite(buffer.data(), 1, got, out.get()) != got) return nullptr;
  }
  return std::ferror(in) == 0 && std::fflush(out.get()) == 0 ? out : nullptr;
}

FilePointer open_file(const std::string& path) {
  FilePointer file(std::fopen(path.c_str(), "re"), CloseFile{});
  struct stat status {};
  if (!file || fstat(fileno(file.get()), &status) != 0) return nullptr;
  return S_ISREG(status.st_mode) ? file : spool(file.get());
}

/// Lines of a file, through one buffer. Of a line longer than any URL may be the beginning is kept, enough to be
/// refused.
class LineReader {
 public:
  explicit LineReader(std::FILE* file) : file_(file) {}

  bool next(std::string& line) {
    line.clear();
    for (bool any = false;; any = true) {
      if (at_ == end_ && !fill()) return any;
      const char* begin = buffer_.data() + at_;
      const auto* newline = static_cast<const char*>(std::memchr(begin, '\n', end_ - at_));
      const size_t length = newline != nullptr ? static_cast<size_t>(newline - begin) : end_ - at_;
      line.append(begin, std::min(length, kLineBytesMax - std::min(kLineBytesMax, line.size())));
      at_ += length + (newline != nullptr ? 1 : 0);
      if (newline != nullptr) return true;
    }
  }

 private:
  static constexpr size_t kLineBytesMax = 2 * kUrlBytesMax;

  bool fill() {
    at_ = 0;
    end_ = std::fread(buffer_.data(), 1, buffer_.size(), file_);
    if (end_ == 0 && std::ferror(file_) != 0)
      throw std::system_error(errno, std::generic_category(), "reading the list of URLs");
    return end_ > 0;
  }

  std::FILE* file_;
  std::vector<char> buffer_ = std::vector<char>(65536);
  size_t at_ = 0;
  size_t end_ = 0;
};

bool is_scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

/// `mailto:a@b` names a scheme, `example.com:8080/` a port.
bool names_a_scheme(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos && text.substr(colon, 3) == "://" && text.find_first_of("/?#") == colon + 1)
    return true;
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
  seed.input = without_user_info(to_valid_utf8(text));
  const auto url = parse_listed_url(text);
  if (!url) {
    seed.error_kind = name(url.error().kind);
    seed.error = url.error().message;
    return seed;
  }
  seed.url = storage::UrlRecord{std::string(url->origin()), url->href()};
  if (scope.rejects(*url))
    seed.skip_reason = "scope";
  else
    scope.add_seed(*url);
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
    errno = 0;
    if (source.empty()) return tl::unexpected(UsageError{"an empty name is no URL and no file of URLs"});
    if (source == "-") {
      opened.name = "standard input";
      opened.file = spool(stdin);
    } else if (source.find("://") != std::string::npos) {
      opened.text = source;
    } else {
      opened.name = source;
      if (std::error_code error; std::filesystem::is_directory(source, error)) {
        return tl::unexpected(UsageError{fmt::format("{}: this is a directory; name a file of URLs", source)});
      }
      opened.file = open_file(source);
    }
    if (!opened.name.empty() && !opened.file) {
      return tl::unexpected(UsageError{fmt::format(
          "{}: cannot read this list of URLs: {}{}", opened.name, std::strerror(errno),
          source.find('.') != std::string::npos && source != "-" ? fmt::format(" (a URL? write http://{})", source)
                                                                 : "")});
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
        fmt::print(source.file.get(), "{}\n", printable(std::get<std::string>(row[1])));  // one line, whatever it was
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
    return true;
  });
  const XXH128_hash_t hash = XXH3_128bits_digest(state);
  XXH3_freeState(state);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

void UrlList::read(Scope& scope, const std::function<bool(storage::SeedRecord)>& sink) {
  each_line([&](int64_t line, const std::string& text) { return sink(seed_of(line, text, scope)); });
}

void UrlList::each_line(const std::function<bool(int64_t, const std::string&)>& visit) {
  int64_t number = 0;
  std::string line;
  for (Source& source : sources_) {
    source.first_line = number;
    if (!source.file) {
      if (!visit(++number, source.text)) return;
      continue;
    }
    std::rewind(source.file.get());
    LineReader lines(source.file.get());
    while (lines.next(line)) {
      ++number;
      const auto text = listed_on(line);
      if (text && !visit(number, *text)) return;
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
