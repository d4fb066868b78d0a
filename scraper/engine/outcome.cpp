// SPDX-License-Identifier: MIT
#include "scraper/engine/outcome.h"

#include <fmt/format.h>

#include "scraper/base/utf8.h"
#include "scraper/engine/url_record.h"
#include "scraper/frontier/retry_policy.h"

namespace scraper {
namespace {

Error redirect_error(ErrorKind kind, int status, std::string message) {
  return {kind, Stage::redirect, status, std::move(message)};
}

Verdict judge_redirect(const Digest& digest, const Scope& scope, int redirects_max) {
  const int status = digest.result.status;
  const auto location = find_header(digest.result.headers, "location");
  if (!location || location->empty()) {
    return {redirect_error(ErrorKind::redirect, status, fmt::format("HTTP {} names no Location to go to", status)), {}};
  }
  const auto base = Url::parse(digest.task.url);
  auto target = Url::parse(*location, &*base);
  if (!target) {
    const auto kind =
        target.error().kind == ErrorKind::unsupported_scheme ? ErrorKind::unsupported_scheme : ErrorKind::redirect;
    return {
        redirect_error(kind, status,
                       fmt::format("redirects to `{}`: {}", to_valid_utf8(without_user_info(location->substr(0, 200))),
                                   target.error().message)),
        {}};
  }
  if (digest.task.redirects >= redirects_max) {
    return {redirect_error(ErrorKind::redirect, status,
                           fmt::format("more than {} redirects, the last to {}", redirects_max, target->href())),
            {}};
  }
  // What was listed is followed wherever it leads, what was found only within the scope.
  const bool follow = digest.task.depth == 0 ? !scope.rejects(*target) : scope.admits(*target);
  return {std::nullopt, storage::RedirectRecord{url_record(std::move(*target)), follow}};
}

std::string header_lines(const Headers& headers) {
  std::string out;
  for (const auto& [name, value] : headers) out += name + ": " + value + "\n";
  return to_valid_utf8(std::move(out));
}

std::optional<int64_t> ms(const std::optional<Duration>& duration) {
  if (!duration) return std::nullopt;
  return duration->count();
}

}  // namespace

bool is_redirect_status(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Verdict judge(const Digest& digest, const Scope& scope, int redirects_max) {
  const FetchResult& result = digest.result;
  if (result.error) return {result.error, {}};
  if (is_redirect_status(result.status)) return judge_redirect(digest, scope, redirects_max);
  // To a question that we did not ask it would be no answer: there is nothing stored that it could be about.
  if (result.status == 304 && digest.task.is_conditional()) return {{}, {}, true};
  if (!is_success(result))
    return {Error{ErrorKind::http_status, Stage::headers, result.status, fmt::format("HTTP status {}", result.status)},
            {}};
  return {digest.parse_error, {}};
}

std::optional<storage::Validators> changed_validators(const Digest& digest) {
  storage::Validators now{digest.task.etag, digest.task.last_modified};
  const storage::Validators sent = now;
  if (const auto etag = find_header(digest.result.headers, "etag")) now.etag = to_valid_utf8(std::string(*etag));
  if (const auto date = find_header(digest.result.headers, "last-modified")) {
    now.last_modified = to_valid_utf8(std::string(*date));
  }
  return now == sent ? std::nullopt : std::optional(std::move(now));
}

storage::AttemptRecord attempt_record(Digest& digest, const std::optional<Error>& error, storage::AttemptId id,
                                      const std::string& proxy) {
  FetchResult& result = digest.result;
  storage::AttemptRecord record;
  record.id = id;
  if (digest.task.sitemap && !digest.task.page) record.kind = "sitemap";
  record.number = digest.task.attempts + 1;
  record.url = digest.task.url;
  // When it was admitted, not when the fetcher came to it: that is what the delay is kept by.
  record.started_at = format_time(digest.task.started.wall);
  record.status = result.status;
  if (error) {
    record.error_kind = name(error->kind);
    record.error_stage = name(error->stage);
    record.error_code = error->code;
    record.error = error->message;
  }
  record.dns_ms = ms(result.times.dns);
  record.connect_ms = ms(result.times.connect);
  record.tls_ms = ms(result.times.tls);
  record.first_byte_ms = ms(result.times.first_byte);
  record.total_ms = result.times.total.count();
  record.wire_bytes = result.wire_bytes;
  record.body_bytes = digest.body_bytes;
  record.body = std::move(digest.body);
  record.headers = header_lines(result.headers);
  record.ip = std::move(result.ip);
  record.http_version = std::move(result.http_version);
  record.proxy = proxy;
  return record;
}

}  // namespace scraper
