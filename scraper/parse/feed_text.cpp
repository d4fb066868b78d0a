// SPDX-License-Identifier: MIT
#include "scraper/parse/feed_text.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

constexpr size_t kPiecesMax = 20'000;
constexpr std::array kTexts{"title",   "subtitle", "tagline", "description", "summary",
                            "content", "encoded",  "name",    "creator"};

std::string_view local(pugi::xml_node node) {
  const std::string_view name = node.name();
  return name.substr(name.rfind(':') + 1);
}

/// All text below the node. Feeds nest little; what nests more is cut.
std::string text_below(pugi::xml_node node) {
  std::string out;
  constexpr int kDepthMax = 100;
  struct Collector : pugi::xml_tree_walker {
    std::string* out;
    bool for_each(pugi::xml_node& child) override {
      if (depth() < kDepthMax && (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)) {
        *out += child.value();
        *out += ' ';
      }
      return true;
    }
  } collector;
  collector.out = &out;
  node.traverse(collector);
  return out;
}

struct Pieces : pugi::xml_tree_walker {
  std::vector<FeedPiece> found;
  bool for_each(pugi::xml_node& node) override {
    if (node.type() != pugi::node_element) return true;
    const std::string name = to_lower(local(node));
    if (std::find(kTexts.begin(), kTexts.end(), name) == kTexts.end()) return true;
    // XHTML inside Atom is read with the element that holds it, not once more for each element in it.
    const std::string_view around = local(node.parent());
    if (around == "div" || around == "p") return true;
    std::string text = text_below(node);
    const bool html = text.find('<') != std::string::npos || text.find('&') != std::string::npos;
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) found.push_back({std::move(text), html});
    return found.size() < kPiecesMax;
  }
};

}  // namespace

std::vector<FeedPiece> feed_pieces(std::string utf8) {
  pugi::xml_document document;
  document.load_buffer_inplace(utf8.data(), utf8.size(), pugi::parse_default, pugi::encoding_utf8);
  Pieces pieces;
  document.traverse(pieces);
  return std::move(pieces.found);
}

}  // namespace scraper
