// SPDX-License-Identifier: MIT
#include "scraper/model/idna.h"

#include <idn2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

struct FreeIdn2 {
  void operator()(char* text) const { idn2_free(text); }
};

struct Shape {
  bool ascii = true;
  bool has_ace_label = false;  ///< a label begins with "xn--"
};

Shape look_at(std::string_view lower) {
  Shape shape;
  bool label_begins = true;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (static_cast<uint8_t>(lower[i]) >= 0x80) shape.ascii = false;
    if (label_begins && lower.substr(i, 4) == "xn--") shape.has_ace_label = true;
    label_begins = lower[i] == '.';
  }
  return shape;
}

std::optional<std::string> map_with_idn2(const std::string& domain) {
  char* raw = nullptr;
  // Without the round trip, `xn--` labels of symbols pass: browsers resolve them.
  const int result =
      idn2_to_ascii_8z(domain.c_str(), &raw, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP);
  const std::unique_ptr<char, FreeIdn2> owned(raw);
  if (result != IDN2_OK) return std::nullopt;
  return std::string(raw);
}

/// libidn2 refuses names over 255 bytes, which the standard does not; so an all-ASCII name is checked label by label.
std::optional<std::string> check_ace_labels(std::string lower) {
  size_t begin = 0;
  while (begin <= lower.size()) {
    const size_t end = std::min(lower.find('.', begin), lower.size());
    const std::string label = lower.substr(begin, end - begin);
    // A bare "xn--" decodes to nothing, and the standard's tests keep it.
    if (label.starts_with("xn--") && label.size() > 4 && !map_with_idn2(label)) return std::nullopt;
    begin = end + 1;
  }
  return lower;
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  std::string lower(domain);
  for (char& c : lower) c = to_lower(c);
  const Shape shape = look_at(lower);
  if (shape.ascii) return shape.has_ace_label ? check_ace_labels(std::move(lower)) : std::optional(std::move(lower));
  if (lower.find('\0') != std::string::npos) return std::nullopt;  // libidn2 takes C strings
  auto mapped = map_with_idn2(lower);
  // libidn2 maps labels that it would refuse in their ASCII form ("é~"), and what is accepted must stay so.
  if (mapped && look_at(*mapped).has_ace_label) return check_ace_labels(std::move(*mapped));
  return mapped;
}

}  // namespace scraper
