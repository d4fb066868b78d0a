// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "storage/records.h"

struct ZSTD_CCtx_s;
struct evp_md_ctx_st;

namespace scraper {

/// Makes records of bodies: hashed, and compressed where they are to be kept. What both need is made once and used for
/// body after body.
///
/// One thread's.
class BodyPacker {
 public:
  BodyPacker();
  ~BodyPacker();

  /// The hash and the size alone, where `keep` is false.
  storage::BodyRecord pack(std::string_view body, bool keep);

 private:
  std::string sha256_hex(std::string_view bytes);
  std::string compressed(std::string_view bytes);

  struct FreeHash {
    void operator()(evp_md_ctx_st* context) const;
  };
  struct FreeCompressor {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, FreeHash> hash_;
  std::unique_ptr<ZSTD_CCtx_s, FreeCompressor> compressor_;
  std::unique_ptr<char[]> room_;  ///< for what becomes of a body, before its size is known
  size_t room_bytes_ = 0;
};

}  // namespace scraper
