// SPDX-License-Identifier: MIT
#include "scraper/parse/structured_data.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/parse/element_walk.h"
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/json_ld.h"
#include "scraper/parse/meta_tags.h"
#include "scraper/parse/microdata.h"
#include "scraper/parse/rdfa.h"

namespace scraper {
namespace {

using nlohmann::json;

constexpr size_t kElementsBetweenLooks = 1024;

struct Marks {
  bool item = false;
  bool rdfa = false;  ///< as no page has it by chance: rel and content alone are in use without RDFa
};

Marks marks_of(const GumboNode* element) {
  Marks marks;
  const GumboVector& all = element->v.element.attributes;
  for (unsigned i = 0; i < all.length; ++i) {
    const std::string_view name = static_cast<const GumboAttribute*>(all.data[i])->name;
    marks.item |= name == "itemscope";
    marks.rdfa |= name == "property" || name == "typeof";
  }
  return marks;
}

}  // namespace

tl::expected<json, Error> structured_data(const GumboNode* document, const Url& base, const ParseLimits& limits,
                                          const Watchdog& watchdog) {
  JsonLd json_ld;
  MetaTags meta_tags;
  std::vector<const GumboNode*> items;
  bool has_rdfa = false;
  ElementWalk walk(document);
  for (size_t count = 0; const GumboNode* element = walk.next(); ++count) {
    const GumboTag tag = html_tag(element);
    // A script is one element, and may be megabytes.
    if (count % kElementsBetweenLooks == 0 || tag == GUMBO_TAG_SCRIPT) {
      const Overrun seen = watchdog.look();
      if (seen != Overrun::none) return tl::make_unexpected(overrun_error(seen, limits));
    }
    json_ld.add(element);
    meta_tags.add(element);
    const Marks marks = marks_of(element);
    if (marks.item) items.push_back(element);
    has_rdfa |= marks.rdfa;
  }
  json out = json::object();
  std::move(meta_tags).put_into(out);
  if (json values = std::move(json_ld).take(); !values.empty()) out["jsonld"] = std::move(values);
  if (!items.empty()) {
    auto read = Microdata(base, limits, watchdog).read(document, items);
    if (!read) return read;
    if (!read->empty()) out["microdata"] = std::move(*read);
  }
  if (has_rdfa) {
    auto read = read_rdfa(document, base, limits, watchdog);
    if (!read) return read;
    if (!read->empty()) out["rdfa"] = std::move(*read);
  }
  return out;
}

}  // namespace scraper
