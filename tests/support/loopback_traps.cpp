// SPDX-License-Identifier: MIT
#include "tests/support/loopback_traps.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "scraper/base/check.h"

extern char** environ;

namespace scraper::test {
namespace {

sockaddr_in loopback(uint16_t port, const char* address = "127.0.0.1") {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  SCRAPER_CHECK(inet_pton(AF_INET, address, &to.sin_addr) == 1);
  return to;
}

int bound_socket(uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = loopback(0);
  socklen_t length = sizeof to;
  SCRAPER_CHECK(fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  SCRAPER_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&to), &length) == 0);
  port = ntohs(to.sin_port);
  return fd;
}

/// Starts a program; its output goes to that descriptor, or nowhere. -1 when it cannot be started.
pid_t spawn(const std::vector<std::string>& words, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (output >= 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1);
  else
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t process = -1;
  if (posix_spawnp(&process, argv[0], &actions, nullptr, argv.data(), environ) != 0) process = -1;
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

bool succeeds(pid_t process) {
  int status = 0;
  return process > 0 && waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

uint16_t unused_port() {
  uint16_t port = 0;
  close(bound_socket(port));
  return port;
}

FullBacklog::FullBacklog() {
  sockets_.push_back(bound_socket(port_));
  SCRAPER_CHECK(listen(sockets_.front(), 0) == 0);
  const sockaddr_in to = loopback(port_);
  for (int i = 0; i < 4; ++i) {
    sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    (void)connect(sockets_.back(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
}

FullBacklog::~FullBacklog() {
  for (const int fd : sockets_) close(fd);
}

std::string FullBacklog::url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

SilentServer::SilentServer() : listener_(bound_socket(port_)) { SCRAPER_CHECK(listen(listener_, 64) == 0); }
SilentServer::~SilentServer() { close(listener_); }

GarbageServer::GarbageServer() {
  thread_ = std::thread([this] {
    while (true) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      std::array<char, 4096> buffer;
      (void)recv(fd, buffer.data(), buffer.size(), 0);
      (void)send(fd, "no protocol at all\n", 19, MSG_NOSIGNAL);
      close(fd);
    }
  });
}

GarbageServer::~GarbageServer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
}

CertifiedServer::CertifiedServer() {
  std::string name = (std::filesystem::temp_directory_path() / "scraper-tls-XXXXXX").string();
  SCRAPER_CHECK(mkdtemp(name.data()) != nullptr);
  directory_ = name;
  certified_ = succeeds(spawn(
      {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
       "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key(), "-out", certificate()},
      -1));
}

void CertifiedServer::start(const std::vector<std::string>& command, const char* port_line) {
  if (!certified_) return;
  std::array<int, 2> pipe_ends{};
  SCRAPER_CHECK(pipe2(pipe_ends.data(), O_CLOEXEC) == 0);
  process_ = spawn(command, pipe_ends[1]);
  close(pipe_ends[1]);
  output_ = fdopen(pipe_ends[0], "r");
  std::array<char, 256> line;
  unsigned port = 0;
  while (port == 0 && std::fgets(line.data(), line.size(), output_) != nullptr) {
    std::sscanf(line.data(), port_line, &port);
  }
  port_ = static_cast<uint16_t>(port);
}

CertifiedServer::~CertifiedServer() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  if (output_ != nullptr) std::fclose(output_);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

TlsServer::TlsServer() {
  start({"openssl", "s_server", "-accept", "127.0.0.1:0", "-key", key(), "-cert", certificate(), "-www"},
        "ACCEPT 127.0.0.1:%u");
}

TlsSite::TlsSite(const std::vector<std::string>& options) {
  std::vector<std::string> command{
      "python3", SCRAPER_SOURCE_ROOT "/tests/support/tls_site.py", "--certificate", certificate(), "--key", key()};
  command.insert(command.end(), options.begin(), options.end());
  start(command, "PORT %u");
}

std::string make_lookups_hang() {
  // An address of its own for each process: tests run side by side, and all on port 53.
  static const std::string address =
      "127.83." + std::to_string(getpid() / 250 % 250) + "." + std::to_string(1 + getpid() % 250);
  const auto failed = [](const char* what) { return std::string(what) + ": " + std::strerror(errno); };
  static const int server = [] {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in to = loopback(53, address.c_str());
    if (bind(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return fd;
    close(fd);
    return -1;
  }();
  if (server < 0) return "cannot bind port 53 of a loopback address";
  if (unshare(CLONE_NEWNS) != 0) return failed("unshare");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("mount");
  const std::string file =
      (std::filesystem::temp_directory_path() / ("scraper-resolv-" + std::to_string(getpid()))).string();
  std::ofstream(file) << "nameserver " << address << "\noptions timeout:9 attempts:1\n";
  const int mounted = mount(file.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
  const std::string result = mounted == 0 ? std::string() : failed("mount /etc/resolv.conf");
  std::filesystem::remove(file);
  return result;
}

}  // namespace scraper::test
