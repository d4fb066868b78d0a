// SPDX-License-Identifier: MIT
// A Content-Type header on the first line, the body in the rest: what encoding it is in, and what each decoder makes of
// it.
#include <algorithm>
#include <string>
#include <vector>

#include "scraper/parse/charset.h"
#include "scraper/parse/charset_single_byte.h"
#include "scraper/parse/content_type.h"
#include "tests/fuzz/fuzz_input.h"

namespace scraper {
namespace {

constexpr std::string_view kOthers[] = {"UTF-8",          "GBK",         "gb18030",  "Big5",     "EUC-JP",
                                        "ISO-2022-JP",    "Shift_JIS",   "EUC-KR",   "UTF-16LE", "UTF-16BE",
                                        "x-user-defined", "replacement", "UTF-32LE", "UTF-32BE"};

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names(std::begin(kOthers), std::end(kOthers));
  for (size_t i = 0; i < kSingleByteTableCount; ++i) names.push_back(kSingleByteTables[i].name);
  return names;
}

/// Characters that stand for themselves in all encodings but UTF-16 and UTF-32: no NUL, no escape, no shift.
bool is_plain(std::string_view body) {
  return std::all_of(body.begin(), body.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
}

bool takes_plain(std::string_view name) {
  return !name.starts_with("UTF-16") && !name.starts_with("UTF-32") && name != "replacement";
}

void check_decoder(std::string_view body, std::string_view name, bool plain) {
  const std::string text = decode_to_utf8(body, name);
  check_text(text);
  SCRAPER_CHECK(text.size() <= 3 * body.size() + 3);
  if (plain && takes_plain(name)) SCRAPER_CHECK(text == body);
  // What is text already stays as it is.
  if (name == "UTF-8") {
    const std::string again = decode_to_utf8(text, name);
    SCRAPER_CHECK(again == text || text.starts_with("\xEF\xBB\xBF"));
  }
}

}  // namespace
}  // namespace scraper

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scraper;
  static const std::vector<std::string_view> names = all_names();
  const auto [content_type, body] = first_line(fuzz_text(data, size));

  const std::string_view sniffed = sniff_charset(body, content_type);
  SCRAPER_CHECK(std::find(names.begin(), names.end(), sniffed) != names.end());
  // In JSON nothing that looks like a <meta> declares anything.
  const bool json = media_type(content_type).find("json") != std::string::npos;
  if (const auto declared = declared_charset(body, content_type); declared && !json)
    SCRAPER_CHECK(*declared == sniffed);
  for (const std::string_view text : {content_type, body.substr(0, 64)}) {
    const auto named = charset_for_label(text);
    if (named) SCRAPER_CHECK(charset_for_label(*named) == named || named->starts_with("UTF-32"));
  }
  if (const auto named = prescan_charset(body)) {
    SCRAPER_CHECK(std::find(names.begin(), names.end(), *named) != names.end());
  }

  const bool plain = is_plain(body);
  for (const std::string_view name : names) check_decoder(body, name, plain);
  SCRAPER_CHECK(decode_to_utf8(body, "no such name") == decode_to_utf8(body, "windows-1252"));

  const std::string type = media_type(content_type);
  SCRAPER_CHECK(type.empty() || media_type(type) == type);
  SCRAPER_CHECK(content_kind(content_type, body) == content_kind(content_type, body));
  return 0;
}
