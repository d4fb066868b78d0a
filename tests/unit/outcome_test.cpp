// SPDX-License-Identifier: MIT
#include "scraper/engine/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "scraper/base/utf8.h"

namespace scraper {
namespace {

using testing::HasSubstr;
using testing::Not;

Scope scope_of(const ScopeSettings& settings) {
  auto scope = Scope::make(settings);
  scope->add_seed(*Url::parse("http://a.test/"));
  return std::move(*scope);
}

const Scope& anywhere() {
  static const Scope scope = scope_of({5, Span::any, {}, {}, false});
  return scope;
}

Digest answer(int status, Headers headers = {}) {
  Digest digest;
  digest.task.url = "http://a.test/x/y?q";
  digest.result.status = status;
  digest.result.headers = std::move(headers);
  return digest;
}

Digest redirect(const std::string& location, int status = 302) { return answer(status, {{"Location", location}}); }

TEST(Judge, TakesEveryAnswerWithSuccessAsDone) {
  for (int status = 200; status < 300; ++status) {
    const Verdict verdict = judge(answer(status), anywhere(), 10);
    EXPECT_FALSE(verdict.error) << status;
    EXPECT_FALSE(verdict.redirect) << status;
  }
}

TEST(Judge, FollowsTheFiveRedirectsAndNoOtherStatus) {
  const std::set<int> redirects{301, 302, 303, 307, 308};
  for (int status = 300; status < 400; ++status) {
    const Verdict verdict = judge(redirect("/z", status), anywhere(), 10);
    EXPECT_EQ(verdict.redirect.has_value(), redirects.contains(status)) << status;
    EXPECT_EQ(verdict.error.has_value(), !redirects.contains(status)) << status;
  }
}

TEST(Judge, TakesAnyOtherStatusForAFailureThatNamesIt) {
  for (const int status : {100, 199, 304, 400, 404, 410, 429, 500, 503, 599, 600, 999}) {
    const Verdict verdict = judge(answer(status), anywhere(), 10);
    ASSERT_TRUE(verdict.error) << status;
    EXPECT_EQ(verdict.error->kind, ErrorKind::http_status);
    EXPECT_EQ(verdict.error->stage, Stage::headers);
    EXPECT_EQ(verdict.error->code, status);
    EXPECT_THAT(verdict.error->message, HasSubstr(std::to_string(status)));
    EXPECT_FALSE(verdict.redirect);
  }
}

TEST(Judge, TakesNotModifiedForDoneWhereThatWasTheQuestion) {
  Digest digest = answer(304);
  digest.task.etag = "\"1\"";
  EXPECT_FALSE(judge(digest, anywhere(), 10).error);
  EXPECT_TRUE(judge(digest, anywhere(), 10).not_modified);
  digest.task.etag.clear();
  digest.task.last_modified = "Sat, 01 Jan 2022 00:00:00 GMT";
  EXPECT_TRUE(judge(digest, anywhere(), 10).not_modified);
  digest.result.status = 200;
  EXPECT_FALSE(judge(digest, anywhere(), 10).not_modified);
  EXPECT_FALSE(judge(answer(304), anywhere(), 10).not_modified);
}

TEST(Judge, KeepsTheValidatorsThatA304LeavesOut) {
  Digest digest = answer(304);
  digest.task.etag = "\"1\"";
  digest.task.last_modified = "then";
  EXPECT_FALSE(changed_validators(digest));
  digest.result.headers = {{"ETag", "\"1\""}};
  EXPECT_FALSE(changed_validators(digest));
  digest.result.headers = {{"ETag", "W/\"2\""}};
  EXPECT_EQ(changed_validators(digest), (storage::Validators{"W/\"2\"", "then"}));
}

TEST(Judge, PassesOnWhatWentWrongWithTheTransferWhateverTheStatus) {
  for (const int status : {0, 200, 302, 404}) {
    Digest digest = redirect("/z", status);
    digest.result.error = Error{ErrorKind::stalled, Stage::body, 28, "no byte for 30 s"};
    const Verdict verdict = judge(digest, anywhere(), 10);
    ASSERT_TRUE(verdict.error);
    EXPECT_EQ(verdict.error->kind, ErrorKind::stalled);
    EXPECT_EQ(verdict.error->code, 28);
    EXPECT_FALSE(verdict.redirect);
  }
}

TEST(Judge, PassesOnWhatWentWrongWithParsing) {
  Digest digest = answer(200);
  digest.parse_error = Error{ErrorKind::parse_timeout, Stage::parse, 0, "too slow"};
  const Verdict verdict = judge(digest, anywhere(), 10);
  ASSERT_TRUE(verdict.error);
  EXPECT_EQ(verdict.error->kind, ErrorKind::parse_timeout);
}

TEST(Judge, ResolvesALocationAgainstTheTask) {
  const std::pair<const char*, const char*> cases[] = {{"z", "http://a.test/x/z"},
                                                       {"/z", "http://a.test/z"},
                                                       {"?r", "http://a.test/x/y?r"},
                                                       {"//b.test/z", "http://b.test/z"},
                                                       {"https://b.test", "https://b.test/"},
                                                       {"../../..", "http://a.test/"},
                                                       {"#top", "http://a.test/x/y?q"},
                                                       {"/z#top", "http://a.test/z"},
                                                       {"http://u:p@b.test/", "http://b.test/"}};
  for (const auto& [location, target] : cases) {
    const Verdict verdict = judge(redirect(location), anywhere(), 10);
    ASSERT_TRUE(verdict.redirect) << location;
    EXPECT_EQ(verdict.redirect->target.url, target);
    EXPECT_TRUE(verdict.redirect->follow);
  }
}

TEST(Judge, NamesTheOriginOfARedirectsTarget) {
  const Verdict verdict = judge(redirect("https://b.test:8443/z?q"), anywhere(), 10);
  ASSERT_TRUE(verdict.redirect);
  EXPECT_EQ(verdict.redirect->target.origin(), "https://b.test:8443");
}

TEST(Judge, FindsTheLocationWhateverItsCase) {
  EXPECT_TRUE(judge(answer(301, {{"Server", "x"}, {"LOCATION", "/z"}}), anywhere(), 10).redirect);
}

TEST(Judge, FailsARedirectThatLeadsNowhere) {
  for (const Digest& digest : {answer(301), redirect("")}) {
    const Verdict verdict = judge(digest, anywhere(), 10);
    ASSERT_TRUE(verdict.error);
    EXPECT_EQ(verdict.error->kind, ErrorKind::redirect);
    EXPECT_EQ(verdict.error->stage, Stage::redirect);
    EXPECT_FALSE(verdict.redirect);
  }
}

TEST(Judge, FailsARedirectToWhatIsNoUrl) {
  for (const char* location : {"http://", "http://a b/", "http://a.test:99999/", "http://[::1", "https://%00/"}) {
    const Verdict verdict = judge(redirect(location), anywhere(), 10);
    ASSERT_TRUE(verdict.error) << location;
    EXPECT_EQ(verdict.error->kind, ErrorKind::redirect) << location;
    EXPECT_THAT(verdict.error->message, HasSubstr(location));
  }
}

TEST(Judge, FailsARedirectToAnotherScheme) {
  for (const char* location :
       {"ftp://a.test/", "javascript:alert(1)", "mailto:x@a.test", "file:///etc/passwd", "data:text/html,x"}) {
    const Verdict verdict = judge(redirect(location), anywhere(), 10);
    ASSERT_TRUE(verdict.error) << location;
    EXPECT_EQ(verdict.error->kind, ErrorKind::unsupported_scheme) << location;
    EXPECT_EQ(verdict.error->stage, Stage::redirect);
  }
}

TEST(Judge, KeepsItsWordsShortAndValidWhateverTheLocation) {
  for (const std::string& location :
       {"ftp://" + std::string(100'000, 'x'), "ftp://" + std::string(193, 'x') + "\xC3\xA9",
        std::string("ftp:\xFF\xFE"), std::string("http://\xE2\x82/")}) {
    const Verdict verdict = judge(redirect(location), anywhere(), 10);
    if (!verdict.error) continue;
    EXPECT_TRUE(is_valid_utf8(verdict.error->message));
    EXPECT_LT(verdict.error->message.size(), 1000u);
    EXPECT_THAT(verdict.error->message, Not(HasSubstr("\n")));
  }
}

TEST(Judge, BoundsTheHopsOfAChain) {
  Digest digest = redirect("/z");
  digest.task.redirects = 9;
  EXPECT_TRUE(judge(digest, anywhere(), 10).redirect);
  digest.task.redirects = 10;
  const Verdict verdict = judge(digest, anywhere(), 10);
  ASSERT_TRUE(verdict.error);
  EXPECT_EQ(verdict.error->kind, ErrorKind::redirect);
  EXPECT_THAT(verdict.error->message, HasSubstr("10"));
  EXPECT_THAT(verdict.error->message, HasSubstr("http://a.test/z"));
  EXPECT_TRUE(judge(redirect("/z"), anywhere(), 0).error);
}

TEST(Judge, FollowsWhatWasListedWhereverItLeads) {
  const Scope scope = scope_of({2, Span::host, {"/wanted/"}, {}, false});
  EXPECT_TRUE(judge(redirect("http://elsewhere.test/"), scope, 10).redirect->follow);
  const Scope list_alone = scope_of({0, Span::host, {}, {}, false});
  EXPECT_TRUE(judge(redirect("http://elsewhere.test/"), list_alone, 10).redirect->follow);
}

TEST(Judge, FollowsWhatWasFoundWithinTheScopeAlone) {
  const Scope scope = scope_of({2, Span::host, {}, {}, false});
  Digest digest = redirect("http://elsewhere.test/");
  digest.task.depth = 1;
  const Verdict outside = judge(digest, scope, 10);
  ASSERT_TRUE(outside.redirect);
  EXPECT_FALSE(outside.redirect->follow);
  EXPECT_FALSE(outside.error);
  digest.result.headers = {{"Location", "https://a.test/in"}};
  EXPECT_TRUE(judge(digest, scope, 10).redirect->follow);
}

TEST(Judge, DoesNotFollowEvenWhatWasListedToWhatIsRejected) {
  const Scope scope = scope_of({2, Span::any, {}, {"login"}, false});
  const Verdict verdict = judge(redirect("/login"), scope, 10);
  ASSERT_TRUE(verdict.redirect);
  EXPECT_FALSE(verdict.redirect->follow);
}

TEST(AttemptRecord, HoldsWhatTheExchangeWas) {
  Digest digest = answer(200, {{"Content-Type", "text/html"}, {"X", "1"}});
  digest.task.attempts = 2;
  digest.body_bytes = 17;
  digest.body = storage::BodyRecord{"hash", "zstd", 17, "data"};
  digest.task.started.wall = *parse_time("2024-02-29T12:00:00.007Z");
  digest.result.times.dns = Duration{1};
  digest.result.times.connect = Duration{2};
  digest.result.times.first_byte = Duration{4};
  digest.result.times.total = Duration{5};
  digest.result.wire_bytes = 99;
  digest.result.ip = "127.0.0.1";
  digest.result.http_version = "1.1";
  const auto record = attempt_record(digest, std::nullopt, 42, "socks5://proxy");
  EXPECT_EQ(record.id, 42);
  EXPECT_EQ(record.kind, "page");
  EXPECT_EQ(record.number, 3);
  EXPECT_EQ(record.url, "http://a.test/x/y?q");
  EXPECT_EQ(record.started_at, "2024-02-29T12:00:00.007Z");
  EXPECT_EQ(record.status, 200);
  EXPECT_EQ(record.dns_ms, 1);
  EXPECT_EQ(record.connect_ms, 2);
  EXPECT_EQ(record.tls_ms, std::nullopt);
  EXPECT_EQ(record.first_byte_ms, 4);
  EXPECT_EQ(record.total_ms, 5);
  EXPECT_EQ(record.wire_bytes, 99u);
  EXPECT_EQ(record.body_bytes, 17u);
  ASSERT_TRUE(record.body);
  EXPECT_EQ(record.body->data, "data");
  EXPECT_EQ(record.headers, "Content-Type: text/html\nX: 1\n");
  EXPECT_EQ(record.ip, "127.0.0.1");
  EXPECT_EQ(record.http_version, "1.1");
  EXPECT_EQ(record.proxy, "socks5://proxy");
  EXPECT_TRUE(record.error_kind.empty() && record.error_stage.empty() && record.error.empty());
}

TEST(AttemptRecord, HoldsWhatWentWrong) {
  Digest digest = answer(0);
  const auto record = attempt_record(digest, Error{ErrorKind::dns, Stage::resolve, 6, "no such host"}, 1, "");
  EXPECT_EQ(record.number, 1);
  EXPECT_EQ(record.status, 0);
  EXPECT_EQ(record.error_kind, "dns");
  EXPECT_EQ(record.error_stage, "resolve");
  EXPECT_EQ(record.error_code, 6);
  EXPECT_EQ(record.error, "no such host");
  EXPECT_EQ(record.total_ms, 0);
  EXPECT_FALSE(record.body);
}

TEST(AttemptRecord, KeepsHeadersAsValidText) {
  Digest digest = answer(200, {{"X", "caf\xE9"}, {"Y", std::string("a\0b", 3)}});
  const auto record = attempt_record(digest, std::nullopt, 1, "");
  EXPECT_EQ(record.headers,
            "X: caf\xEF\xBF\xBD\nY: a\xEF\xBF\xBD"
            "b\n");
}

}  // namespace
}  // namespace scraper
