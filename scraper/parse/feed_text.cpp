// SPDX-License-Identifier: MIT
#include "scraper/parse/feed_text.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>
#include <string_view>
#include <utility>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/page_walk.h"
#include "scraper/parse/xml_prolog.h"

namespace scraper {
namespace {

constexpr std::array kTexts{"title",   "subtitle", "tagline", "description", "summary",
                            "content", "encoded",  "name",    "creator"};

bool is_text_element(pugi::xml_node node) {
  if (node.type() != pugi::node_element) return false;
  const std::string_view name = node.name();
  const std::string local = to_lower(name.substr(name.rfind(':') + 1));
  return std::find(kTexts.begin(), kTexts.end(), local) != kTexts.end();
}

/// The node after this one and all that is in it, within `top`; null: there is none.
pugi::xml_node behind(pugi::xml_node node, pugi::xml_node top) {
  while (node && node != top && !node.next_sibling()) node = node.parent();
  return node == top ? pugi::xml_node() : node.next_sibling();
}

/// All text below the node, which may be as deep as the file is long.
std::string text_below(pugi::xml_node top, size_t bytes_max) {
  std::string out;
  for (pugi::xml_node node = top.first_child(); node && out.size() < bytes_max;) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      out += node.value();
      out += ' ';
    }
    node = node.first_child() ? node.first_child() : behind(node, top);
  }
  out = to_valid_utf8(std::move(out));
  cut_utf8(out, bytes_max);
  return out;
}

void cut_behind_tags(std::string& xml, size_t tags_max) {
  size_t tags = 0;
  for (size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '<' && ++tags > tags_max) return xml.resize(at);
  }
}

}  // namespace

std::string feed_text(std::string xml, const Url& url, const ParseLimits& limits, SteadyTime deadline) {
  cut_behind_tags(xml, kXmlTagsMax);
  pugi::xml_document document;
  document.load_buffer_inplace(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  PageTree tree;
  std::string text;
  // What is inside such an element is read with it, not once more for each element in there.
  for (pugi::xml_node node = document.first_child(); node && text.size() < limits.text_bytes_max;) {
    if (!is_text_element(node)) {
      node = node.first_child() ? node.first_child() : behind(node, document);
      continue;
    }
    const std::string piece = text_below(node, limits.text_bytes_max);
    node = behind(node, document);
    if (piece.find_first_of("<&") == std::string::npos) {
      const std::string line = collapse_white_space(piece);
      if (!line.empty()) text += line + '\n';
      continue;
    }
    if (steady_now() >= deadline) break;
    const auto output = tree.parse(piece, limits, deadline);
    if (!output) continue;
    const auto page = PageWalk(url, url, false, limits, deadline).run((*output)->document);
    if (page && !page->text.empty()) text += page->text + '\n';
  }
  if (!text.empty()) text.pop_back();
  cut_utf8(text, limits.text_bytes_max);
  return text;
}

}  // namespace scraper
