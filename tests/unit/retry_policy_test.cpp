// SPDX-License-Identifier: MIT
#include "scraper/frontier/retry_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace scraper {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

Error error(ErrorKind kind, int code = 0) { return {kind, Stage::request, code, ""}; }

WallTime at(const char* text) { return *parse_time(text); }

const WallTime kNow = at("1994-11-06T08:49:07.000Z");  // thirty seconds before the dates of RFC 9110 5.6.7

TEST(RetryPolicy, TriesTransientErrorsAgain) {
  const RetryPolicy policy(RetrySettings{}, 1);
  for (const ErrorKind kind :
       {ErrorKind::dns, ErrorKind::connect, ErrorKind::connect_timeout, ErrorKind::first_byte_timeout,
        ErrorKind::stalled, ErrorKind::timeout, ErrorKind::protocol}) {
    EXPECT_TRUE(policy.worth_another(error(kind), 1)) << name(kind);
  }
}

TEST(RetryPolicy, DoesNotTryAgainWhatWillFailTheSameWay) {
  const RetryPolicy policy(RetrySettings{}, 1);
  for (const ErrorKind kind : {ErrorKind::too_large, ErrorKind::decode, ErrorKind::redirect, ErrorKind::blocked_address,
                               ErrorKind::unsupported_scheme, ErrorKind::bad_url, ErrorKind::parse_timeout,
                               ErrorKind::parse_limit, ErrorKind::parser_crash, ErrorKind::internal}) {
    EXPECT_FALSE(policy.worth_another(error(kind), 1)) << name(kind);
  }
}

TEST(RetryPolicy, TriesACutHandshakeAgainButNotABadCertificate) {
  const RetryPolicy policy(RetrySettings{}, 1);
  EXPECT_TRUE(policy.worth_another(error(ErrorKind::tls, 35), 1));
  EXPECT_FALSE(policy.worth_another(error(ErrorKind::tls, 60), 1));
}

TEST(RetryPolicy, TriesTheStatusesAgainThatTheContractNames) {
  const RetryPolicy policy(RetrySettings{}, 1);
  const std::set<int> wanted{408, 425, 429, 500, 502, 503, 504};
  for (int status = 100; status < 600; ++status) {
    EXPECT_EQ(policy.worth_another(error(ErrorKind::http_status, status), 1), wanted.contains(status)) << status;
  }
}

TEST(RetryPolicy, TakesOtherStatusesWhenItIsToldTo) {
  RetrySettings settings;
  settings.statuses = {404};
  const RetryPolicy policy(settings, 1);
  EXPECT_TRUE(policy.worth_another(error(ErrorKind::http_status, 404), 1));
  EXPECT_FALSE(policy.worth_another(error(ErrorKind::http_status, 503), 1));
  EXPECT_TRUE(policy.worth_another(error(ErrorKind::dns), 1));
}

TEST(RetryPolicy, TriesNoMoreThanItsRetries) {
  RetrySettings settings;
  settings.retries = 2;
  const RetryPolicy policy(settings, 1);
  EXPECT_TRUE(policy.worth_another(error(ErrorKind::dns), 2));
  EXPECT_FALSE(policy.worth_another(error(ErrorKind::dns), 3));
  settings.retries = 0;
  EXPECT_FALSE(RetryPolicy(settings, 1).worth_another(error(ErrorKind::dns), 1));
}

TEST(RetryPolicy, DoublesItsWaitsEachUpToHalfLonger) {
  RetryPolicy policy(RetrySettings{}, 3);
  for (int round = 0; round < 100; ++round) {
    for (int attempts = 1; attempts <= 5; ++attempts) {
      const Duration plain = seconds{1 << (attempts - 1)};
      const Duration wait = policy.wait_after(attempts);
      EXPECT_GE(wait, plain);
      EXPECT_LE(wait, plain + plain / 2);
    }
  }
}

TEST(RetryPolicy, JittersItsWaits) {
  RetryPolicy policy(RetrySettings{}, 3);
  std::set<Duration> seen;
  for (int i = 0; i < 100; ++i) seen.insert(policy.wait_after(1));
  EXPECT_GT(seen.size(), 20u);
}

TEST(RetryPolicy, WaitsNoLongerThanItsBoundHoweverManyAttemptsWereMade) {
  RetryPolicy policy(RetrySettings{}, 3);
  for (const int attempts : {7, 8, 20, 64, 100, 1'000'000, 2'147'483'647}) {
    EXPECT_EQ(policy.wait_after(attempts), seconds{60}) << attempts;
  }
  for (const int attempts : {0, -1, -2'147'483'647}) EXPECT_LE(policy.wait_after(attempts), milliseconds{1500});
}

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse_retry_after("0", kNow), seconds{0});
  EXPECT_EQ(parse_retry_after("120", kNow), seconds{120});
  EXPECT_EQ(parse_retry_after(" 7\t", kNow), seconds{7});
  EXPECT_EQ(parse_retry_after("007", kNow), seconds{7});
}

TEST(RetryAfter, ReadsTheThreeFormsOfADate) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow), seconds{30});
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", kNow), seconds{30});
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", kNow), seconds{30});
}

TEST(RetryAfter, TakesADateThatHasPassedAsNow) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:07 GMT", kNow), seconds{0});
  EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:49:37 GMT", kNow), seconds{0});
  EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:00:00 GMT", kNow), seconds{0});
}

TEST(RetryAfter, IsNeverLongerThanADay) {
  EXPECT_EQ(parse_retry_after("86401", kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after("9223372036854775807", kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after("9223372036854775808", kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after(std::string(5000, '9'), kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after("Mon, 07 Nov 1994 08:49:08 GMT", kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after("Sat, 06 Nov 2100 08:49:37 GMT", kNow), kRetryAfterMax);
}

TEST(RetryAfter, BoundsDatesThatNoClockReaches) {
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", kNow), kRetryAfterMax);
  EXPECT_EQ(parse_retry_after("Sat, 06 Nov 2300 08:49:37 GMT", kNow), kRetryAfterMax);
  const auto wait = parse_retry_after("Mon, 06 Nov 1600 08:49:37 GMT", kNow);
  EXPECT_TRUE(!wait || *wait == seconds{0});
}

TEST(RetryAfter, LeavesWhatIsNeitherAlone) {
  for (const char* text :
       {"", " ", "soon", "-1", "-120", "+5", "1.5", "1e3", "0x10", "5 minutes", "Sun,", "GMT", "\xFF\xFE", "12;"}) {
    EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
  }
}

TEST(RetryAfter, NeverEndsBeforeTheDateThatWasNamed) {
  const auto wait = parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow + milliseconds{250});
  ASSERT_TRUE(wait);
  EXPECT_GE(*wait, milliseconds{29'750});
  EXPECT_LE(*wait, seconds{30});
}

}  // namespace
}  // namespace scraper
