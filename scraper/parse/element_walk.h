// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstddef>
#include <string>
#include <vector>

namespace scraper {

/// The elements of a document in document order, without what stands in <noscript> (a browser that runs scripts reads
/// no markup there) and in <template> (which is no part of the document). Takes an explicit stack, so any depth will
/// do.
///
/// A value type; the tree must outlive it.
class ElementWalk {
 public:
  explicit ElementWalk(const GumboNode* root) { stack_.push_back({root, 0}); }

  /// The next element below the root, or nullptr at the end.
  const GumboNode* next();

 private:
  struct Frame {
    const GumboNode* node;
    unsigned next_child;
  };

  std::vector<Frame> stack_;
};

/// The text below an element as a reader sees it, blocks on lines of their own and white space collapsed, without
/// scripts, styles, <noscript> and <template>: the value of a property. At most `bytes_max` bytes of valid UTF-8.
/// `nodes_left` is what may be walked, and is lowered by what was; at 0 the text ends.
std::string element_text(const GumboNode* element, size_t bytes_max, size_t& nodes_left);

}  // namespace scraper
