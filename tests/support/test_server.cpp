// SPDX-License-Identifier: MIT
#include "tests/support/test_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "scraper/base/check.h"

namespace scraper::test {
namespace {

constexpr int kBacklog = 4096;
constexpr size_t kHeadBytesMax = 1u << 20;
constexpr size_t kBytesAtATurn = 1u << 20;  // so that an endless reply to a quick reader does not starve the others

int listen_on(const std::string& address, uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  const int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  SCRAPER_CHECK(fd >= 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage storage{};
  socklen_t length = 0;
  if (six) {
    auto& to = reinterpret_cast<sockaddr_in6&>(storage);
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(port);
    SCRAPER_CHECK(inet_pton(AF_INET6, address.c_str(), &to.sin6_addr) == 1);
    length = sizeof to;
  } else {
    auto& to = reinterpret_cast<sockaddr_in&>(storage);
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    SCRAPER_CHECK(inet_pton(AF_INET, address.c_str(), &to.sin_addr) == 1);
    length = sizeof to;
  }
  SCRAPER_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&storage), length) == 0);
  SCRAPER_CHECK(listen(fd, kBacklog) == 0);
  return fd;
}

uint16_t port_of(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  SCRAPER_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) == 0);
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(storage).sin_port);
}

void raise_to(std::atomic<size_t>& peak, size_t value) {
  if (value > peak) peak = value;  // one writer
}

}  // namespace

TestServer::TestServer(const TestServerSettings& settings)
    : listener_(listen_on(settings.address, settings.port)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(port_of(listener_)),
      host_(settings.address.find(':') != std::string::npos ? '[' + settings.address + ']' : settings.address),
      builder_(settings.site, settings.tree_pages, settings.tree_delay) {
  SCRAPER_CHECK(epoll_ >= 0 && stop_ >= 0);
  if (!settings.log_file.empty()) {
    log_file_ = std::fopen(settings.log_file.c_str(), "ae");
    SCRAPER_CHECK(log_file_ != nullptr);
  }
  for (const int fd : {listener_, stop_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    SCRAPER_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
  }
  thread_ = std::jthread([this] { run(); });
}

TestServer::~TestServer() {
  const uint64_t one = 1;
  SCRAPER_CHECK(write(stop_, &one, sizeof one) == sizeof one);
  thread_.join();
  for (const auto& connection : connections_) {
    if (connection) close(connection->fd);
  }
  for (const int fd : {listener_, epoll_, stop_}) close(fd);
  if (log_file_ != nullptr) std::fclose(log_file_);
}

std::string TestServer::url(std::string_view path_and_query) const {
  return fmt::format("http://{}:{}{}", host_, port_, path_and_query);
}

void TestServer::raw(std::string path, std::string bytes, std::string etag) {
  const std::lock_guard lock(mutex_);
  builder_.set_raw(std::move(path), std::move(bytes), std::move(etag));
}

std::vector<ServedRequest> TestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

void TestServer::run() {
  std::array<epoll_event, 512> events;
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    SCRAPER_CHECK(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      if (event.data.fd == stop_) return;
      if (event.data.fd == listener_)
        accept_all();
      else
        on_event(event.data.fd, event.events);
    }
    fire_timers();
  }
}

int TestServer::wait_ms() const {
  if (timers_.empty()) return -1;
  const auto wait = std::chrono::ceil<Duration>(timers_.top().at - steady_now());
  return static_cast<int>(std::clamp<int64_t>(wait.count(), 0, 3'600'000));
}

void TestServer::accept_all() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      SCRAPER_CHECK(errno != EMFILE && errno != ENFILE);  // raise RLIMIT_NOFILE
      return;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto index = static_cast<size_t>(fd);
    if (connections_.size() <= index) connections_.resize(index + 1);
    connections_[index] = std::make_unique<Connection>();
    connections_[index]->fd = fd;
    connections_[index]->number = ++accepted_;
    raise_to(peak_connections_, ++open_);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    SCRAPER_CHECK(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0);
  }
}

void TestServer::on_event(int fd, uint32_t events) {
  const auto index = static_cast<size_t>(fd);
  if (index >= connections_.size() || !connections_[index]) return;
  Connection& connection = *connections_[index];
  if ((events & EPOLLOUT) != 0 && connection.wants_write) {
    watch(connection, false);
    if (!advance(connection)) return;
    serve(connection);
    return;  // what there is to read is reported again
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read_from(connection);
}

void TestServer::fire_timers() {
  const SteadyTime now = steady_now();
  while (!timers_.empty() && timers_.top().at <= now) {
    const Timer timer = timers_.top();
    timers_.pop();
    const auto& connection = connections_[static_cast<size_t>(timer.fd)];
    if (!connection || connection->timer != timer.number) continue;
    connection->timer = 0;
    if (advance(*connection)) serve(*connection);
  }
}

void TestServer::read_from(Connection& connection) {
  std::array<char, 16384> buffer;
  const ssize_t count = recv(connection.fd, buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0 || connection.in.size() > kHeadBytesMax) {
    drop(connection, false);
    return;
  }
  connection.in.append(buffer.data(), static_cast<size_t>(count));
  serve(connection);
}

/// Answers whatever whole requests have come, one after the other.
void TestServer::serve(Connection& connection) {
  while (!connection.answering) {
    const size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const auto request = parse_request(std::string_view(connection.in).substr(0, end + 4));
    connection.in.erase(0, end + 4);
    if (!request) {
      drop(connection, false);
      return;
    }
    connection.answering = true;
    connection.target = request->target;
    raise_to(peak_concurrency_, ++answering_);
    ++served_;
    log(*request, connection);
    {
      const std::lock_guard lock(mutex_);
      connection.reply = builder_.build(*request);
    }
    connection.offset = 0;
    if (!advance(connection)) return;
    if (const uint64_t together = request->number("gather", 0); together > 0) gather(connection, together);
  }
}

/// The delay of all that gathered ends when the last of them has come.
void TestServer::gather(const Connection& connection, uint64_t together) {
  gathered_.emplace_back(connection.fd, connection.timer);
  if (gathered_.size() < together) return;
  for (const auto& [fd, timer] : std::exchange(gathered_, {})) timers_.push({steady_now(), fd, timer});
}

void TestServer::log(const HttpRequest& request, const Connection& connection) {
  const Now now = read_clocks();
  if (log_file_ != nullptr) {
    fmt::print(log_file_, "{} {} {} connection={} concurrent={}\n", format_time(now.wall), request.method,
               request.target, connection.number, answering_);
    std::fflush(log_file_);
  }
  const std::lock_guard lock(mutex_);
  if (log_.size() >= kLogMax) return;
  log_.push_back({now, request.method, request.target, connection.number, answering_, request.headers});
}

/// `how`: end (the whole answer is with the kernel) or cut (it never will be).
void TestServer::log_end(const Connection& connection, const char* how) {
  if (log_file_ == nullptr) return;
  fmt::print(log_file_, "{} {} {} connection={} concurrent={}\n", format_time(read_clocks().wall), how,
             connection.target, connection.number, answering_);
  std::fflush(log_file_);
}

/// Goes on with the reply as far as it goes. False: the connection is no more.
bool TestServer::advance(Connection& connection) {
  auto& sends = connection.reply.sends;
  while (connection.answering && !sends.empty()) {
    Send& send = sends.front();
    if (send.pause_before > Duration{0}) {
      sleep(connection, std::exchange(send.pause_before, Duration{0}));
      return true;
    }
    if (!send_out(connection, send)) return false;
    if (connection.timer != 0 || connection.wants_write) return true;
    sends.pop_front();
  }
  return finish(connection);
}

bool TestServer::send_out(Connection& connection, Send& send) {
  size_t sent = 0;
  for (; send.repeat > 0; --send.repeat, connection.offset = 0) {
    while (connection.offset < send.bytes.size()) {
      if (sent >= kBytesAtATurn) {
        sleep(connection, Duration{0});
        return true;
      }
      size_t piece = send.bytes.size() - connection.offset;
      if (send.piece_bytes > 0) piece = std::min(piece, send.piece_bytes);
      const ssize_t count = ::send(connection.fd, send.bytes.data() + connection.offset, piece, MSG_NOSIGNAL);
      if (count < 0 && errno == EAGAIN) {
        watch(connection, true);
        return true;
      }
      if (count < 0) {
        drop(connection, false);
        return false;
      }
      connection.offset += static_cast<size_t>(count);
      sent += static_cast<size_t>(count);
      if (send.piece_bytes > 0 && connection.offset < send.bytes.size()) {
        sleep(connection, send.piece_interval);
        return true;
      }
    }
  }
  connection.offset = 0;
  return true;
}

bool TestServer::finish(Connection& connection) {
  if (!connection.answering || connection.reply.ending == Ending::hang) return true;
  if (connection.reply.ending != Ending::keep_alive) {
    drop(connection, connection.reply.ending == Ending::reset);
    return false;
  }
  log_end(connection, "end");
  connection.answering = false;
  --answering_;
  return true;
}

void TestServer::sleep(Connection& connection, Duration pause) {
  connection.timer = ++last_timer_;
  timers_.push({steady_now() + pause, connection.fd, connection.timer});
}

void TestServer::watch(Connection& connection, bool writable) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (writable) event.events |= EPOLLOUT;
  event.data.fd = connection.fd;
  SCRAPER_CHECK(epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event) == 0);
  connection.wants_write = writable;
}

void TestServer::drop(Connection& connection, bool reset) {
  if (connection.answering) {
    log_end(connection, connection.reply.sends.empty() ? "end" : "cut");
    --answering_;
  }
  if (reset) {
    const linger at_once{1, 0};
    setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  const int fd = connection.fd;
  connections_[static_cast<size_t>(fd)].reset();
  --open_;
  close(fd);
}

}  // namespace scraper::test
