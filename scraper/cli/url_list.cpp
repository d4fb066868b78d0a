// SPDX-License-Identifier: MIT
#include "scraper/cli/url_list.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"
#include "scraper/cli/line_reader.h"
#include "scraper/cli/list_reader.h"
#include "scraper/engine/url_record.h"
#include "storage/open_store.h"

namespace scraper {
namespace {

constexpr Duration kPipePatience{1000};  // a list that was read before comes at once

using FilePointer = std::shared_ptr<ListFile>;

/// nullptr: there is none to be had.
FilePointer temporary_file() {
  std::string name = (std::filesystem::temp_directory_path() / "scraper-list-XXXXXX").string();
  const int fd = mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return nullptr;
  unlink(name.c_str());
  return std::make_shared<ListFile>(fd);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

/// What a descriptor of ours leads to; false: nothing that can be read.
bool look_at(UrlList::Source& source) {
  struct stat status {};
  if (source.file->fd() < 0 || fstat(source.file->fd(), &status) != 0) return false;
  source.read_once = !S_ISREG(status.st_mode);
  return true;
}

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

storage::SeedRecord seed_of(int64_t line, const std::string& text, const Scope& scope) {
  storage::SeedRecord seed;
  seed.line = line;
  const auto url = parse_listed_url(text);
  if (!url) {
    seed.input = without_user_info(to_valid_utf8(text));
    seed.error_kind = name(url.error().kind);
    seed.error = url.error().message;
    return seed;
  }
  if (text != url->href()) seed.input = without_user_info(to_valid_utf8(text));
  seed.url = url_record(*url);
  if (scope.rejects(*url)) seed.skip_reason = "scope";
  return seed;
}

ListFile::~ListFile() {
  if (fd_ > STDERR_FILENO) close(fd_);
}

tl::expected<UrlList, UsageError> UrlList::open(const std::vector<std::string>& sources) {
  UrlList list;
  for (const std::string& source : sources) {
    Source opened;
    errno = 0;
    if (source.empty()) return tl::unexpected(UsageError{"an empty name is no URL and no file of URLs"});
    if (source == "-") {
      opened.name = "standard input";
      opened.file = std::make_shared<ListFile>(STDIN_FILENO);
    } else if (source.find("://") != std::string::npos) {
      opened.text = source;
    } else {
      opened.name = source;
      if (std::error_code error; std::filesystem::is_directory(source, error)) {
        return tl::unexpected(UsageError{fmt::format("{}: this is a directory; name a file of URLs", source)});
      }
      opened.file = std::make_shared<ListFile>(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    }
    if (!opened.name.empty() && !look_at(opened)) {
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
  source.file = temporary_file();
  const auto fail = [] {
    throw std::system_error(errno, std::generic_category(), "keeping the list of URLs in a temporary file");
  };
  if (!source.file) fail();
  bool kept = true;
  int64_t written = 0;
  std::string text;
  storage::open_reader(database)->select(
      "SELECT l.line, coalesce(l.input, u.url) FROM list_lines l JOIN urls u ON u.id = l.url_id"
      " WHERE l.id >= (SELECT max(id) >> 40 << 40 FROM list_lines) ORDER BY l.id",
      {}, [](const auto&) {},
      [&](const storage::Row& row) {
        // Empty lines where there were comments keep the numbers.
        const int64_t line = std::get<int64_t>(row[0]);
        text.append(static_cast<size_t>(line - 1 - written), '\n');
        text += printable(std::get<std::string>(row[1])) + '\n';  // one line, whatever it was
        written = line;
        if (text.size() < (1u << 16)) return true;
        kept = write_all(source.file->fd(), text);
        text.clear();
        return kept;
      });
  if (!kept || !write_all(source.file->fd(), text)) fail();
  if (written > 0) list.sources_.push_back(std::move(source));
  return list;
}

UrlList::SourceReader::SourceReader(Source& source, const ReadingStop& stop, bool keep) : source_(source), keep_(keep) {
  if (source.read_once && !source.pipe) source.pipe = std::make_shared<LineReader>(source.file->fd(), stop);
  const auto& again = source.read_once ? source.kept : source.file;
  if (!again) return;
  lseek(again->fd(), 0, SEEK_SET);
  lines_.emplace(again->fd(), stop);
}

LineReader::Got UrlList::SourceReader::next(std::string& line, Duration patience) {
  if (lines_) {
    const LineReader::Got got = lines_->next(line, patience);
    if (got != LineReader::Got::end || !source_.read_once) return got;
    lines_.reset();
  }
  const LineReader::Got got = source_.pipe->next(line, patience);
  if (got != LineReader::Got::line || !keep_) return got;
  if (!source_.kept) source_.kept = temporary_file();
  if (!source_.kept || !write_all(source_.kept->fd(), line + "\n")) {
    throw std::system_error(errno, std::generic_category(), "keeping the list of URLs in a temporary file");
  }
  return got;
}

bool UrlList::begins_with(const storage::ListPosition& position) {
  if (position.listed == 0) return !position.complete;
  ListHash hash;
  int64_t listed = 0;
  bool more = false;
  // Where that was not all, nothing need come after it.
  const auto visit = [&](int64_t, const std::string& text) {
    more = listed == position.listed;
    if (more) return false;
    ++listed;
    hash.add(text);
    return listed < position.listed || position.complete;
  };
  if (!each_line(kPipePatience, visit)) return false;
  return listed == position.listed && hash.digest() == position.hash && !(more && position.complete);
}

storage::ListPosition UrlList::whole() {
  ListHash hash;
  storage::ListPosition position;
  position.complete = each_line(Duration::max(), [&](int64_t, const std::string& text) {
    ++position.listed;
    hash.add(text);
    return true;
  });
  position.hash = hash.digest();
  return position;
}

void UrlList::fill(Scope& scope) {
  each_line(Duration::max(), [&](int64_t, const std::string& text) {
    if (const auto url = parse_listed_url(text); url && !scope.rejects(*url)) scope.add_seed(*url);
    return true;
  });
}

void UrlList::read(const Scope& scope, const std::function<bool(storage::SeedRecord)>& sink) {
  each_line(Duration::max(), [&](int64_t line, const std::string& text) { return sink(seed_of(line, text, scope)); });
}

bool UrlList::each_line(Duration patience, const std::function<bool(int64_t, const std::string&)>& visit) {
  int64_t number = 0;
  std::string line;
  for (Source& source : sources_) {
    source.first_line = number;
    if (!source.file) {
      const auto text = listed_on(source.text);
      ++number;
      if (text && !visit(number, *text)) return true;
      continue;
    }
    SourceReader lines(source, stop(), true);
    LineReader::Got got;
    while ((got = lines.next(line, patience)) == LineReader::Got::line) {
      ++number;
      const auto text = listed_on(line);
      if (text && !visit(number, *text)) return true;
    }
    if (got == LineReader::Got::nothing_yet) return false;
  }
  return true;
}

std::string UrlList::place(int64_t line) const {
  for (auto source = sources_.rbegin(); source != sources_.rend(); ++source) {
    if (line <= source->first_line) continue;
    return source->file ? fmt::format("{}:{}: ", source->name, line - source->first_line) : std::string();
  }
  return {};
}

}  // namespace scraper
