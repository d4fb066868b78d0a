// SPDX-License-Identifier: MIT
#include "scraper/parse/content_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "scraper/base/ascii.h"
#include "scraper/parse/content_tree.h"
#include "scraper/parse/gumbo_node.h"

namespace scraper {
namespace {

/// Real names are far shorter; what hostile pages write is not read to its end.
constexpr size_t kAttributeBytesMax = 512;

/// Words separated by spaces, made into a sorted array when compiled.
template <size_t N>
class WordList {
 public:
  consteval explicit WordList(std::string_view text) {
    size_t count = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find(' ', at), text.size());
      words_[count++] = text.substr(at, end - at);
      at = end + 1;
    }
    std::sort(words_.begin(), words_.end());
  }

  bool holds(std::string_view word) const { return std::binary_search(words_.begin(), words_.end(), word); }
  auto begin() const { return words_.begin(); }
  auto end() const { return words_.end(); }

 private:
  std::array<std::string_view, N> words_;
};

consteval size_t count_words(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

/// Whole words of a class or an id that name what is around an article.
constexpr std::string_view kUnlikelyWordsText =
    "ad adblock ads adsbygoogle adslot affiliate anzeige anzeigen banner bottombar breadcrumb breadcrumbs "
    "carousel colophon compartilhar compartilhe compartir condividi consent cookie cookies crumb crumbs cta "
    "donate donation dropdown followus foot footer gdpr hashtags keywords leaderboard login mailchimp "
    "masthead menu mobilenav modal mostread nav navbar navigation newsletter newsletters nocontent noprint "
    "outbrain overlay pager pagination paging partage partager paywall poll popular popup postnav prevnext "
    "promo promos promotion pubblicita publicidad publicidade publicite rating readmore readnext "
    "recirc recirculation recommendation recommendations recommended register reklama relacionadas "
    "relacionado relacionados related relatedposts rrssb rss share shares sharing sidebar signin signup skip "
    "skyscraper social sponsor sponsored subnav subscribe subscription taboola tagcloud taglist teilen "
    "toolbar toolbox tooltip trending verwandte werbung";
constexpr WordList<count_words(kUnlikelyWordsText)> kUnlikelyWords(kUnlikelyWordsText);

/// Whole names of classes that hide.
constexpr std::string_view kHidingNamesText = "d-none hidden hide invisible screen-reader-text sr-only visually-hidden";
constexpr WordList<count_words(kHidingNamesText)> kHidingNames(kHidingNamesText);

/// What words begin with that say the same, written together with others.
constexpr std::string_view kUnlikelyBeginningsText =
    "addthis addtoany advert alsoread breadcrumb comscore cookie footer jumbotron lightbox morefrom morestor "
    "navbar newsletter outbrain pagenav pagination promo readalso recommend relatedar relatedco relatedli "
    "relatedst sharebar sharebut sharedadd sharetool shariff sidebar socialbar sociallin socialsha sponsor";
constexpr WordList<count_words(kUnlikelyBeginningsText)> kUnlikelyBeginnings(kUnlikelyBeginningsText);

/// What visitors wrote.
constexpr std::string_view kCommentWordsText =
    "comentario comentarios comment commentaire commentaires commentary commenti commentlist comments "
    "discussion disqus komentarze kommentar kommentare kommentarer livefyre reacties replies respond "
    "responses";
constexpr WordList<count_words(kCommentWordsText)> kCommentWords(kCommentWordsText);

/// Parts of an article that are not its text.
constexpr std::string_view kAsideWordsText =
    "attribution author authors avatar bio byline bylines caption captions categories category copyright "
    "credit credits dateline datetime disclaimer figcaption meta metadata posted publishdate published "
    "readtime tag tags timestamp toc";
constexpr WordList<count_words(kAsideWordsText)> kAsideWords(kAsideWordsText);

/// Parts of names, with what separates words left out, that say: the text of an article.
constexpr std::string_view kBodyNamesText =
    "articlebody articlecontent articlecopy articletext artikelinhalt artikeltext blogbody blogcontent "
    "bodycontent bodycopy bodytext contentbody contenttext corpoarticolo corpsarticle cuerponoticia entrybody "
    "entrycontent entrytext fulltext newsbody newscontent newstext postbody postcontent posttext storybody "
    "storycontent storycopy storytext textcontent";
constexpr WordList<count_words(kBodyNamesText)> kBodyNames(kBodyNamesText);

/// What a page shows of another site is part of its text, whatever else its name says.
constexpr std::string_view kEmbedWordsText = "embed embedded embeds oembed tweet";
constexpr WordList<count_words(kEmbedWordsText)> kEmbedWords(kEmbedWordsText);

/// Before a word they say that what it names is around, or is not there: has-sidebar, no-comments.
constexpr std::string_view kTurningWordsText = "has have hide is js no non not show with without";
constexpr WordList<count_words(kTurningWordsText)> kTurningWords(kTurningWordsText);

/// Says the same as kUnlikelyWords where a name begins with it; page builders use it for anything further on.
constexpr std::string_view kUnlikelyFirstWord = "widget";

uint16_t word_marks(std::string_view word, bool first) {
  if (first && word == kUnlikelyFirstWord) return kUnlikely;
  if (kCommentWords.holds(word)) return kComments;
  if (kAsideWords.holds(word)) return kAside;
  if (kUnlikelyWords.holds(word)) return kUnlikely;
  for (const std::string_view beginning : kUnlikelyBeginnings)
    if (word.starts_with(beginning)) return kUnlikely;
  return 0;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// What one name of a class or one id says; words end where the case rises and at what is no letter.
uint16_t name_marks(std::string_view name) {
  uint16_t marks = 0;
  std::string word;
  std::string joined;
  bool turned = false;
  bool embed = false;
  const auto end_word = [&] {
    if (word.empty()) return;
    if (!turned) marks |= word_marks(word, joined.size() == word.size());
    turned = kTurningWords.holds(word);
    embed = embed || kEmbedWords.holds(word);
    word.clear();
  };
  if (kHidingNames.holds(name)) return kInvisible;
  // What an article is about, not what it is: category-advertising, tag-newsletter.
  if (name.starts_with("category-") || name.starts_with("tag-")) return 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_upper(c) && i > 0 && is_lower(name[i - 1])) end_word();
    if (is_upper(c) || is_lower(c)) {
      word += is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
      joined += word.back();
    } else if (!is_digit(c)) {
      end_word();
    }
  }
  end_word();
  if (embed) return marks & (kComments | kAside);
  if (marks == 0) {
    for (const std::string_view body : kBodyNames)
      if (joined.find(body) != std::string::npos) return kBodyName;
  }
  return marks;
}

uint16_t names_marks(std::string_view names) {
  names = names.substr(0, kAttributeBytesMax);
  uint16_t marks = 0;
  for (size_t at = 0; at < names.size();) {
    size_t end = at;
    while (end < names.size() && !is_white_space(names[end])) ++end;
    if (end > at) marks |= name_marks(names.substr(at, end - at));
    at = end + 1;
  }
  return marks & kBodyName ? marks & ~uint16_t{kUnlikely} : marks;
}

bool is_invisible(const GumboNode* element) {
  if (attribute(element, "hidden")) return true;
  const auto style = attribute(element, "style");
  if (!style) return false;
  std::string flat;
  for (const char c : style->substr(0, kAttributeBytesMax))
    if (!is_white_space(c)) flat += c;
  flat = to_lower(flat);
  return flat.find("display:none") != std::string::npos || flat.find("visibility:hidden") != std::string::npos;
}

/// Landmarks and widgets (WAI-ARIA 1.2) around the content.
constexpr std::string_view kRolesText =
    "alert alertdialog banner complementary contentinfo dialog menu menubar navigation search searchbox tablist "
    "toolbar "
    "tooltip";
constexpr WordList<count_words(kRolesText)> kUnlikelyRoles(kRolesText);

}  // namespace

uint16_t content_marks(const GumboNode* element, GumboTag tag) {
  uint16_t marks = 0;
  if (element->v.element.attributes.length > 0) {
    if (is_invisible(element)) marks |= kInvisible;
    if (const auto item = attribute(element, "itemprop")) {
      if (equals_ignoring_case(*item, "articleBody")) marks |= kBodySure;
      if (equals_ignoring_case(*item, "caption") || equals_ignoring_case(*item, "author")) marks |= kAside;
    }
    for (const char* name : {"class", "id"})
      if (const auto value = attribute(element, name)) marks |= names_marks(*value);
    if (const auto role = attribute(element, "role")) marks |= kUnlikelyRoles.holds(*role) ? kUnlikely : 0;
  }
  switch (tag) {
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_ARTICLE:
      // Their classes name what is on the page rather than what they are.
      return marks & (kBodyName | kBodySure);
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_MENU:
      return marks | kUnlikely;
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_ADDRESS:
      return marks | kAside;
    default:
      return marks;
  }
}

}  // namespace scraper
