// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "scraper/base/clock.h"

namespace scraper::test {

/// What a program left behind.
struct Finished {
  int exit_code = -1;  ///< 128 + N: killed by signal N
  std::string out;
  std::string err;
};

struct ProgramSettings {
  std::string folder;                    ///< working directory
  std::string input;                     ///< standard input
  std::vector<std::string> environment;  ///< added to ours, each `NAME=value`
  size_t file_bytes_max = 0;             ///< RLIMIT_FSIZE; 0: none
};

/// A program that runs while the test goes on. The destructor kills it if it still does.
class Program {
 public:
  Program(const std::vector<std::string>& command, const ProgramSettings& settings = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;
  /// Waits for the end; kills it after `limit`, which gives exit code 128 + SIGKILL.
  Finished wait(Duration limit = Duration{60'000});

 private:
  pid_t pid_ = -1;
  std::string in_file_, out_file_, err_file_;
};

Finished run_program(const std::vector<std::string>& command, const ProgramSettings& settings = {});

}  // namespace scraper::test
