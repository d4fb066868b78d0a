// SPDX-License-Identifier: MIT
#include "tests/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "scraper/base/check.h"

namespace scraper::test {
namespace {

std::string temporary_file(const std::string& content) {
  std::string path = (std::filesystem::temp_directory_path() / "scraper-program-XXXXXX").string();
  const int fd = mkstemp(path.data());
  SCRAPER_CHECK(fd >= 0);
  close(fd);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string take(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(path);
  return text;
}

void redirect(const std::string& path, int flags, int to) {
  const int fd = open(path.c_str(), flags);
  if (fd < 0 || dup2(fd, to) < 0) _exit(126);
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const ProgramSettings& settings)
    : in_file_(temporary_file(settings.input)), out_file_(temporary_file("")), err_file_(temporary_file("")) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  SCRAPER_CHECK(pid_ >= 0);
  if (pid_ == 0) {
    redirect(in_file_, O_RDONLY, STDIN_FILENO);
    redirect(out_file_, O_WRONLY | O_TRUNC, STDOUT_FILENO);
    redirect(err_file_, O_WRONLY | O_TRUNC, STDERR_FILENO);
    if (!settings.folder.empty() && chdir(settings.folder.c_str()) != 0) _exit(126);
    for (const std::string& entry : settings.environment) putenv(const_cast<char*>(entry.c_str()));
    if (settings.file_bytes_max > 0) {
      const rlimit limit{settings.file_bytes_max, settings.file_bytes_max};
      setrlimit(RLIMIT_FSIZE, &limit);
    }
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
}

Program::~Program() {
  if (pid_ > 0) wait(Duration{0});
}

void Program::signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

Finished Program::wait(Duration limit) {
  SCRAPER_CHECK(pid_ > 0);
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  SCRAPER_CHECK(pidfd >= 0);
  pollfd poller{pidfd, POLLIN, 0};
  if (poll(&poller, 1, static_cast<int>(limit.count())) == 0) kill(pid_, SIGKILL);
  close(pidfd);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  Finished finished;
  finished.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  finished.out = take(out_file_);
  finished.err = take(err_file_);
  std::filesystem::remove(in_file_);
  return finished;
}

Finished run_program(const std::vector<std::string>& command, const ProgramSettings& settings) {
  return Program(command, settings).wait();
}

}  // namespace scraper::test
