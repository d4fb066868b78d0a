// SPDX-License-Identifier: MIT
#include "scraper/cli/progress_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace scraper {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Progress progress(int64_t done, int64_t todo, int64_t failed, size_t in_flight) {
  Progress made;
  made.counts.done = done;
  made.counts.todo = todo;
  made.counts.failed = failed;
  made.in_flight = in_flight;
  return made;
}

/// What a line printed to a stream.
class Printed {
 public:
  std::FILE* file() { return file_.get(); }
  std::string text() {
    std::fflush(file_.get());
    return {data_, size_};
  }
  ~Printed() {
    file_.reset();
    std::free(data_);
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  char* data_ = nullptr;
  size_t size_ = 0;
  std::unique_ptr<std::FILE, Close> file_{open_memstream(&data_, &size_)};
};

TEST(ProgressText, SaysWhatIsDoneAndWhatIsLeft) {
  EXPECT_EQ(progress_text(progress(1234, 56, 3, 12), 8.0),
            "1234 done  56 to do  8.0/s  12 in flight  3 failed  ETA 0:07");
}

TEST(ProgressText, GuessesNoEndWithoutARate) {
  EXPECT_THAT(progress_text(progress(0, 100, 0, 64), 0), Not(HasSubstr("ETA")));
}

TEST(ProgressText, GuessesNoEndWhenNothingIsLeft) {
  EXPECT_EQ(progress_text(progress(10, 0, 0, 0), 5.04), "10 done  0 to do  5.0/s  0 in flight  0 failed");
}

TEST(ProgressText, ShowsTheTimeLeftAsAClockDoes) {
  EXPECT_THAT(progress_text(progress(0, 1, 0, 0), 10), EndsWith("ETA 0:00"));
  EXPECT_THAT(progress_text(progress(0, 59, 0, 0), 1), EndsWith("ETA 0:59"));
  EXPECT_THAT(progress_text(progress(0, 60, 0, 0), 1), EndsWith("ETA 1:00"));
  EXPECT_THAT(progress_text(progress(0, 3599, 0, 0), 1), EndsWith("ETA 59:59"));
  EXPECT_THAT(progress_text(progress(0, 3600, 0, 0), 1), EndsWith("ETA 1:00:00"));
  EXPECT_THAT(progress_text(progress(0, 36'000'061, 0, 0), 1000), EndsWith("ETA 10:00:00"));
}

TEST(ProgressText, GuessesNothingAbsurdWhenTheRateIsNextToNothing) {
  for (const double rate : {1e-6, 1e-12, 1e-18, 1e-300}) {
    const std::string text = progress_text(progress(5, 1'000'000'000, 0, 1), rate);
    EXPECT_LT(text.size(), 80u) << text;
    EXPECT_THAT(text, Not(HasSubstr("-")));
  }
}

TEST(ProgressLine, RewritesItselfAndLeavesNothing) {
  Printed printed;
  {
    ProgressLine line(printed.file());
    line.show(progress(1, 2, 0, 1), SteadyTime{} + std::chrono::seconds{1});
    line.show(progress(2, 1, 0, 1), SteadyTime{} + std::chrono::seconds{2});
  }
  const std::string text = printed.text();
  EXPECT_THAT(text, HasSubstr("\r\x1b[K1 done  2 to do  0.0/s"));
  EXPECT_THAT(text, HasSubstr("\r\x1b[K2 done  1 to do  1.0/s  1 in flight  0 failed  ETA 0:01"));
  EXPECT_THAT(text, EndsWith("\r\x1b[K"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
}

TEST(ProgressLine, PrintsNothingWhenItWasNeverShown) {
  Printed printed;
  { ProgressLine line(printed.file()); }
  EXPECT_EQ(printed.text(), "");
}

TEST(ProgressLine, SmoothsItsRate) {
  Printed printed;
  ProgressLine line(printed.file());
  SteadyTime now = SteadyTime{} + std::chrono::seconds{1};
  line.show(progress(0, 1000, 0, 1), now);
  line.show(progress(100, 900, 0, 1), now += std::chrono::seconds{1});
  line.show(progress(100, 900, 0, 1), now += std::chrono::milliseconds{100});  // too soon to measure
  line.show(progress(100, 900, 0, 1), now += std::chrono::milliseconds{900});
  EXPECT_THAT(printed.text(), HasSubstr("100 done  900 to do  100.0/s"));
  EXPECT_THAT(printed.text(), HasSubstr("100 done  900 to do  70.0/s"));
}

TEST(ProgressLine, IsForTerminalsAlone) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  EXPECT_FALSE(wants_progress_line(file));
  std::fclose(file);
}

}  // namespace
}  // namespace scraper
