// SPDX-License-Identifier: MIT
#include "scraper/parse/foreign_names.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "scraper/base/ascii.h"

namespace scraper {
namespace {

using namespace std::string_view_literals;

// In the order of their lower case; each ends with a NUL, being a literal.
constexpr std::array<std::string_view, 58> kSvgNames{"attributeName",
                                                     "attributeType",
                                                     "baseFrequency",
                                                     "baseProfile",
                                                     "calcMode",
                                                     "clipPathUnits",
                                                     "diffuseConstant",
                                                     "edgeMode",

                                                     "filterUnits",
                                                     "glyphRef",
                                                     "gradientTransform",
                                                     "gradientUnits",
                                                     "kernelMatrix",
                                                     "kernelUnitLength",
                                                     "keyPoints",
                                                     "keySplines",
                                                     "keyTimes",
                                                     "lengthAdjust",
                                                     "limitingConeAngle",
                                                     "markerHeight",
                                                     "markerUnits",
                                                     "markerWidth",
                                                     "maskContentUnits",
                                                     "maskUnits",
                                                     "numOctaves",
                                                     "pathLength",
                                                     "patternContentUnits",
                                                     "patternTransform",
                                                     "patternUnits",
                                                     "pointsAtX",
                                                     "pointsAtY",
                                                     "pointsAtZ",
                                                     "preserveAlpha",
                                                     "preserveAspectRatio",
                                                     "primitiveUnits",
                                                     "refX",
                                                     "refY",
                                                     "repeatCount",
                                                     "repeatDur",
                                                     "requiredExtensions",
                                                     "requiredFeatures",
                                                     "specularConstant",
                                                     "specularExponent",
                                                     "spreadMethod",
                                                     "startOffset",
                                                     "stdDeviation",
                                                     "stitchTiles",
                                                     "surfaceScale",
                                                     "systemLanguage",
                                                     "tableValues",
                                                     "targetX",
                                                     "targetY",
                                                     "textLength",
                                                     "viewBox",
                                                     "viewTarget",
                                                     "xChannelSelector",
                                                     "yChannelSelector",
                                                     "zoomAndPan"};

struct Namespaced {
  std::string_view name;
  const char* local_name;
  GumboAttributeNamespaceEnum space;
};

constexpr std::array<Namespaced, 11> kNamespaced{{{"xlink:actuate", "actuate", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xlink:href", "href", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xlink:role", "role", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xlink:show", "show", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xlink:title", "title", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xlink:type", "type", GUMBO_ATTR_NAMESPACE_XLINK},
                                                  {"xml:base", "base", GUMBO_ATTR_NAMESPACE_XML},
                                                  {"xml:lang", "lang", GUMBO_ATTR_NAMESPACE_XML},
                                                  {"xml:space", "space", GUMBO_ATTR_NAMESPACE_XML},
                                                  {"xmlns", "xmlns", GUMBO_ATTR_NAMESPACE_XMLNS},
                                                  {"xmlns:xlink", "xlink", GUMBO_ATTR_NAMESPACE_XMLNS}}};

/// Of a name with upper case letters beside one in lower case.
bool comes_before(std::string_view mixed, std::string_view lower) {
  return std::lexicographical_compare(mixed.begin(), mixed.end(), lower.begin(), lower.end(),
                                      [](char a, char b) { return to_lower(a) < to_lower(b); });
}

}  // namespace

void adjust_foreign_name(GumboAttribute& attribute, GumboNamespaceEnum space) {
  const std::string_view name = attribute.name;
  if (space == GUMBO_NAMESPACE_SVG) {
    const auto found = std::lower_bound(kSvgNames.begin(), kSvgNames.end(), name, comes_before);
    if (found != kSvgNames.end() && equals_ignoring_case(*found, name)) {
      attribute.name = found->data();
      return;
    }
  } else if (name == "definitionurl") {
    attribute.name = "definitionURL";
    return;
  }
  if (!name.starts_with('x')) return;
  for (const Namespaced& entry : kNamespaced) {
    if (entry.name != name) continue;
    attribute.name = entry.local_name;
    attribute.attr_namespace = entry.space;
  }
}

}  // namespace scraper
