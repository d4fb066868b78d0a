// SPDX-License-Identifier: MIT
#include "scraper/frontier/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scraper {
namespace {

using testing::HasSubstr;

Url url(const std::string& text) {
  const auto parsed = Url::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

Scope scope_of(const ScopeSettings& settings, const std::vector<std::string>& seeds = {}) {
  auto scope = Scope::make(settings);
  EXPECT_TRUE(scope) << scope.error();
  for (const std::string& seed : seeds) scope->add_seed(url(seed));
  return std::move(*scope);
}

ScopeSettings spanning(Span span, int depth = 3) { return {depth, span, {}, {}}; }

TEST(Scope, StaysAtTheSeedsHostsUnlessToldOtherwise) {
  const Scope scope = scope_of(spanning(ScopeSettings{}.span), {"http://www.a.test/x/"});
  EXPECT_TRUE(scope.admits(url("http://www.a.test/y")));
  EXPECT_FALSE(scope.admits(url("http://a.test/y")));
}

TEST(Scope, ComparesHostsByNameAloneWhateverTheSchemeAndPort) {
  const Scope scope = scope_of(spanning(Span::host), {"http://a.test/x/", "http://b.test:8080/"});
  EXPECT_TRUE(scope.admits(url("https://a.test/")));
  EXPECT_TRUE(scope.admits(url("http://A.test:81/z?q")));
  EXPECT_TRUE(scope.admits(url("http://b.test/")));
  EXPECT_FALSE(scope.admits(url("http://c.test/")));
  EXPECT_FALSE(scope.admits(url("http://a.test.evil.test/")));
}

TEST(Scope, StaysBelowTheFoldersOfTheSeeds) {
  const Scope scope = scope_of(spanning(Span::seeds), {"http://a.test/docs/v1/index.html?x=/y/", "http://b.test"});
  EXPECT_TRUE(scope.admits(url("http://a.test/docs/v1/")));
  EXPECT_TRUE(scope.admits(url("http://a.test/docs/v1/other.html")));
  EXPECT_TRUE(scope.admits(url("http://a.test/docs/v1/deep/er/page?q=/docs/")));
  EXPECT_TRUE(scope.admits(url("http://b.test/any/where")));
  EXPECT_FALSE(scope.admits(url("http://a.test/docs/")));
  EXPECT_FALSE(scope.admits(url("http://a.test/docs/v1")));
  EXPECT_FALSE(scope.admits(url("http://a.test/docs/v10/")));
  EXPECT_FALSE(scope.admits(url("http://a.test/?/docs/v1/")));
  EXPECT_FALSE(scope.admits(url("https://a.test/docs/v1/")));
  EXPECT_FALSE(scope.admits(url("http://a.test:81/docs/v1/")));
  EXPECT_FALSE(scope.admits(url("http://a.test/docs/v1/../v2/")));
}

TEST(Scope, TellsFoldersWithEmptyNamesApart) {
  const Scope scope = scope_of(spanning(Span::seeds), {"http://a.test/x//y"});
  EXPECT_TRUE(scope.admits(url("http://a.test/x//z")));
  EXPECT_TRUE(scope.admits(url("http://a.test/x///z")));
  EXPECT_FALSE(scope.admits(url("http://a.test/x/z")));
  EXPECT_FALSE(scope.admits(url("http://a.test//")));
}

TEST(Scope, StaysInTheRegistrableDomainsOfTheSeeds) {
  const Scope scope = scope_of(spanning(Span::domain), {"http://www.example.co.uk/", "http://10.0.0.1/"});
  EXPECT_TRUE(scope.admits(url("https://shop.example.co.uk/x")));
  EXPECT_TRUE(scope.admits(url("http://example.co.uk:81/")));
  EXPECT_TRUE(scope.admits(url("http://10.0.0.1/x")));
  EXPECT_FALSE(scope.admits(url("http://other.co.uk/")));
  EXPECT_FALSE(scope.admits(url("http://co.uk/")));
  EXPECT_FALSE(scope.admits(url("http://example.com/")));
  EXPECT_FALSE(scope.admits(url("http://11.0.0.1/")));
}

TEST(Scope, LetsLinksLeadAnywhereWhenToldSo) {
  const Scope scope = scope_of(spanning(Span::any));
  EXPECT_TRUE(scope.admits(url("http://a.test/")));
  EXPECT_TRUE(scope.admits(url("https://[::1]:81/x?y")));
}

TEST(Scope, AdmitsNothingAtDepthZero) {
  for (const Span span : {Span::seeds, Span::host, Span::domain, Span::any}) {
    const Scope scope = scope_of(spanning(span, 0), {"http://a.test/"});
    EXPECT_FALSE(scope.admits(url("http://a.test/")));
    EXPECT_FALSE(scope.rejects(url("http://a.test/")));
  }
}

TEST(Scope, AdmitsNothingWithoutSeeds) {
  for (const Span span : {Span::seeds, Span::host, Span::domain}) {
    EXPECT_FALSE(scope_of(spanning(span)).admits(url("http://a.test/")));
  }
}

TEST(Scope, FollowsOnlyWhatAnAcceptExpressionIsFoundIn) {
  const Scope scope = scope_of({1, Span::any, {"/blog/", "^https://b\\.test/$"}, {}});
  EXPECT_TRUE(scope.admits(url("http://a.test/blog/1")));
  EXPECT_TRUE(scope.admits(url("https://b.test")));
  EXPECT_FALSE(scope.admits(url("http://a.test/news/")));
  EXPECT_FALSE(scope.admits(url("https://b.test/x")));
}

TEST(Scope, MatchesTheCanonicalUrlWithItsQuery) {
  const Scope scope = scope_of({1, Span::any, {"^http://a\\.test/x\\?page=2$"}, {}});
  EXPECT_TRUE(scope.admits(url("HTTP://A.test:80/y/../x?page=2#top")));
}

TEST(Scope, DoesNotLetAcceptWidenTheSpan) {
  const Scope scope = scope_of({1, Span::host, {"."}, {}}, {"http://a.test/"});
  EXPECT_FALSE(scope.admits(url("http://b.test/")));
}

TEST(Scope, LetsRejectWin) {
  const Scope scope = scope_of({1, Span::any, {"a"}, {"\\.pdf$", "private"}});
  EXPECT_TRUE(scope.admits(url("http://a.test/a")));
  EXPECT_FALSE(scope.admits(url("http://a.test/a.pdf")));
  EXPECT_FALSE(scope.admits(url("http://a.test/private/a")));
}

TEST(Scope, LeavesOutListedUrlsByRejectAlone) {
  const Scope scope = scope_of({0, Span::host, {"/never/"}, {"logout"}}, {"http://a.test/"});
  EXPECT_TRUE(scope.rejects(url("http://a.test/logout")));
  EXPECT_TRUE(scope.rejects(url("http://elsewhere.test/?logout")));
  EXPECT_FALSE(scope.rejects(url("http://elsewhere.test/not/accepted")));
}

TEST(Scope, SaysWhatIsWrongWithAnExpression) {
  for (const char* wrong : {"(", "[a", "*", "a{2,1}", "(?=x)", "\\"}) {
    const auto accept = Scope::make({1, Span::any, {"fine", wrong}, {}});
    ASSERT_FALSE(accept) << wrong;
    EXPECT_THAT(accept.error(), HasSubstr(wrong));
    EXPECT_GT(accept.error().size(), std::string(wrong).size() + 20);
    EXPECT_FALSE(Scope::make({1, Span::any, {}, {wrong}})) << wrong;
  }
}

TEST(Scope, KeepsWhatItHoldsWhenItIsMoved) {
  Scope first = scope_of({1, Span::host, {}, {"secret"}}, {"http://a.test/"});
  const Scope second = std::move(first);
  EXPECT_TRUE(second.admits(url("http://a.test/x")));
  EXPECT_FALSE(second.admits(url("http://a.test/secret")));
}

TEST(RegistrableDomain, IsOneLabelBelowThePublicSuffix) {
  EXPECT_EQ(registrable_domain("www.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("a.b.example.com"), "example.com");
  EXPECT_EQ(registrable_domain("user.github.io"), "user.github.io");
  EXPECT_EQ(registrable_domain("www.xn--85x722f.xn--55qx5d.cn"), "xn--85x722f.xn--55qx5d.cn");
}

TEST(RegistrableDomain, IsTheNameItselfWhereThereIsNoneAboveIt) {
  for (const char* host : {"co.uk", "com", "localhost", "intranet", ""}) EXPECT_EQ(registrable_domain(host), host);
}

TEST(RegistrableDomain, IsTheAddressItselfForAnAddress) {
  for (const char* host : {"127.0.0.1", "10.1.2.3", "[::1]", "[2001:db8::1]"})
    EXPECT_EQ(registrable_domain(host), host);
}

TEST(RegistrableDomain, TakesADomainWithoutAKnownSuffixByItsLastTwoLabels) {
  EXPECT_EQ(registrable_domain("a.b.test"), "b.test");
}

}  // namespace
}  // namespace scraper
