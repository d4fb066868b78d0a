// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "scraper/parse/page_builder.h"

namespace scraper {

/// One pass over a page's tree, in document order and with an explicit stack, that shows a PageBuilder what is there.
/// An object makes one walk; the tree must outlive it.
class PageWalk {
 public:
  /// As of PageBuilder.
  PageWalk(const Url& page, const Url& base, bool images, const ParseLimits& limits, SteadyTime deadline)
      : builder_(page, base, images, limits, deadline) {}

  /// Fails with cancelled on limits.stop; at other limits, see PageBuilder::finish.
  tl::expected<ParsedPage, Error> run(const GumboNode* document);

  /// After run: see PageBuilder.
  const std::optional<Url>& late_base() const { return builder_.late_base(); }

 private:
  struct Frame {
    const GumboNode* element;
    unsigned next_child;
    PageBuilder::Opened opened;
  };

  void enter(const GumboNode* element);

  PageBuilder builder_;
  std::vector<Frame> stack_;
};

}  // namespace scraper
