// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/error.h"
#include "storage/records.h"

namespace storage {

/// A page as it is on record.
struct StoredPage {
  UrlId id = 0;
  std::string url;
  std::string headers;  ///< `Name: value` lines of its response
  BodyRecord body;
};

/// The main content of a page, where it was found anew.
struct ContentRecord {
  std::string content, markdown, author, published_at;
};

/// What today's rules make of a stored page.
struct RebuiltPage {
  UrlId id = 0;
  std::string url;
  std::vector<PageItems> items;
  std::optional<ContentRecord> content;
};

struct RebuildSpec {
  std::vector<ItemTable> tables;
  std::string rules;  ///< as text: a rebuild that was cut off goes on only under the same ones
};

struct RebuildInfo {
  bool resumed = false;
  int64_t pages = 0;         ///< with a body, in all
  int64_t done = 0;          ///< of them, before this was taken up
  int64_t without_body = 0;  ///< there is nothing to read again of these
};

/// The seam for making the items of all stored pages anew. Pages come in the order of their ids and go back in that
/// order, in transactions; cut off at any instant, the next rebuild goes on behind the last of them. An object belongs
/// to one thread. Every function throws Error.
class ItemRebuild {
 public:
  ItemRebuild() = default;
  virtual ~ItemRebuild() = default;
  ItemRebuild(const ItemRebuild&) = delete;
  ItemRebuild& operator=(const ItemRebuild&) = delete;

  /// Once, first. Throws Error (clash) for a table that is somebody else's, and (missing) when there was no run yet.
  virtual RebuildInfo begin(const RebuildSpec& spec) = 0;

  /// The next pages; empty: there are no more. At least one, further ones as long as their packed bodies are within
  /// `bytes_max`.
  virtual std::vector<StoredPage> next(size_t pages_max, size_t bytes_max) = 0;

  /// Commits pages: all that `next` gave, in its order.
  virtual void put(std::span<const RebuiltPage> pages) = 0;

  /// What became of the items of each table, also before this rebuild was taken up again.
  virtual std::vector<ItemChanges> changes() const = 0;

  /// Every page was put: the next rebuild begins anew.
  virtual void end() = 0;
};

}  // namespace storage
