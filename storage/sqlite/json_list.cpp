// SPDX-License-Identifier: MIT
#include "storage/sqlite/json_list.h"

#include <array>
#include <charconv>

namespace storage::sqlite {
namespace {

/// True for the bytes that JSON wants escaped (RFC 8259 section 7).
constexpr std::array<bool, 256> kSpecial = [] {
  std::array<bool, 256> special{};
  for (size_t c = 0; c < 0x20; ++c) special[c] = true;
  special['"'] = special['\\'] = true;
  return special;
}();

}  // namespace

void JsonList::begin() { json_.assign(1, '['); }

void JsonList::separate() {
  if (json_.back() != '[') json_ += ',';
}

void JsonList::add(int64_t value) {
  separate();
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  json_.append(digits, end);
}

void JsonList::add(std::string_view text) {
  if (text.empty()) return add_null();
  separate();
  json_ += '"';
  size_t begin = 0;  // of what is copied as it is
  for (size_t i = 0; i < text.size(); ++i) {
    if (!kSpecial[static_cast<unsigned char>(text[i])]) continue;
    json_.append(text, begin, i - begin);
    begin = i + 1;
    if (text[i] == '"' || text[i] == '\\') {
      json_ += '\\';
      json_ += text[i];
      continue;
    }
    constexpr char kDigits[] = "0123456789abcdef";
    json_ += "\\u00";
    json_ += kDigits[static_cast<unsigned char>(text[i]) >> 4];
    json_ += kDigits[text[i] & 15];
  }
  json_.append(text, begin);
  json_ += '"';
}

void JsonList::add_null() {
  separate();
  json_ += "null";
}

void JsonList::open() {
  separate();
  json_ += '[';
}

void JsonList::close() { json_ += ']'; }

std::string_view JsonList::end() {
  json_ += ']';
  return json_;
}

}  // namespace storage::sqlite
