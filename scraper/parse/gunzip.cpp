// SPDX-License-Identifier: MIT
#include "scraper/parse/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <vector>

#include "scraper/base/check.h"

namespace scraper {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, and gzip headers only
constexpr size_t kChunkBytes = 64u << 10;

/// Cannot be moved: zlib's state points back at it.
class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::bad_alloc();  // the only way it can fail
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream* operator->() { return &stream_; }

  int inflate_into(std::vector<char>& chunk) {
    stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream_.avail_out = static_cast<uInt>(chunk.size());
    return inflate(&stream_, Z_NO_FLUSH);
  }

  void reset() { SCRAPER_CHECK(inflateReset(&stream_) == Z_OK); }

 private:
  z_stream stream_{};
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

tl::expected<Gunzipped, Error> gunzip(std::string_view file, size_t bytes_max) {
  Gunzipped out;
  // zlib counts in unsigned int; what lies beyond its reach is further than any limit.
  file = file.substr(0, std::numeric_limits<uInt>::max());
  Inflater inflater;
  inflater->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.data()));  // zlib only reads it
  inflater->avail_in = static_cast<uInt>(file.size());
  std::vector<char> chunk(kChunkBytes);
  while (true) {
    const int result = inflater.inflate_into(chunk);
    const size_t got = chunk.size() - inflater->avail_out;
    if (got > bytes_max - out.bytes.size()) {
      const std::string message = "unpacked, it is larger than " + std::to_string(bytes_max) + " bytes";
      return tl::unexpected(Error{ErrorKind::parse_limit, Stage::parse, 0, message});
    }
    out.bytes.append(chunk.data(), got);
    if (result == Z_STREAM_END) {
      // Another member may follow; anything else at the end is padding.
      if (!is_gzip(file.substr(file.size() - inflater->avail_in))) return out;
      inflater.reset();
    } else if (result != Z_OK) {
      out.complete = false;
      break;
    }
  }
  if (out.bytes.empty()) {
    return tl::unexpected(
        Error{ErrorKind::decode, Stage::parse, 0, "it begins like gzip data, but cannot be unpacked"});
  }
  return out;
}

}  // namespace scraper
