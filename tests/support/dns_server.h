// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace scraper::test {

/// How questions for a name are answered.
struct DnsReply {
  enum class Kind { records, no_such_name, server_failed, silence, truncated };
  Kind kind = Kind::records;           ///< truncated: over UDP no record but the word that TCP has them
  std::vector<std::string> addresses;  ///< A and AAAA records; none of the family asked for: no data
  uint32_t ttl_s = 300;
  std::string alias;  ///< a CNAME that stands before them; empty: none
  uint32_t alias_ttl_s = 300;
};

/// A name server on 127.0.0.1, UDP and TCP on one port, with one thread of its own. Every public function may be called
/// from any thread.
class DnsServer {
 public:
  explicit DnsServer(uint16_t port = 0);  ///< 0: any free one; answers when it returns; CHECKs that it can
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  uint16_t port() const { return port_; }
  std::string address() const;  ///< `127.0.0.1:PORT`

  void set(std::string name, DnsReply reply);
  void set_others(DnsReply reply);  ///< of names that nothing was set for; at first: no such name

  size_t questions() const { return questions_; }   ///< for either record
  size_t questions(const std::string& name) const;  ///< for either record of the name

 private:
  void run();
  void serve_tcp();
  std::optional<std::string> reply_to(std::string_view question, bool tcp);

  int udp_ = -1;
  int tcp_ = -1;
  int stop_ = -1;  ///< eventfd
  uint16_t port_ = 0;

  mutable std::mutex mutex_;
  std::map<std::string, DnsReply, std::less<>> replies_;
  DnsReply others_{DnsReply::Kind::no_such_name, {}, 300, {}, 300};
  std::map<std::string, size_t, std::less<>> asked_;

  std::atomic<size_t> questions_{0};
  std::jthread thread_;
};

}  // namespace scraper::test
