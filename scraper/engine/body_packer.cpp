// SPDX-License-Identifier: MIT
#include "scraper/engine/body_packer.h"

#include <openssl/evp.h>
#include <zstd.h>

#include <array>

#include "scraper/base/check.h"

namespace scraper {
namespace {

constexpr int kZstdLevel = 1;                   // six to one on HTML at a twentieth of the cost of parsing it
constexpr size_t kRoomBytesKeptMax = 1u << 20;  // for a larger body there is room as long as it is compressed

}  // namespace

void BodyPacker::FreeHash::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

void BodyPacker::FreeCompressor::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

BodyPacker::BodyPacker() : hash_(EVP_MD_CTX_new()), compressor_(ZSTD_createCCtx()) {
  SCRAPER_CHECK(hash_ != nullptr && compressor_ != nullptr);
  // To look the algorithm up takes as long as to hash kilobytes. The context keeps what was found.
  SCRAPER_CHECK(EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) == 1);
}

BodyPacker::~BodyPacker() = default;

storage::BodyRecord BodyPacker::pack(std::string_view body, bool keep) {
  storage::BodyRecord record;
  record.hash = sha256_hex(body);
  record.size = body.size();
  if (!keep) return record;
  record.codec = "zstd";
  record.data = compressed(body);
  return record;
}

std::string BodyPacker::sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  const bool ok = EVP_DigestInit_ex(hash_.get(), nullptr, nullptr) == 1 &&
                  EVP_DigestUpdate(hash_.get(), bytes.data(), bytes.size()) == 1 &&
                  EVP_DigestFinal_ex(hash_.get(), hash.data(), &length) == 1;
  SCRAPER_CHECK(ok && length == 32);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex(64, '0');
  for (size_t i = 0; i < 32; ++i) {
    hex[2 * i] = kDigits[hash[i] >> 4];
    hex[2 * i + 1] = kDigits[hash[i] & 15];
  }
  return hex;
}

std::string BodyPacker::compressed(std::string_view bytes) {
  const size_t bound = ZSTD_compressBound(bytes.size());
  if (room_bytes_ < bound) {
    room_ = std::make_unique_for_overwrite<char[]>(bound);
    room_bytes_ = bound;
  }
  const size_t size =
      ZSTD_compressCCtx(compressor_.get(), room_.get(), room_bytes_, bytes.data(), bytes.size(), kZstdLevel);
  SCRAPER_CHECK(ZSTD_isError(size) == 0);
  std::string data(room_.get(), size);
  if (room_bytes_ > kRoomBytesKeptMax) {
    room_.reset();
    room_bytes_ = 0;
  }
  return data;
}

}  // namespace scraper
