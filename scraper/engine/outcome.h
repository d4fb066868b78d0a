// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "scraper/engine/digester.h"
#include "scraper/model/error.h"
#include "storage/records.h"

namespace scraper {

/// How an attempt ended, before it is decided whether it is worth another.
struct Verdict {
  std::optional<Error> error;                       ///< unset: the task is done
  std::optional<storage::RedirectRecord> redirect;  ///< set: it is over, and goes on elsewhere
  bool not_modified = false;                        ///< it is done: the page is as it is stored
};

/// Judges an answer: errors of transfer and parsing, statuses, redirects (RFC 9110 15). `redirects_max` bounds the hops
/// of a chain.
Verdict judge(const Digest& digest, const Scope& scope, int redirects_max);

/// 301, 302, 303, 307 and 308.
bool is_redirect_status(int status);

/// The validators that a 304 brings, where they are others than those that were sent (RFC 9111 4.3.4).
std::optional<storage::Validators> changed_validators(const Digest& digest);

/// The attempt's row. `error` as judged.
storage::AttemptRecord attempt_record(Digest& digest, const std::optional<Error>& error, storage::AttemptId id,
                                      const std::string& proxy);

}  // namespace scraper
