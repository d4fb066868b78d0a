// SPDX-License-Identifier: MIT
// Killed at random moments, again and again: the short form of scripts/torture.
#include <gtest/gtest.h>

#include "tests/support/program.h"
#include "tests/support/sanitizer.h"

namespace scraper::test {
namespace {

#if SCRAPER_SANITIZED
constexpr const char* kKills = "8";
constexpr const char* kWindow = "5";  // seconds: what is answered but not yet committed when everything is slow
constexpr int kLimitS = 300;
#else
constexpr const char* kKills = "15";
constexpr const char* kWindow = "2";
constexpr int kLimitS = 100;
#endif

TEST(Torture, ARunThatIsKilledAgainAndAgainLosesAndDoublesNothing) {
  Program torture({"python3", SCRAPER_SOURCE_ROOT "/scripts/torture", "--quick", "--kills", kKills, "--window", kWindow,
                   "--limit", std::to_string(kLimitS), "--scraper", SCRAPER_BINARY, "--server", SCRAPER_TEST_SERVER});
  const Finished finished = torture.wait(std::chrono::seconds{kLimitS + 10});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
}

}  // namespace
}  // namespace scraper::test
