// SPDX-License-Identifier: MIT
#include "scraper/parse/sitemap.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <pugixml.hpp>
#include <unordered_map>

#include "scraper/base/ascii.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/gunzip.h"
#include "scraper/parse/xml_prolog.h"

namespace scraper {
namespace {

constexpr size_t kTitleCodePointsMax = 1000;
constexpr size_t kDateCodePointsMax = 100;  // every address of an entry has its date
constexpr size_t kPeekedBytes = 4u << 10;

std::string_view prefix(std::string_view name) {
  return name.substr(0, name.find(':') == name.npos ? 0 : name.find(':'));
}
std::string_view local_name(std::string_view name) { return name.substr(name.find(':') + 1); }

bool is(pugi::xml_node node, std::string_view name) { return equals_ignoring_case(local_name(node.name()), name); }

/// An element of its parent's own vocabulary: <loc> of <url>, and not <image:loc>. Which namespace the prefix stands
/// for is not asked, because too many files name a wrong one.
bool is_own(pugi::xml_node node, std::string_view name) {
  return is(node, name) && prefix(node.name()) == prefix(node.parent().name());
}

bool is_text(pugi::xml_node node) { return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata; }

/// References to characters that are none (&#xD800;) make it ill-formed though the file was not.
std::string own_text(pugi::xml_node node) {
  std::string text;
  for (const pugi::xml_node child : node.children()) {
    if (is_text(child)) text += child.value();
  }
  return to_valid_utf8(std::string(trim(text)));
}

/// Of all that is below it, on one line. Walks by the tree's own links, for a tree may be as deep as the file is long.
std::string title_text(pugi::xml_node top) {
  std::string text;
  pugi::xml_node node = top.first_child();
  while (node) {
    if (is_text(node)) text += node.value();
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != top && !node.next_sibling()) node = node.parent();
    if (node == top) break;
    node = node.next_sibling();
  }
  std::string line;
  for (const char c : trim(text)) {
    const bool space = kWhiteSpace.find(c) != std::string_view::npos;
    if (!space) line += c;
    if (space && !line.ends_with(' ')) line += ' ';
  }
  return std::string(utf8_prefix(to_valid_utf8(std::move(line)), kTitleCodePointsMax));
}

/// The first of these children that says something.
std::string date_in(pugi::xml_node node, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const pugi::xml_node child : node.children()) {
      if (!is(child, name)) continue;
      const std::string date = own_text(child);
      if (!date.empty()) return std::string(utf8_prefix(date, kDateCodePointsMax));
    }
  }
  return {};
}

/// Walks what a document's root and its children say, no deeper than the formats go.
class SitemapReader {
 public:
  SitemapReader(const SitemapLimits& limits, const Url& base) : limits_(limits), base_(base) {}

  /// False when the root is of no format that is known.
  bool read(pugi::xml_node root);
  void read_lines(std::string_view text);
  Sitemap take() { return std::move(out_); }
  void cut_short() { out_.truncated = true; }

 private:
  void read_place(pugi::xml_node place);
  void read_channel(pugi::xml_node channel, const Url& above);
  void read_item(pugi::xml_node item, const Url& above);
  void read_atom(pugi::xml_node node, const Url& above);
  void read_title(pugi::xml_node node);
  void add(std::string_view text, const Url* base, const std::string& last_modified);

  const SitemapLimits& limits_;
  const Url& base_;
  Sitemap out_;
  std::unordered_map<std::string, size_t> places_;  // of the URLs in entries
  size_t bytes_ = 0;                                // of these
  bool full_ = false;                               // another URL came when there was no room
};

void SitemapReader::add(std::string_view text, const Url* base, const std::string& last_modified) {
  if (trim(text).empty()) return;
  auto url = Url::parse(text, base);
  if (!url) return;
  const auto known = places_.find(url->href());
  if (known != places_.end()) {
    // A page is often named as another's translation before it has its own entry.
    std::string& date = out_.entries[known->second].last_modified;
    if (date.empty()) date = last_modified;
    return;
  }
  // A long xml:base would otherwise turn a small file into gigabytes.
  if (out_.entries.size() >= limits_.urls_max || url->href().size() > limits_.bytes_max - bytes_) {
    full_ = true;
    out_.truncated = true;
    return;
  }
  bytes_ += url->href().size();
  places_.emplace(url->href(), out_.entries.size());
  out_.entries.push_back({std::move(*url), last_modified});
}

/// The base for what is below a node: its own xml:base, relative to the one above.
Url base_of(pugi::xml_node node, const Url& above) {
  const pugi::xml_attribute attribute = node.attribute("xml:base");
  if (!attribute) return above;
  return Url::parse(attribute.value(), &above).value_or(above);
}

bool is_alternate(pugi::xml_node link) {
  return equals_ignoring_case(trim(link.attribute("rel").value()), "alternate");
}

/// <url> or <sitemap>.
void SitemapReader::read_place(pugi::xml_node place) {
  const std::string date = date_in(place, {"lastmod"});
  bool located = false;
  for (const pugi::xml_node child : place.children()) {
    if (is_own(child, "loc")) {
      located = true;
      add(own_text(child), &base_, date);
    } else if (is(child, "link") && is_alternate(child)) {
      add(child.attribute("href").value(), &base_, {});
    }
  }
  // Some files leave <loc> out and put the address straight into the element, where it can mean nothing else.
  if (!located && starts_with_ignoring_case(own_text(place), "http")) add(own_text(place), &base_, date);
}

void SitemapReader::read_title(pugi::xml_node node) {
  if (out_.title.empty()) out_.title = title_text(node);
}

void SitemapReader::read_channel(pugi::xml_node channel, const Url& above) {
  const Url base = base_of(channel, above);
  const std::string date = date_in(channel, {"lastBuildDate", "pubDate", "date"});
  for (const pugi::xml_node child : channel.children()) {
    if (full_) return;
    if (is_own(child, "title")) read_title(child);
    if (is_own(child, "link")) add(own_text(child), &base, date);
    if (is(child, "item")) read_item(child, base);
  }
}

void SitemapReader::read_item(pugi::xml_node item, const Url& above) {
  const Url base = base_of(item, above);
  const std::string date = date_in(item, {"pubDate", "date", "updated"});
  for (const pugi::xml_node child : item.children()) {
    if (is_own(child, "link")) add(own_text(child), &base, date);
    // A permanent link is a whole URL; many feeds keep numbers there without saying that they are none.
    const bool permalink =
        is_own(child, "guid") && !equals_ignoring_case(child.attribute("isPermaLink").value(), "false");
    if (permalink) add(own_text(child), nullptr, date);
  }
}

/// <feed> or <entry> of Atom: rel is `alternate` where it is missing (RFC 4287 4.2.7.2).
void SitemapReader::read_atom(pugi::xml_node node, const Url& above) {
  const Url base = base_of(node, above);
  const std::string date = date_in(node, {"updated", "modified", "published"});
  for (const pugi::xml_node child : node.children()) {
    if (full_) return;
    if (is_own(child, "title") && is(node, "feed")) read_title(child);
    if (is_own(child, "link") && (is_alternate(child) || !child.attribute("rel"))) {
      const Url link_base = base_of(child, base);
      add(child.attribute("href").value(), &link_base, date);
    }
    if (is_own(child, "entry") && is(node, "feed")) read_atom(child, base);
  }
}

bool SitemapReader::read(pugi::xml_node root) {
  const bool urls = is(root, "urlset"), index = is(root, "sitemapindex");
  if (urls || index) {
    out_.kind = urls ? Sitemap::Kind::urls : Sitemap::Kind::index;
    for (const pugi::xml_node child : root.children()) {
      if (full_) break;
      if (is(child, "url") || is(child, "sitemap")) read_place(child);
    }
    return true;
  }
  out_.kind = Sitemap::Kind::feed;
  if (is(root, "feed")) {
    read_atom(root, base_);
    return true;
  }
  if (!is(root, "rss") && !is(root, "RDF")) return false;
  // RDF has many uses; channels and items make it RSS.
  bool known = is(root, "rss");
  const Url base = base_of(root, base_);
  for (const pugi::xml_node child : root.children()) {
    if (full_) break;
    if (is(child, "channel")) read_channel(child, base);
    if (is(child, "item")) read_item(child, base);
    known = known || is(child, "channel") || is(child, "item");
  }
  return known;
}

void SitemapReader::read_lines(std::string_view text) {
  while (!text.empty() && !full_) {
    const size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = trim(text.substr(0, end));
    if (starts_with_ignoring_case(line, "http://") || starts_with_ignoring_case(line, "https://"))
      add(line, nullptr, {});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

tl::unexpected<Error> no_sitemap(std::string what) {
  return tl::unexpected(Error{ErrorKind::decode, Stage::parse, 0, "neither a sitemap nor a feed: " + std::move(what)});
}

/// Text of a file that may say its encoding in a byte order mark, the header or the XML declaration, and is else UTF-8.
/// What further down looks like a page's <meta> is somebody's content.
std::string to_text(std::string_view bytes, std::string_view content_type) {
  std::string_view head = bytes.substr(std::min(bytes.find_first_not_of(kWhiteSpace), bytes.size()));
  const size_t declaration_end = head.substr(0, kPeekedBytes).find("?>");
  head = head.substr(0, declaration_end == head.npos ? 4 : declaration_end + 2);
  return decode_to_utf8(bytes, declared_charset(head, content_type).value_or("UTF-8"));
}

/// Where tags or attributes become too many; npos: nowhere.
size_t too_many_at(std::string_view text) {
  size_t tags = 0, attributes = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    tags += text[i] == '<';
    attributes += text[i] == '=';
    if (tags > kXmlTagsMax || attributes > kXmlAttributesMax) return i;
  }
  return std::string_view::npos;
}

std::string look_of(std::string_view text) {
  const std::string_view start = text.substr(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
  if (start.empty()) return "it is empty";
  if (start.front() == '{' || start.front() == '[') return "it looks like JSON";
  if (start.front() == '<') return "it looks like XML without a root element";
  const std::string_view head = start.substr(0, kPeekedBytes);
  const bool binary =
      head.find('\0') != head.npos || head.find("\xEF\xBF\xBD") != head.npos || head.starts_with("%PDF");
  return binary ? "it looks like binary data" : "it is text that lists no URLs";
}

tl::expected<Sitemap, Error> parse_xml(std::string text, const Url& base, const SitemapLimits& limits) {
  const std::string name = printable(root_name(text));
  if (equals_ignoring_case(name, "html")) return no_sitemap("it is an HTML page");
  SitemapReader reader(limits, base);
  text.erase(0, root_offset(text));
  const size_t cut = too_many_at(text);
  if (cut != std::string::npos) {
    text.resize(cut);
    reader.cut_short();
  }
  // What stands after the last tag can only be the beginning of an address that was cut off.
  text.resize(text.rfind('>') + 1);
  pugi::xml_document document;
  // The result is not asked: a document that breaks off has a tree up to there. Its parser uses no recursion, and the
  // document is freed by pages, not by nodes.
  document.load_buffer_inplace(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!reader.read(document.document_element())) return no_sitemap("it is XML with the root element <" + name + ">");
  return reader.take();
}

}  // namespace

tl::expected<Sitemap, Error> parse_sitemap(std::string_view body, std::string_view content_type, const Url& base,
                                           const SitemapLimits& limits) {
  std::string unpacked;
  bool complete = true;
  // Servers that pack what is packed already are common; more than that is somebody's game.
  for (int layer = 0; layer < 2 && is_gzip(body); ++layer) {
    auto inner = gunzip(body, limits.bytes_max);
    if (!inner) return tl::unexpected(inner.error());
    unpacked = std::move(inner->bytes);
    complete = complete && inner->complete;
    body = unpacked;
  }
  if (body.size() > limits.bytes_max) {
    const std::string message = "it is larger than " + std::to_string(limits.bytes_max) + " bytes";
    return tl::unexpected(Error{ErrorKind::parse_limit, Stage::parse, 0, message});
  }
  if (is_gzip(body)) return no_sitemap("it is gzip data, unpacked twice already");
  std::string text = to_text(body, content_type);
  unpacked = std::string();
  if (root_offset(text) != std::string::npos) return parse_xml(std::move(text), base, limits);

  if (!complete) text.resize(text.find_last_of("\r\n") + 1);
  SitemapReader reader(limits, base);
  reader.read_lines(text);
  Sitemap sitemap = reader.take();
  if (sitemap.entries.empty() && !sitemap.truncated) return no_sitemap(look_of(text));
  return sitemap;
}

bool looks_like_sitemap_or_feed(std::string_view body) {
  const std::string text = to_text(body.substr(0, kPeekedBytes), {});
  const std::string_view name = local_name(root_name(text));
  for (const std::string_view known : {"urlset", "sitemapindex", "rss", "feed"}) {
    if (equals_ignoring_case(name, known)) return true;
  }
  // RDF has many uses; RSS 0.90 and 1.0 are known by their namespaces.
  const bool rss = text.find("purl.org/rss/") != text.npos || text.find("my.netscape.com/rdf/") != text.npos;
  return equals_ignoring_case(name, "RDF") && rss;
}

}  // namespace scraper
