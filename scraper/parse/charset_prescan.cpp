// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "scraper/base/ascii.h"
#include "scraper/parse/charset.h"

namespace scraper {
namespace {

bool is_space(char c) { return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '; }

/// A page whose <meta> could be read as ASCII is not in UTF-16, whatever it says.
std::string_view readable_as_ascii(std::string_view name) {
  if (name == "UTF-16LE" || name == "UTF-16BE") return "UTF-8";
  if (name == "x-user-defined") return "windows-1252";
  return name;
}

/// HTML 2.6.5, "extracting a character encoding from a meta element".
std::optional<std::string_view> charset_in_meta_content(std::string_view content) {
  constexpr std::string_view kWord = "charset";
  for (size_t i = 0; i + kWord.size() <= content.size(); ++i) {
    if (!starts_with_ignoring_case(content.substr(i), kWord)) continue;
    size_t at = i + kWord.size();
    while (at < content.size() && is_space(content[at])) ++at;
    if (at == content.size() || content[at] != '=') {
      i = at - 1;
      continue;
    }
    ++at;
    while (at < content.size() && is_space(content[at])) ++at;
    if (at == content.size()) return std::nullopt;
    if (content[at] == '"' || content[at] == '\'') {
      const size_t close = content.find(content[at], at + 1);
      if (close == std::string_view::npos) return std::nullopt;
      return charset_for_label(content.substr(at + 1, close - at - 1));
    }
    return charset_for_label(content.substr(at, content.find_first_of("\t\n\f\r ;", at) - at));
  }
  return std::nullopt;
}

/// HTML 13.2.3.2, "get an XML encoding".
std::optional<std::string_view> xml_charset(std::string_view body) {
  if (!body.starts_with("<?xml")) return std::nullopt;
  const std::string_view declaration = body.substr(0, body.find('>'));
  if (declaration.size() == body.size()) return std::nullopt;
  size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return std::nullopt;
  const auto skip_space = [&] {
    while (at < declaration.size() && static_cast<unsigned char>(declaration[at]) <= 0x20) ++at;
  };
  at += 8;
  skip_space();
  if (at == declaration.size() || declaration[at] != '=') return std::nullopt;
  ++at;
  skip_space();
  if (at == declaration.size() || (declaration[at] != '"' && declaration[at] != '\'')) return std::nullopt;
  const size_t close = declaration.find(declaration[at], at + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return charset_for_label(declaration.substr(at + 1, close - at - 1));
}

/// One run of the prescan. Reading past the end ends it: at_end_ is set, and every step gives up.
class Prescan {
 public:
  explicit Prescan(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::string_view> run() {
    while ((at_ = bytes_.find('<', at_)) != std::string_view::npos) {
      const std::string_view rest = bytes_.substr(at_);
      if (rest.starts_with("<!--")) {
        const size_t close = bytes_.find("-->", at_ + 2);  // the dashes of "<!-->" may be the same
        if (close == std::string_view::npos) return std::nullopt;
        at_ = close + 2;
      } else if (starts_with_ignoring_case(rest, "<meta") && rest.size() > 5 && (is_space(rest[5]) || rest[5] == '/')) {
        at_ += 5;
        if (const auto name = meta()) return name;
      } else if (rest.size() > 1 && (is_letter(rest[1]) || (rest[1] == '/' && rest.size() > 2 && is_letter(rest[2])))) {
        while (at_ < bytes_.size() && !is_space(bytes_[at_]) && bytes_[at_] != '>') ++at_;
        Attribute ignored;
        while (next_attribute(ignored)) continue;
      } else if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '/' || rest[1] == '?')) {
        at_ = bytes_.find('>', at_);
        if (at_ == std::string_view::npos) return std::nullopt;
      }
      if (at_end_) return std::nullopt;
      ++at_;
    }
    return std::nullopt;
  }

 private:
  struct Attribute {
    std::string name, value;  ///< in lower case
  };

  std::optional<std::string_view> meta() {
    std::vector<std::string> seen;
    bool got_pragma = false;
    std::optional<bool> need_pragma;
    std::optional<std::string_view> charset;
    Attribute attribute;
    while (next_attribute(attribute)) {
      bool repeated = false;
      for (const std::string& name : seen) repeated |= name == attribute.name;
      if (repeated) continue;
      if (attribute.name == "http-equiv") {
        got_pragma |= attribute.value == "content-type";
      } else if (attribute.name == "content") {
        const auto found = charset_in_meta_content(attribute.value);
        if (found && !need_pragma) {
          charset = found;
          need_pragma = true;
        }
      } else if (attribute.name == "charset") {
        charset = charset_for_label(attribute.value);
        need_pragma = false;
      }
      // Other names cannot matter, and a hostile page has thousands.
      if (attribute.name == "http-equiv" || attribute.name == "content" || attribute.name == "charset") {
        seen.push_back(attribute.name);
      }
    }
    if (at_end_ || !need_pragma || (*need_pragma && !got_pragma) || !charset) return std::nullopt;
    return readable_as_ascii(*charset);
  }

  bool end() {
    at_end_ = at_ >= bytes_.size();
    return at_end_;
  }

  /// "Get an attribute"; false when there is none, with at_ on the `>`.
  bool next_attribute(Attribute& attribute) {
    attribute.name.clear();
    attribute.value.clear();
    while (at_ < bytes_.size() && (is_space(bytes_[at_]) || bytes_[at_] == '/')) ++at_;
    if (end() || bytes_[at_] == '>') return false;
    while (!end() && (bytes_[at_] != '=' || attribute.name.empty()) && !is_space(bytes_[at_]) && bytes_[at_] != '/' &&
           bytes_[at_] != '>') {
      attribute.name += to_lower(bytes_[at_++]);
    }
    while (!end() && is_space(bytes_[at_])) ++at_;
    if (at_end_) return false;
    if (bytes_[at_] != '=') return true;
    ++at_;
    while (!end() && is_space(bytes_[at_])) ++at_;
    if (at_end_) return false;
    return value(attribute.value);
  }

  bool value(std::string& out) {
    const char quote = bytes_[at_];
    if (quote == '"' || quote == '\'') {
      for (++at_; !end() && bytes_[at_] != quote; ++at_) out += to_lower(bytes_[at_]);
      ++at_;
      return !at_end_;
    }
    for (; !end() && !is_space(bytes_[at_]) && bytes_[at_] != '>'; ++at_) out += to_lower(bytes_[at_]);
    return !at_end_;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  bool at_end_ = false;
};

}  // namespace

std::optional<std::string_view> prescan_charset(std::string_view body) {
  body = body.substr(0, kPrescanBytesMax);
  if (body.starts_with(std::string_view("<\0?\0x\0", 6))) return "UTF-16LE";
  if (body.starts_with(std::string_view("\0<\0?\0x", 6))) return "UTF-16BE";
  if (const auto name = Prescan(body).run()) return name;
  const auto name = xml_charset(body);
  return name ? std::optional(readable_as_ascii(*name)) : std::nullopt;
}

}  // namespace scraper
