// SPDX-License-Identifier: MIT
#include "scraper/parse/reference.h"

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_walk.h"

namespace scraper {

std::string resolved_reference(std::string_view written, const Url& base) {
  while (!written.empty() && is_white_space(written.front())) written.remove_prefix(1);
  while (!written.empty() && is_white_space(written.back())) written.remove_suffix(1);
  if (written.empty()) return {};
  std::string text = to_valid_utf8(std::string(written.substr(0, kFoundUrlBytesMax)));
  const size_t hash = text.find('#');
  const std::string_view fragment = hash == std::string::npos ? "" : std::string_view(text).substr(hash);
  const auto url = Url::parse(std::string_view(text).substr(0, hash), &base);
  if (url && url->href().size() + fragment.size() <= kFoundUrlBytesMax) return url->href() + std::string(fragment);
  return without_user_info(text);
}

}  // namespace scraper
