// SPDX-License-Identifier: MIT
#include "scraper/parse/gumbo_node.h"
#include "scraper/parse/selector_match.h"
#include "scraper/parse/selector_tree.h"

// Pseudo-classes that say which language an element is in, and in which state a form is when the page is loaded.

namespace scraper {
namespace {

/// Takes the part before the next hyphen off the beginning.
std::string_view take_subtag(std::string_view& tag) {
  const size_t hyphen = tag.find('-');
  const std::string_view subtag = tag.substr(0, hyphen);
  tag.remove_prefix(hyphen == std::string_view::npos ? tag.size() : hyphen + 1);
  return subtag;
}

/// Extended filtering (RFC 4647 3.3.2).
bool is_in_range(std::string_view tag, std::string_view range) {
  if (range.empty() || tag.empty()) return range.empty() && tag.empty();
  const std::string_view first = take_subtag(range);
  const std::string_view first_of_tag = take_subtag(tag);
  if (first != "*" && !equals_ignoring_case(first, first_of_tag)) return false;
  while (!range.empty()) {
    const std::string_view wanted = take_subtag(range);
    if (wanted == "*") continue;
    while (true) {
      if (tag.empty()) return false;
      const std::string_view subtag = take_subtag(tag);
      if (equals_ignoring_case(subtag, wanted)) break;
      if (subtag.size() == 1) return false;
    }
  }
  return true;
}

bool submits(const GumboNode* element) {
  const GumboTag tag = html_tag(element);
  if (tag != GUMBO_TAG_BUTTON && tag != GUMBO_TAG_INPUT) return false;
  const auto type = find_attribute(element, "type");
  if (!type) return tag == GUMBO_TAG_BUTTON;
  return equals_ignoring_case(*type, "submit") || (tag == GUMBO_TAG_INPUT && equals_ignoring_case(*type, "image"));
}

}  // namespace

bool SelectorMatch::is_in_language(const PseudoTest& test, const GumboNode* element) {
  const std::string_view tag = language(element).value_or("");
  for (const std::string& range : test.words) {
    if (!spend(1 + tag.size() / 16) || is_in_range(tag, range)) return overrun_ == Overrun::none;
  }
  return false;
}

/// HTML 3.2.6.1: the nearest lang around, else what the page's <meta> says.
std::optional<std::string_view> SelectorMatch::language(const GumboNode* element) {
  const GumboNode* top = element;
  for (const GumboNode* node = element; node != nullptr && spend(); node = parent_element(node)) {
    if (const auto value = value_of(node, "xml:lang"); value && node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
      return value;
    if (const auto value = value_of(node, "lang")) return value;
    if (const auto value = value_of(node, "xml:lang")) return value;
    top = node;
  }
  if (!page_language_) page_language_ = page_language(top);
  return *page_language_;
}

std::optional<std::string_view> SelectorMatch::page_language(const GumboNode* top) {
  std::optional<std::string_view> found;
  const GumboVector* below = children(top);
  const GumboNode* head = nullptr;
  for (unsigned i = 0; i < below->length && head == nullptr; ++i) {
    if (html_tag(child(below, i)) == GUMBO_TAG_HEAD) head = child(below, i);
  }
  size_t depth = 0;
  for (const GumboNode* node = head; node != nullptr && spend(); node = next_below(node, head, true, depth)) {
    if (html_tag(node) != GUMBO_TAG_META) continue;
    const auto what = find_attribute(node, "http-equiv");
    const auto content = find_attribute(node, "content");
    if (!what || !content || !equals_ignoring_case(*what, "content-language")) continue;
    std::string_view tag = *content;
    while (!tag.empty() && is_white_space(tag.front())) tag.remove_prefix(1);
    size_t end = 0;
    while (end < tag.size() && !is_white_space(tag[end])) ++end;
    if (end > 0 && tag.find(',') == std::string_view::npos) found = tag.substr(0, end);
  }
  return found;
}

/// HTML 4.10.10: selectedness, before anybody chose.
bool SelectorMatch::is_chosen(const GumboNode* option) {
  if (html_tag(option) != GUMBO_TAG_OPTION) return false;
  const GumboNode* select = parent_element(option);
  if (select != nullptr && html_tag(select) == GUMBO_TAG_OPTGROUP) select = parent_element(select);
  const bool one_of_many = select != nullptr && html_tag(select) == GUMBO_TAG_SELECT && !value_of(select, "multiple");
  if (!one_of_many) return value_of(option, "selected").has_value();
  if (last_select_ != select) {
    last_chosen_ = chosen_of(select);
    last_select_ = select;
  }
  return option == last_chosen_;
}

/// The last that says so, else the first that can be chosen where one line of the list is shown.
const GumboNode* SelectorMatch::chosen_of(const GumboNode* select) {
  const GumboNode* first = nullptr;
  const GumboNode* last = nullptr;
  size_t depth = 0;
  for (const GumboNode* node = select; node != nullptr && spend(); node = next_below(node, select, true, depth)) {
    if (html_tag(node) != GUMBO_TAG_OPTION) continue;
    if (value_of(node, "selected")) last = node;
    const GumboNode* group = parent_element(node);
    const bool disabled = value_of(node, "disabled") ||
                          (group != nullptr && html_tag(group) == GUMBO_TAG_OPTGROUP && value_of(group, "disabled"));
    if (first == nullptr && !disabled) first = node;
  }
  if (last != nullptr) return last;
  const auto size = value_of(select, "size");
  return !size || *size == "1" || *size == "0" || size->empty() ? first : nullptr;
}

/// HTML 4.10.22.2: the first in the form that submits it.
bool SelectorMatch::is_default_button(const GumboNode* element) {
  if (!submits(element)) return false;
  const GumboNode* form = parent_element(element);
  while (form != nullptr && html_tag(form) != GUMBO_TAG_FORM && spend()) form = parent_element(form);
  size_t depth = 0;
  for (const GumboNode* node = form; node != nullptr && spend(); node = next_below(node, form, true, depth)) {
    if (is_element(node) && submits(node)) return node == element;
  }
  return false;
}

}  // namespace scraper
