// SPDX-License-Identifier: MIT
#include "scraper/fetch/dns_cache.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "scraper/fetch/hosts_file.h"
#include "scraper/fetch/name_entries.h"
#include "tests/support/temporary_directory.h"

namespace scraper::test {
namespace {

using std::chrono::seconds;

const SteadyTime kStart{seconds{1000}};

std::string texts(const StringList& list) {
  std::string all;
  for (const curl_slist* entry = list.get(); entry != nullptr; entry = entry->next)
    all += std::string(entry->data) + ' ';
  return all;
}

TEST(DnsCache, KeepsAnAnswerUntilItsTimeIsOver) {
  DnsCache cache(10);
  EXPECT_EQ(cache.find("a.example", kStart), nullptr);
  cache.put("a.example", {"192.0.2.1", {}}, kStart + seconds{5});
  ASSERT_NE(cache.find("a.example", kStart + seconds{4}), nullptr);
  EXPECT_EQ(cache.find("a.example", kStart)->addresses, "192.0.2.1");
  EXPECT_EQ(cache.find("a.example", kStart + seconds{5}), nullptr);
  EXPECT_EQ(cache.size(), 0u);
}

TEST(DnsCache, TakesTheLaterOfTwoAnswers) {
  DnsCache cache(10);
  cache.put("a.example", {"192.0.2.1", {}}, kStart + seconds{5});
  cache.put("a.example", {"192.0.2.2", {}}, kStart + seconds{9});
  EXPECT_EQ(cache.find("a.example", kStart + seconds{8})->addresses, "192.0.2.2");
  EXPECT_EQ(cache.size(), 1u);
}

TEST(DnsCache, MakesRoomByWhatWasAskedForLongestAgo) {
  DnsCache cache(3);
  for (const char* name : {"a", "b", "c"}) cache.put(name, {name, {}}, kStart + seconds{60});
  EXPECT_NE(cache.find("a", kStart), nullptr);
  cache.put("d", {"d", {}}, kStart + seconds{60});
  EXPECT_EQ(cache.find("b", kStart), nullptr);
  for (const char* name : {"a", "c", "d"}) EXPECT_NE(cache.find(name, kStart), nullptr) << name;
  EXPECT_EQ(cache.size(), 3u);
}

TEST(HostsFile, IsReadInItsOwnWords) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "hosts").string();
  std::ofstream(path) << "# a comment\n127.0.0.9\tOne.Example two.example # three.example\n\n::1 one.example\r\n"
                         "nonsense four.example\n127.0.0.8 two.example\n10.0.0.1\n";
  HostsFile hosts(path);
  ASSERT_NE(hosts.find("one.example", kStart), nullptr);
  EXPECT_EQ(*hosts.find("one.example", kStart), "127.0.0.9,[::1]");
  EXPECT_EQ(*hosts.find("two.example", kStart), "127.0.0.9,127.0.0.8");
  EXPECT_EQ(hosts.find("three.example", kStart), nullptr);
  EXPECT_EQ(hosts.find("four.example", kStart), nullptr);
}

TEST(HostsFile, IsReadAgainWhenItHasChanged) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "hosts").string();
  HostsFile hosts(path);
  EXPECT_EQ(hosts.find("one.example", kStart), nullptr);
  std::ofstream(path) << "127.0.0.9 one.example\n";
  EXPECT_EQ(hosts.find("one.example", kStart + seconds{1}), nullptr);  // nobody looks so often
  EXPECT_NE(hosts.find("one.example", kStart + seconds{6}), nullptr);
  std::filesystem::remove(path);
  EXPECT_EQ(hosts.find("one.example", kStart + seconds{12}), nullptr);
}

TEST(NameEntries, GoWhenNobodyWantsThemAndTheNextTransferComes) {
  NameEntries entries;
  EXPECT_EQ(texts(entries.enter("a:80", "192.0.2.1")), "a:80:192.0.2.1 ");
  EXPECT_EQ(texts(entries.enter("a:80", "192.0.2.1")), "a:80:192.0.2.1 ");
  entries.leave("a:80");
  EXPECT_EQ(texts(entries.enter("b:80", "[::1],192.0.2.2")), "b:80:[::1],192.0.2.2 ");  // somebody still wants a
  entries.leave("a:80");
  entries.leave("b:80");
  EXPECT_EQ(texts(entries.enter("b:80", "192.0.2.3")), "-a:80 b:80:192.0.2.3 ");
  EXPECT_EQ(entries.size(), 1u);
}

TEST(NameEntries, OfNamesThatBeginWithAMinusAddToo) {
  NameEntries entries;
  EXPECT_EQ(texts(entries.enter("-a:80", "192.0.2.1")), "+-a:80:192.0.2.1 ");
  entries.leave("-a:80");
  EXPECT_EQ(texts(entries.enter("b:80", "192.0.2.1")), "--a:80 b:80:192.0.2.1 ");
}

TEST(NameEntries, AreNeverMoreThanTheTransfersThatThereWereAtOnce) {
  NameEntries entries;
  for (int i = 0; i < 100'000; ++i) {
    const std::string host = "h" + std::to_string(i) + ":80";
    (void)entries.enter(host, "192.0.2.1");
    ASSERT_LE(entries.size(), 1u);
    entries.leave(host);
  }
}

}  // namespace
}  // namespace scraper::test
