// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "content_page.h"
#include "tests/support/repeated.h"
#include "tests/support/sanitizer.h"

namespace scraper {
namespace {

// What these pages cost grows with their size alone: quadratic work would take many minutes and run into the time limit
// that they are given here, which is long enough for sanitizers on a busy machine.
ParseLimits patient_limits() {
  ParseLimits limits;
  limits.timeout = Duration(60'000);
  return limits;
}

MainContent hostile(std::string_view html) { return content_of(html, patient_limits()); }

/// A tree of elements each in the one before, which gumbo itself would take too long to make.
class NestedElements {
 public:
  NestedElements(GumboTag tag, size_t depth, const char* text) {
    GumboNode* outer = add(GUMBO_NODE_DOCUMENT);
    document_ = outer;
    outer = hold(outer, element(GUMBO_TAG_HTML));
    outer = hold(outer, element(GUMBO_TAG_BODY));
    for (size_t i = 0; i < depth; ++i) outer = hold(outer, element(tag));
    GumboNode* leaf = add(GUMBO_NODE_TEXT);
    leaf->v.text.text = text;
    hold(outer, leaf);
  }

  const GumboNode* document() const { return document_; }

 private:
  GumboNode* add(GumboNodeType type) {
    nodes_.push_back(GumboNode{});
    nodes_.back().type = type;
    return &nodes_.back();
  }
  GumboNode* element(GumboTag tag) {
    GumboNode* node = add(GUMBO_NODE_ELEMENT);
    node->v.element.tag = tag;
    node->v.element.tag_namespace = GUMBO_NAMESPACE_HTML;
    return node;
  }
  GumboNode* hold(GumboNode* outer, GumboNode* inner) {
    children_.push_back(inner);
    GumboVector& below = outer->type == GUMBO_NODE_DOCUMENT ? outer->v.document.children : outer->v.element.children;
    below.data = &children_.back();
    below.length = below.capacity = 1;
    return inner;
  }

  std::deque<GumboNode> nodes_;
  std::deque<void*> children_;
  GumboNode* document_;
};

MainContent content_of_nested(GumboTag tag, size_t depth) {
  const NestedElements nested(tag, depth, "A word, and another one.");
  const auto url = Url::parse("http://a.test/");
  const ParseLimits limits = patient_limits();
  const auto found = extract_content(nested.document(), *url, limits, steady_now() + limits.timeout);
  if (!found) ADD_FAILURE() << found.error().message;
  return found ? *found : MainContent();
}

TEST(HostileContent, IsNestedDeeply) {
  for (const GumboTag tag :
       {GUMBO_TAG_DIV, GUMBO_TAG_SPAN, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_UL, GUMBO_TAG_B, GUMBO_TAG_TABLE, GUMBO_TAG_TD,
        GUMBO_TAG_H2, GUMBO_TAG_TIME, GUMBO_TAG_ARTICLE, GUMBO_TAG_PRE, GUMBO_TAG_LI}) {
    const MainContent found = content_of_nested(tag, SCRAPER_SANITIZED ? 25'000 : 100'000);
    EXPECT_EQ(found.content, "A word, and another one.") << gumbo_normalized_tagname(tag);
    EXPECT_LT(found.markdown.size(), 200u) << gumbo_normalized_tagname(tag);
  }
}

TEST(HostileContent, HasManySiblings) {
  constexpr size_t kSiblings = SCRAPER_SANITIZED ? 50'000 : 200'000;
  const MainContent found = hostile(repeated("<p class='x y'>Some text, <a href=/x>a link</a>.</p>", kSiblings));
  EXPECT_GT(found.content.size(), kSiblings * 5);
  EXPECT_LE(found.markdown.size(), ParseLimits().text_bytes_max);
  hostile(repeated("<div class='share related comments'>", 100) + repeated("<h2>a</h2><br>", 30'000));
  hostile(repeated("<li><a href=/x>a</a> and some words", 30'000));
}

TEST(HostileContent, IsOneTable) {
  const MainContent rows = hostile("<table>" + repeated("<tr><td>a<td>b<td>c", 100'000) + "</table>");
  EXPECT_EQ(rows.content.size(), 600'000u - 1);
  EXPECT_TRUE(rows.markdown.starts_with("| a | b | c |\n| --- | --- | --- |\n| a | b | c |\n"));
  hostile("<table><tr>" + repeated("<td>a", 100'000) + "</table>");
  hostile("<table>" + repeated("<tr><td colspan=1000>a", 20'000) + "</table>");
  hostile(repeated("<table><tr><td>", 5'000) + "a");
}

TEST(HostileContent, RepeatsMarks) {
  for (const char* marks : {"*", "`", "[", "<b>a</b>", "<code>`</code>", "\\", "&lt;", "<br>"}) {
    const MainContent found = hostile("<p>" + repeated(marks, 100'000));
    EXPECT_LE(found.markdown.size(), ParseLimits().text_bytes_max) << marks;
  }
}

TEST(HostileContent, HasALongBase) {
  const std::string base = "<base href='http://a.test/" + std::string(500'000, 'x') + "/'>";
  hostile(base + repeated("<p>Some text, and <a href=y>a link</a>.<img src=z></p>", 20'000));
}

TEST(HostileContent, HasStructuredDataWithoutEnd) {
  const std::string_view script = "<script type='application/ld+json'>";
  EXPECT_EQ(hostile(std::string(script) + repeated("[", 900'000) + "</script>").author, "");
  EXPECT_EQ(
      hostile(std::string(script) + repeated("{\"a\":", 150'000) + "1" + repeated("}", 150'000) + "</script>").author,
      "");
  EXPECT_EQ(hostile(std::string(script) + "[" + repeated("{\"a\":1},", 100'000) + "1]</script>").author, "");
  EXPECT_EQ(hostile(repeated("<div class=author><time>", 5'000) + "x").published_at, "");
  hostile(repeated("<meta name=author content='a, b; c and d'>", 50'000));
}

}  // namespace
}  // namespace scraper
