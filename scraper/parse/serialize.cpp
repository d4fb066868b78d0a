// SPDX-License-Identifier: MIT
#include "scraper/parse/serialize.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "scraper/base/utf8.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

bool is_void(const GumboNode* element) {
  switch (html_tag(element)) {
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_FRAME:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_KEYGEN:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_WBR:
      return true;
    default:
      return false;
  }
}

/// Elements whose text is written as it is. <noscript> is none: gumbo reads what is in it as elements.
bool holds_raw_text(const GumboNode* element) {
  switch (html_tag(element)) {
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_PLAINTEXT:
      return true;
    default:
      return false;
  }
}

/// The reference to write for the character that `text` begins with, and its length; empty when it stands for itself.
std::pair<std::string_view, size_t> reference(std::string_view text, bool in_attribute) {
  switch (text[0]) {
    case '&':
      return {"&amp;", 1};
    case '<':
      return {"&lt;", 1};
    case '>':
      return {"&gt;", 1};
    case '"':
      return {in_attribute ? std::string_view("&quot;") : std::string_view(), 1};
    case '\xC2':
      if (text.size() > 1 && text[1] == '\xA0') return {"&nbsp;", 2};
      return {{}, 1};
    default:
      return {{}, 1};
  }
}

/// Views valid UTF-8: the text itself when it is valid already, else what is in `room`.
std::string_view valid(std::string_view text, std::string& room) {
  if (is_valid_utf8(text)) return text;
  room = to_valid_utf8(std::string(text));
  return room;
}

class HtmlWriter {
 public:
  explicit HtmlWriter(size_t bytes_max) : bytes_max_(bytes_max) {}

  bool full() const { return full_; }
  std::string take() && { return std::move(out_); }

  /// The start tag of an element, or all of another node. `parent` may be null.
  void write(const GumboNode* node, const GumboNode* parent) {
    switch (node->type) {
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        append(start_tag(node));
        break;
      case GUMBO_NODE_COMMENT:
        append("<!--" + std::string(valid(node->v.text.text, room_)) + "-->");
        break;
      case GUMBO_NODE_DOCUMENT:
        if (node->v.document.has_doctype) append("<!DOCTYPE " + std::string(valid(node->v.document.name, room_)) + ">");
        break;
      default:
        text(text_of(node), parent != nullptr && holds_raw_text(parent));
    }
  }

  void end_tag(const GumboNode* element) {
    if (!is_void(element)) append("</" + element_name(element) + ">");
  }

 private:
  void append(std::string_view whole) {
    if (out_.size() + whole.size() > bytes_max_) full_ = true;
    if (!full_) out_ += whole;
  }

  void text(std::string_view text, bool raw) {
    text = valid(text, room_);
    if (raw) {
      full_ = text.size() > bytes_max_ - out_.size();
      out_ += text.substr(0, bytes_max_ - out_.size());
    } else {
      full_ = !append_escaped(out_, text, false, bytes_max_);
    }
    if (full_) drop_half_a_character();
  }

  /// The part of a code point at the end that lacks its last bytes.
  void drop_half_a_character() {
    size_t begin = out_.size();
    while (begin > 0 && (static_cast<unsigned char>(out_[begin - 1]) & 0xC0) == 0x80) --begin;
    if (begin > 0 && !is_valid_utf8(std::string_view(out_).substr(begin - 1))) out_.resize(begin - 1);
  }

  /// False when not all of it found room.
  static bool append_escaped(std::string& out, std::string_view text, bool in_attribute, size_t bytes_max) {
    while (!text.empty()) {
      const auto [instead, length] = reference(text, in_attribute);
      const std::string_view piece = instead.empty() ? text.substr(0, length) : instead;
      if (out.size() + piece.size() > bytes_max) return false;
      out += piece;
      text.remove_prefix(length);
    }
    return true;
  }

  std::string start_tag(const GumboNode* element) {
    std::string tag = "<" + element_name(element);
    const GumboVector& attributes = element->v.element.attributes;
    const size_t tag_max = bytes_max_ - out_.size();  // longer is not written at all
    for (unsigned i = 0; i < attributes.length && tag.size() <= tag_max; ++i) {
      const auto* attribute = static_cast<const GumboAttribute*>(attributes.data[i]);
      tag += ' ' + to_valid_utf8(attribute_name(*attribute)) + "=\"";
      append_escaped(tag, valid(attribute->value, room_), true, std::string::npos);
      tag += '"';
    }
    return tag + ">";
  }

  size_t bytes_max_;
  bool full_ = false;
  std::string out_;
  std::string room_;
};

/// An element whose children are being written; its end tag comes after them when `closes`.
struct OpenTag {
  const GumboNode* node;
  unsigned next;
  bool closes;
};

std::string serialize(const GumboNode* node, bool itself, size_t bytes_max) {
  HtmlWriter writer(bytes_max);
  std::vector<OpenTag> frames;
  if (itself || node->type == GUMBO_NODE_DOCUMENT) writer.write(node, node->parent);
  if (children(node) != nullptr) frames.push_back({node, 0, itself && is_element(node)});
  while (!frames.empty() && !writer.full()) {
    OpenTag& top = frames.back();
    const GumboVector* below = children(top.node);
    if (top.next == below->length || is_void(top.node)) {
      if (top.closes) writer.end_tag(top.node);
      frames.pop_back();
      continue;
    }
    const GumboNode* next = child(below, top.next++);
    writer.write(next, top.node);
    if (is_element(next)) frames.push_back({next, 0, true});
  }
  return std::move(writer).take();
}

}  // namespace

std::string outer_html(const GumboNode* node, size_t bytes_max) { return serialize(node, true, bytes_max); }

std::string inner_html(const GumboNode* node, size_t bytes_max) {
  return children(node) == nullptr ? std::string() : serialize(node, false, bytes_max);
}

std::string element_name(const GumboNode* element) {
  const GumboElement& it = element->v.element;
  const std::string_view original = original_tag_name(element);
  if (it.tag_namespace == GUMBO_NAMESPACE_SVG && !original.empty()) {
    const GumboStringPiece piece{original.data(), original.size()};
    if (const char* name = gumbo_normalize_svg_tagname(&piece)) return name;
    return to_lower(original);
  }
  return it.tag == GUMBO_TAG_UNKNOWN ? to_lower(original) : std::string(gumbo_normalized_tagname(it.tag));
}

std::string attribute_name(const GumboAttribute& attribute) {
  const std::string name(attribute.name);
  switch (attribute.attr_namespace) {
    case GUMBO_ATTR_NAMESPACE_XLINK:
      return "xlink:" + name;
    case GUMBO_ATTR_NAMESPACE_XML:
      return "xml:" + name;
    case GUMBO_ATTR_NAMESPACE_XMLNS:
      return name == "xmlns" ? name : "xmlns:" + name;
    default:
      return name;
  }
}

}  // namespace scraper
