// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

#include <cstdint>

namespace scraper {

/// What an element's tag, role, class, id and style say about it: a set of ContentMark. The words are those that pages
/// of all kinds use; none belongs to one site. Looks at a bounded number of bytes of each attribute. Any thread.
uint16_t content_marks(const GumboNode* element, GumboTag tag);

}  // namespace scraper
