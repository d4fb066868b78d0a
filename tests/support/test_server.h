// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/model/fetch.h"
#include "tests/support/http_reply.h"

namespace scraper::test {

/// A request as the server's log has it.
struct ServedRequest {
  Now at;  ///< when its head was complete
  std::string method;
  std::string target;
  uint64_t connection = 0;  ///< number of the connection, from 1
  size_t concurrent = 0;    ///< requests being answered then, this one among them
  Headers headers;
};

struct TestServerSettings {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6
  uint16_t port = 0;                  ///< 0: any free one
  std::string site;                   ///< a directory of files; empty: none
  std::string log_file;               ///< a line a request, and one when its answer is out; empty: none
  size_t tree_pages = 0;              ///< of a generated site (see TreeSite); 0: none
  Duration tree_delay{0};             ///< before each of its answers
};

/// An HTTP/1.1 server that misbehaves on demand: the query of a URL says how (see ReplyBuilder). One thread of its own,
/// driven by epoll; carries 10,000 connections where RLIMIT_NOFILE lets it. Destruction closes everything at once.
///
/// Every public function may be called from any thread.
class TestServer {
 public:
  explicit TestServer(const TestServerSettings& settings = {});  ///< listens when it returns; CHECKs that it can
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  uint16_t port() const { return port_; }
  std::string url(std::string_view path_and_query = "/") const;  ///< `http://127.0.0.1:PORT/...`

  /// From now on `path` is answered with these bytes, and then the connection is closed. Who knows it by
  /// `etag` already is answered 304; empty: nobody.
  void raw(std::string path, std::string bytes, std::string etag = {});

  std::vector<ServedRequest> requests() const;   ///< the first kLogMax of them
  size_t accepted() const { return accepted_; }  ///< connections so far
  size_t open_connections() const { return open_; }
  size_t peak_connections() const { return peak_connections_; }
  size_t served() const { return served_; }                      ///< requests so far
  size_t peak_concurrency() const { return peak_concurrency_; }  ///< most requests being answered at once

  static constexpr size_t kLogMax = 100'000;

 private:
  struct Connection {
    int fd = -1;
    uint64_t number = 0;
    std::string in;
    bool answering = false;
    std::string target;  ///< of the request being answered
    Reply reply;
    size_t offset = 0;  ///< into the bytes of the reply's first Send
    bool wants_write = false;
    uint64_t timer = 0;  ///< the one that counts; 0: none
  };
  struct Timer {
    SteadyTime at;
    int fd;
    uint64_t number;
    bool operator>(const Timer& other) const { return at > other.at; }
  };

  void run();
  int wait_ms() const;
  void accept_all();
  void on_event(int fd, uint32_t events);
  void fire_timers();
  void read_from(Connection& connection);
  void serve(Connection& connection);
  void gather(const Connection& connection, uint64_t together);
  void log(const HttpRequest& request, const Connection& connection);
  void log_end(const Connection& connection, const char* how);
  bool advance(Connection& connection);
  bool send_out(Connection& connection, Send& send);
  bool finish(Connection& connection);
  void sleep(Connection& connection, Duration pause);
  void watch(Connection& connection, bool writable);
  void drop(Connection& connection, bool reset);

  int listener_ = -1;
  int epoll_ = -1;
  int stop_ = -1;  ///< eventfd
  uint16_t port_ = 0;
  std::string host_;
  std::FILE* log_file_ = nullptr;

  mutable std::mutex mutex_;  ///< of the builder and the log
  ReplyBuilder builder_;
  std::vector<ServedRequest> log_;

  std::atomic<size_t> accepted_{0}, open_{0}, peak_connections_{0}, served_{0}, peak_concurrency_{0};

  // The server's thread alone.
  std::vector<std::unique_ptr<Connection>> connections_;  ///< by descriptor
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  uint64_t last_timer_ = 0;
  std::vector<std::pair<int, uint64_t>> gathered_;  ///< descriptor and timer of those that wait for others
  size_t answering_ = 0;

  std::jthread thread_;
};

}  // namespace scraper::test
