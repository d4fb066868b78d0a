// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_multi_byte.h"

#include <cstdint>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/charset_index.h"

namespace scraper {
namespace {

constexpr char32_t kReplacementCodePoint = 0xFFFD;

bool in(uint8_t byte, int low, int high) { return byte >= low && byte <= high; }

/// What one step of a decoder made of the bytes at its position.
struct Step {
  size_t length;           ///< bytes consumed
  char32_t code_point;     ///< kReplacementCodePoint for an error
  char32_t combining = 0;  ///< a second code point, where one character needs two
};

/// What is left at the end of the input and is no whole character is one error.
Step cut_off(std::string_view rest) { return {rest.size(), kReplacementCodePoint}; }

/// A pair that the index does not have. Its second byte is read again when it is ASCII: it may be the `<` of a tag.
Step bad_pair(uint8_t trail) { return {trail < 0x80 ? 1u : 2u, kReplacementCodePoint}; }

Step mapped_pair(char32_t code_point, uint8_t trail) { return code_point != 0 ? Step{2, code_point} : bad_pair(trail); }

/// Runs `step(rest)` over what is not ASCII. Every encoding decoded here is ASCII below 0x80 at a character's start.
template <typename StepFunction>
std::string decode_runs(std::string_view body, StepFunction step) {
  std::string out;
  out.reserve(body.size() + body.size() / 4);
  size_t at = 0;
  while (at < body.size()) {
    const size_t begin = at;
    while (at < body.size() && in(static_cast<uint8_t>(body[at]), 0x01, 0x7F)) ++at;
    out.append(body, begin, at - begin);
    if (at == body.size()) break;
    const Step done = body[at] == 0 ? Step{1, kReplacementCodePoint} : step(body.substr(at));
    append_utf8(out, done.code_point);
    if (done.combining != 0) append_utf8(out, done.combining);
    at += done.length;
  }
  return out;
}

uint8_t byte_at(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

Step gb18030_four_bytes(std::string_view rest) {
  if (rest.size() < 3) return cut_off(rest);
  if (!in(byte_at(rest, 2), 0x81, 0xFE)) return {1, kReplacementCodePoint};
  if (rest.size() < 4) return cut_off(rest);
  if (!in(byte_at(rest, 3), 0x30, 0x39)) return {1, kReplacementCodePoint};
  const size_t pointer = (byte_at(rest, 0) - 0x81u) * 12600 + (byte_at(rest, 1) - 0x30u) * 1260 +
                         (byte_at(rest, 2) - 0x81u) * 10 + byte_at(rest, 3) - 0x30u;
  if (pointer >= 189000 && pointer <= 1237575) return {4, static_cast<char32_t>(pointer - 189000 + 0x10000)};
  const char32_t code_point = gb18030_ranges_index()[pointer];
  return {4, code_point != 0 ? code_point : kReplacementCodePoint};
}

Step euc_jp_step(std::string_view rest) {
  const uint8_t lead = byte_at(rest, 0);
  if (lead != 0x8E && lead != 0x8F && !in(lead, 0xA1, 0xFE)) return {1, kReplacementCodePoint};
  if (rest.size() < 2) return cut_off(rest);
  const uint8_t trail = byte_at(rest, 1);
  if (lead == 0x8E && in(trail, 0xA1, 0xDF)) return {2, 0xFF61u - 0xA1u + trail};
  if (lead == 0x8F && in(trail, 0xA1, 0xFE)) {
    if (rest.size() < 3) return cut_off(rest);
    const uint8_t last = byte_at(rest, 2);
    const char32_t code_point = in(last, 0xA1, 0xFE) ? jis0212_index()[(trail - 0xA1u) * 94 + last - 0xA1u] : 0;
    if (code_point != 0) return {3, code_point};
    return {last < 0x80 ? 2u : 3u, kReplacementCodePoint};
  }
  const bool both = in(lead, 0xA1, 0xFE) && in(trail, 0xA1, 0xFE);
  return mapped_pair(both ? jis0208_index()[(lead - 0xA1u) * 94 + trail - 0xA1u] : 0, trail);
}

Step shift_jis_step(std::string_view rest) {
  const uint8_t lead = byte_at(rest, 0);
  if (lead == 0x80) return {1, 0x80};
  if (in(lead, 0xA1, 0xDF)) return {1, 0xFF61u - 0xA1u + lead};
  if (!in(lead, 0x81, 0x9F) && !in(lead, 0xE0, 0xFC)) return {1, kReplacementCodePoint};
  if (rest.size() < 2) return cut_off(rest);
  const uint8_t trail = byte_at(rest, 1);
  if (!in(trail, 0x40, 0x7E) && !in(trail, 0x80, 0xFC)) return bad_pair(trail);
  const size_t pointer = (lead - (lead < 0xA0 ? 0x81u : 0xC1u)) * 188 + trail - (trail < 0x7F ? 0x40u : 0x41u);
  if (pointer >= 8836 && pointer <= 10715) return {2, static_cast<char32_t>(0xE000 - 8836 + pointer)};
  return mapped_pair(jis0208_index()[pointer], trail);
}

/// ISO-2022-JP's decoder (Encoding 12.2.1): the only one with states between characters.
class Iso2022Jp {
 public:
  explicit Iso2022Jp(std::string_view body) : body_(body) { out_.reserve(body.size() * 3 / 2); }

  std::string decode() && {
    while (at_ < body_.size()) {
      if (body_[at_] == 0x1B)
        escape();
      else
        character();
    }
    return std::move(out_);
  }

 private:
  enum class State { ascii, roman, katakana, two_bytes };

  void error() { append_utf8(out_, kReplacementCodePoint); }

  void escape() {
    const std::string_view sequence = body_.substr(at_ + 1, 2);
    if (sequence == "(B")
      enter(State::ascii);
    else if (sequence == "(J")
      enter(State::roman);
    else if (sequence == "(I")
      enter(State::katakana);
    else if (sequence == "$@" || sequence == "$B")
      enter(State::two_bytes);
    else {
      ++at_;  // what follows is read again as characters
      just_entered_ = false;
      error();
    }
  }

  /// Two escape sequences with nothing between them are an error: they could hide markup from a filter.
  void enter(State state) {
    at_ += 3;
    state_ = state;
    if (just_entered_) error();
    just_entered_ = true;
  }

  void character() {
    const uint8_t byte = byte_at(body_, at_++);
    just_entered_ = false;
    switch (state_) {
      case State::ascii:
      case State::roman:
        if (byte >= 0x80 || byte == 0x0E || byte == 0x0F)
          error();
        else if (state_ == State::roman && byte == 0x5C)
          append_utf8(out_, 0xA5);
        else if (state_ == State::roman && byte == 0x7E)
          append_utf8(out_, 0x203E);
        else
          append_utf8(out_, byte);
        return;
      case State::katakana:
        if (in(byte, 0x21, 0x5F))
          append_utf8(out_, 0xFF61u - 0x21u + byte);
        else
          error();
        return;
      case State::two_bytes:
        if (!in(byte, 0x21, 0x7E) || at_ == body_.size() || body_[at_] == 0x1B) return error();
        trail(byte, byte_at(body_, at_++));
        return;
    }
  }

  void trail(uint8_t lead, uint8_t byte) {
    const char32_t code_point = in(byte, 0x21, 0x7E) ? jis0208_index()[(lead - 0x21u) * 94 + byte - 0x21u] : 0;
    append_utf8(out_, code_point != 0 ? code_point : kReplacementCodePoint);
  }

  std::string_view body_;
  size_t at_ = 0;
  State state_ = State::ascii;
  bool just_entered_ = false;
  std::string out_;
};

}  // namespace

std::string decode_gb18030(std::string_view body) {
  return decode_runs(body, [](std::string_view rest) -> Step {
    const uint8_t lead = byte_at(rest, 0);
    if (lead == 0x80) return {1, 0x20AC};
    if (lead == 0xFF) return {1, kReplacementCodePoint};
    if (rest.size() < 2) return cut_off(rest);
    const uint8_t trail = byte_at(rest, 1);
    if (in(trail, 0x30, 0x39)) return gb18030_four_bytes(rest);
    if (!in(trail, 0x40, 0x7E) && !in(trail, 0x80, 0xFE)) return bad_pair(trail);
    return mapped_pair(gb18030_index()[(lead - 0x81u) * 190 + trail - (trail < 0x7F ? 0x40u : 0x41u)], trail);
  });
}

std::string decode_big5(std::string_view body) {
  return decode_runs(body, [](std::string_view rest) -> Step {
    const uint8_t lead = byte_at(rest, 0);
    if (!in(lead, 0x81, 0xFE)) return {1, kReplacementCodePoint};
    if (rest.size() < 2) return cut_off(rest);
    const uint8_t trail = byte_at(rest, 1);
    if (!in(trail, 0x40, 0x7E) && !in(trail, 0xA1, 0xFE)) return bad_pair(trail);
    const size_t pointer = (lead - 0x81u) * 157 + trail - (trail < 0x7F ? 0x40u : 0x62u);
    switch (pointer) {  // letters of Pinyin that Unicode has in two parts only
      case 1133:
        return {2, 0xCA, 0x304};
      case 1135:
        return {2, 0xCA, 0x30C};
      case 1164:
        return {2, 0xEA, 0x304};
      case 1166:
        return {2, 0xEA, 0x30C};
      default:
        return mapped_pair(big5_index()[pointer], trail);
    }
  });
}

std::string decode_euc_jp(std::string_view body) { return decode_runs(body, euc_jp_step); }

std::string decode_iso_2022_jp(std::string_view body) { return Iso2022Jp(body).decode(); }

std::string decode_shift_jis(std::string_view body) { return decode_runs(body, shift_jis_step); }

std::string decode_euc_kr(std::string_view body) {
  return decode_runs(body, [](std::string_view rest) -> Step {
    const uint8_t lead = byte_at(rest, 0);
    if (!in(lead, 0x81, 0xFE)) return {1, kReplacementCodePoint};
    if (rest.size() < 2) return cut_off(rest);
    const uint8_t trail = byte_at(rest, 1);
    if (!in(trail, 0x41, 0xFE)) return bad_pair(trail);
    return mapped_pair(euc_kr_index()[(lead - 0x81u) * 190 + trail - 0x41u], trail);
  });
}

std::string decode_utf16(std::string_view body, bool big_endian) {
  std::string out;
  out.reserve(body.size());
  const auto unit = [&](size_t i) {
    return static_cast<char32_t>(byte_at(body, i + (big_endian ? 0 : 1)) << 8 |
                                 byte_at(body, i + (big_endian ? 1 : 0)));
  };
  size_t at = 0;
  for (; at + 1 < body.size(); at += 2) {
    const char32_t lead = unit(at);
    const bool needs_another = lead >= 0xD800 && lead <= 0xDBFF;
    if (needs_another && body.size() - at == 3) break;  // half of a pair and half of a unit are one error
    if (needs_another && at + 3 < body.size()) {
      const char32_t trail = unit(at + 2);
      if (trail >= 0xDC00 && trail <= 0xDFFF) {
        append_utf8(out, 0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00));
        at += 2;
        continue;
      }
    }
    append_utf8(out, lead);
  }
  if (at < body.size()) append_utf8(out, kReplacementCodePoint);
  return out;
}

std::string decode_utf32(std::string_view body, bool big_endian) {
  std::string out;
  out.reserve(body.size() / 2);
  size_t at = 0;
  for (; at + 3 < body.size(); at += 4) {
    char32_t code_point = 0;
    for (size_t i = 0; i < 4; ++i) code_point = code_point << 8 | byte_at(body, at + (big_endian ? i : 3 - i));
    append_utf8(out, code_point);
  }
  if (at < body.size()) append_utf8(out, kReplacementCodePoint);
  return out;
}

}  // namespace scraper
