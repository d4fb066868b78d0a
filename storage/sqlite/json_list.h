// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace storage::sqlite {

/// A JSON array that is written element by element. Used again for the next one, it keeps its memory.
class JsonList {
 public:
  void begin();
  void add(int64_t value);
  /// Valid UTF-8; an empty text is null, as it is in every column.
  void add(std::string_view text);
  void add_null();
  /// An array in the array: what is added next goes there.
  void open();
  void close();

  /// Ends the array, which stays until the next begin().
  std::string_view end();

 private:
  void separate();

  std::string json_;
};

}  // namespace storage::sqlite
