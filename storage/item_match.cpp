// SPDX-License-Identifier: MIT
#include "storage/item_match.h"

#include <deque>
#include <string>
#include <unordered_map>

namespace storage {
namespace {

void append(std::string& out, const ItemValue& value) {
  out += static_cast<char>('0' + value.index());
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    out.append(reinterpret_cast<const char*>(integer), sizeof *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.append(reinterpret_cast<const char*>(real), sizeof *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    const size_t size = text->size();
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    out += *text;
  }
}

/// An empty text is on record as NULL.
ItemValue as_stored(const ItemValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && text->empty() ? ItemValue(nullptr) : value;
}

std::string all_of(const ItemRow& row) {
  std::string out;
  for (const ItemValue& value : row) append(out, as_stored(value));
  return out;
}

std::string key_of(const ItemRow& row, std::span<const size_t> key) {
  std::string out;
  for (const size_t column : key) append(out, as_stored(row[column]));
  return out;
}

/// Pairs items that have the same name, in order, as long as there are some of both.
class Pairing {
 public:
  explicit Pairing(ItemMatch& match, std::vector<bool>& taken) : match_(match), taken_(taken) {}

  template <typename OldName, typename NewName>
  void pair(size_t known, const OldName& old_name, const NewName& new_name, bool same) {
    std::unordered_map<std::string, std::deque<size_t>> waiting;
    for (size_t i = 0; i < known; ++i) {
      if (!taken_[i]) waiting[old_name(i)].push_back(i);
    }
    for (size_t i = 0; i < match_.rows.size() && !waiting.empty(); ++i) {
      if (match_.rows[i].old) continue;
      const auto found = waiting.find(new_name(i));
      if (found == waiting.end()) continue;
      match_.rows[i] = {found->second.front(), same};
      taken_[found->second.front()] = true;
      found->second.pop_front();
      if (found->second.empty()) waiting.erase(found);
    }
  }

 private:
  ItemMatch& match_;
  std::vector<bool>& taken_;
};

}  // namespace

ItemMatch match_items(std::span<const KnownItem> known, std::span<const ItemRow> rows, std::span<const size_t> key) {
  ItemMatch match;
  match.rows.resize(rows.size());
  if (known.empty()) return match;
  std::vector<bool> taken(known.size());
  Pairing pairing(match, taken);
  pairing.pair(
      known.size(), [&](size_t i) { return all_of(*known[i].values); }, [&](size_t i) { return all_of(rows[i]); },
      true);
  if (key.empty()) {
    pairing.pair(
        known.size(), [&](size_t i) { return std::to_string(known[i].position); },
        [](size_t i) { return std::to_string(i); }, false);
  } else {
    pairing.pair(
        known.size(), [&](size_t i) { return key_of(*known[i].values, key); },
        [&](size_t i) { return key_of(rows[i], key); }, false);
  }
  for (size_t i = 0; i < known.size(); ++i) {
    if (!taken[i]) match.gone.push_back(i);
  }
  return match;
}

}  // namespace storage
