// SPDX-License-Identifier: MIT
#include "scraper/parse/article_data.h"

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

namespace scraper {
namespace {

using Json = nlohmann::json;

constexpr size_t kNodesMax = 20'000;
constexpr size_t kAuthorsMax = 20;

std::string string_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// How sure it is that a node of this type is the page's article: 0 for what says nothing of it.
int rank_of_type(std::string_view type) {
  for (const std::string_view ending : {"Article", "Posting", "Report", "Recipe", "Review", "CreativeWork"})
    if (type.ends_with(ending)) return 3;
  if (type == "WebPage" || type.ends_with("Page") || type.ends_with("Object") || type.ends_with("Episode")) return 1;
  return type.empty() || type == "Person" || type.ends_with("Organization") || type == "Comment" ? 0 : 1;
}

int rank_of(const Json& object) {
  const auto type = object.find("@type");
  if (type == object.end()) return 0;
  if (type->is_string()) return rank_of_type(type->get_ref<const std::string&>());
  int best = 0;
  if (type->is_array())
    for (const Json& one : *type)
      if (one.is_string()) best = std::max(best, rank_of_type(one.get_ref<const std::string&>()));
  return best;
}

class ArticleReader {
 public:
  void read(const Json& document);
  ArticleData take() const;

 private:
  void add_authors(const Json& author, std::vector<std::string>& names) const;

  std::map<std::string, const Json*> by_id_;
  const Json* with_author_ = nullptr;
  const Json* with_date_ = nullptr;
  int author_rank_ = 0;
  int date_rank_ = 0;
  size_t nodes_ = 0;
};

void ArticleReader::read(const Json& document) {
  std::deque<const Json*> pending{&document};
  while (!pending.empty() && nodes_++ < kNodesMax) {
    const Json& node = *pending.front();
    pending.pop_front();
    if (node.is_object()) {
      if (const std::string id = string_of(node, "@id"); !id.empty() && node.contains("name"))
        by_id_.emplace(id, &node);
      const int rank = rank_of(node);
      if (rank > author_rank_ && node.contains("author")) {
        author_rank_ = rank;
        with_author_ = &node;
      }
      if (rank > date_rank_ && !string_of(node, "datePublished").empty()) {
        date_rank_ = rank;
        with_date_ = &node;
      }
    }
    if (node.is_structured() && pending.size() + node.size() < kNodesMax)
      for (const Json& below : node) pending.push_back(&below);
  }
}

void ArticleReader::add_authors(const Json& author, std::vector<std::string>& names) const {
  const Json* found = &author;
  if (author.is_object() && !author.contains("name")) {
    const auto named = by_id_.find(string_of(author, "@id"));
    if (named != by_id_.end()) found = named->second;
  }
  if (found->is_string()) {
    names.push_back(found->get<std::string>());
  } else if (found->is_object()) {
    const auto name = found->find("name");
    if (name == found->end()) return;
    if (name->is_string()) names.push_back(name->get<std::string>());
    if (name->is_array())
      for (const Json& one : *name)
        if (one.is_string() && names.size() < kAuthorsMax) names.push_back(one.get<std::string>());
  }
}

ArticleData ArticleReader::take() const {
  ArticleData data;
  if (with_author_ != nullptr) {
    const Json& author = (*with_author_)["author"];
    if (author.is_array()) {
      for (const Json& one : author)
        if (data.authors.size() < kAuthorsMax) add_authors(one, data.authors);
    } else {
      add_authors(author, data.authors);
    }
  }
  if (with_date_ != nullptr) data.published = string_of(*with_date_, "datePublished");
  return data;
}

}  // namespace

ArticleData read_article_data(const std::vector<std::string>& json_ld) {
  std::vector<Json> documents;
  for (const std::string& text : json_ld) {
    // Some pages wrap the script in <!-- --> or CDATA.
    const size_t begin = text.find_first_of("{[");
    const size_t end = text.find_last_of("}]");
    if (begin == std::string::npos || end == std::string::npos || end < begin) continue;
    std::string_view inside = std::string_view(text).substr(begin, end - begin + 1);
    if (inside.starts_with("[CDATA[")) inside.remove_prefix(7);
    Json document = Json::parse(inside, nullptr, false, true);
    if (!document.is_discarded()) documents.push_back(std::move(document));
  }
  ArticleReader reader;
  for (const Json& document : documents) reader.read(document);
  return reader.take();
}

}  // namespace scraper
