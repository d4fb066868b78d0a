// SPDX-License-Identifier: MIT
#include "scraper/engine/digester.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zstd.h>

#include <array>

#include "scraper/base/check.h"
#include "scraper/base/utf8.h"
#include "scraper/parse/charset.h"
#include "scraper/parse/content_type.h"

namespace scraper {
namespace {

constexpr int kZstdLevel = 1;  // six to one on HTML at a twentieth of the cost of parsing it

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned length = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr);
  SCRAPER_CHECK(ok == 1 && length == 32);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex(64, '0');
  for (size_t i = 0; i < 32; ++i) {
    hex[2 * i] = kDigits[hash[i] >> 4];
    hex[2 * i + 1] = kDigits[hash[i] & 15];
  }
  return hex;
}

std::string header_text(const Headers& headers, std::string_view name) {
  return to_valid_utf8(std::string(find_header(headers, name).value_or("")));
}

}  // namespace

void Digester::FreeCompressor::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

bool is_success(const FetchResult& result) { return !result.error && result.status >= 200 && result.status < 300; }

Digester::Digester(const Scope& scope, const Keep& keep, const ParserFactory& make_parser, size_t text_bytes_max)
    : scope_(scope),
      keep_(keep),
      text_bytes_max_(text_bytes_max),
      parser_(make_parser()),
      compressor_(ZSTD_createCCtx()) {
  SCRAPER_CHECK(compressor_ != nullptr);
}

Digester::~Digester() = default;

Digest Digester::digest(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  const std::string body = std::exchange(digest.result.body, {});
  digest.body_bytes = body.size();
  // An attempt that was cut off has no whole body to keep.
  if (!digest.result.error && !body.empty()) digest.body = pack(body);
  if (is_success(digest.result)) read_page(digest, body);
  return digest;
}

Digest Digester::cancel(DigestJob job) {
  Digest digest;
  digest.task = std::move(job.task);
  digest.result = std::move(job.result);
  digest.body_bytes = std::exchange(digest.result.body, {}).size();
  if (!digest.result.error) {
    digest.result.error = Error{ErrorKind::cancelled, Stage::parse, 0, "the run ended before the page was parsed"};
  }
  return digest;
}

void Digester::read_page(Digest& digest, const std::string& body) {
  const auto url = Url::parse(digest.task.url);
  SCRAPER_CHECK(url.has_value());
  const std::string_view content_type = find_header(digest.result.headers, "content-type").value_or("");
  storage::PageRecord page;
  switch (content_kind(content_type, body)) {
    case ContentKind::html: {
      auto parsed = parser_->parse({*url, body, content_type});
      if (!parsed) {
        digest.parse_error = std::move(parsed.error());
        return;
      }
      page.title = std::move(parsed->title);
      page.description = std::move(parsed->description);
      page.canonical_url = std::move(parsed->canonical_url);
      page.lang = std::move(parsed->lang);
      page.charset = std::move(parsed->charset);
      page.base_url = parsed->base_url == digest.task.url ? std::string() : std::move(parsed->base_url);
      page.metadata = std::move(parsed->metadata);
      if (keep_.text) page.text = std::move(parsed->text);
      page.link_count = static_cast<int64_t>(parsed->links.size());
      keep_links(digest, std::move(parsed->links));
      break;
    }
    case ContentKind::text: {
      const auto charset = sniff_charset(body, content_type);
      page.charset = charset;
      if (keep_.text) {
        page.text = decode_to_utf8(body, charset);
        if (page.text.size() > text_bytes_max_) {
          page.text.resize(text_bytes_max_);
          while (!page.text.empty() && (static_cast<unsigned char>(page.text.back()) & 0xC0) == 0x80)
            page.text.pop_back();
          if (!page.text.empty() && static_cast<unsigned char>(page.text.back()) >= 0xC0) page.text.pop_back();
        }
      }
      break;
    }
    case ContentKind::other:
      break;
  }
  page.content_type = media_type(content_type);
  page.etag = header_text(digest.result.headers, "etag");
  page.last_modified = header_text(digest.result.headers, "last-modified");
  if (!keep_.pages) {
    // The row itself stays: links hang on it, and `results` takes the type and the counts from it.
    page.title = page.description = page.canonical_url = page.metadata = {};
  }
  digest.page = std::move(page);
}

void Digester::keep_links(Digest& digest, std::vector<Link> links) const {
  for (Link& link : links) {
    const bool follow = scope_.admits(link.url);
    // A crawl needs the links it follows, kept or not: a shorter path to a page offers them again.
    if (!keep_.links && !follow) continue;
    digest.links.push_back({{std::string(link.url.origin()), link.url.href()},
                            std::move(link.text),
                            std::move(link.rel),
                            link.position,
                            follow});
  }
}

storage::BodyRecord Digester::pack(const std::string& body) const {
  storage::BodyRecord record;
  record.hash = sha256_hex(body);
  record.size = body.size();
  if (!keep_.bodies) return record;
  record.codec = "zstd";
  record.data.resize(ZSTD_compressBound(body.size()));
  const size_t size = ZSTD_compressCCtx(compressor_.get(), record.data.data(), record.data.size(), body.data(),
                                        body.size(), kZstdLevel);
  SCRAPER_CHECK(ZSTD_isError(size) == 0);
  record.data.resize(size);
  record.data.shrink_to_fit();
  return record;
}

}  // namespace scraper
