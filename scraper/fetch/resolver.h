// SPDX-License-Identifier: MIT
#pragma once

#include <ares.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scraper/base/clock.h"
#include "scraper/fetch/dns_cache.h"
#include "scraper/fetch/hosts_file.h"

namespace scraper {

struct ResolverSettings {
  std::vector<std::string> servers;       ///< each `address` or `address:port`, IPv6 in brackets; none: resolv.conf(5)
  std::string hosts_path = "/etc/hosts";  ///< hosts(5)
  Duration question_timeout{2'500};       ///< then the next server is asked; doubled each time all have been
  int tries = 3;                          ///< of each server
  size_t look_ups_max = 256;  ///< questions at once, for two records each; more would overrun a server's buffer
  size_t cache_entries_max = 65'536;
};

/// Looks names up, without a thread of its own: c-ares over sockets that the owner's epoll watches through one
/// descriptor. Debian's libcurl would start a thread for each look-up.
///
/// A name is known, in this order, as localhost (RFC 6761 6.3: loopback, nobody is asked), by the table in hosts(5), by
/// the cache, or by what the name servers of resolv.conf(5) say, its search list included. Answers are kept for their
/// time to live within bounds, that there is no such name (or no address) for ten seconds, other failures not at all.
/// Whoever asks for a name that is being looked up shares that look-up. A and AAAA records are asked for both; where
/// both come, those of the family that this machine has a route for come first, and libcurl tries them in turn (RFC
/// 8305).
///
/// Only what is in hosts(5) and DNS is found: nsswitch.conf's other sources (mDNS, LDAP) are not asked.
///
/// Owned and used by one thread. It has no deadlines for those who wait: forget says when they have had enough. c-ares
/// holds its address, so it can be neither copied nor moved.
class Resolver {
 public:
  /// What has become of a ticket.
  struct Answer {
    uint64_t ticket;
    Resolution resolution;
  };

  explicit Resolver(ResolverSettings settings);  ///< throws std::runtime_error when the settings or the machine refuse
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// What a name (in lower case, no address) leads to, when that is known; else the answer comes from act, under the
  /// ticket, which is the caller's and in use once at a time.
  std::optional<Resolution> resolve(const std::string& name, uint64_t ticket, SteadyTime now);

  /// The ticket gets no answer any more. It must wait for this name.
  void forget(const std::string& name, uint64_t ticket);

  /// For epoll: readable when act has something to do.
  int descriptor() const { return epoll_; }

  /// When act has something to do although the descriptor is not readable; nullopt: never.
  std::optional<SteadyTime> next_wake() const;

  /// Goes on without waiting, and says which tickets have their answer.
  std::vector<Answer> act(SteadyTime now);

  size_t under_way() const { return look_ups_.size(); }

 private:
  struct LookUp {
    Resolver* resolver;
    std::string name;
    std::vector<uint64_t> waiting;
    bool asked = false;
  };
  struct Finished {
    LookUp* look_up;
    Resolution resolution;
    std::optional<Duration> keep;  ///< how long the answer holds; nullopt: it is for those who wait alone
  };
  struct ChannelDeleter {
    void operator()(ares_channel channel) const noexcept { ares_destroy(channel); }
  };

  void open_channel();
  void ask(LookUp& look_up);
  void ask_more();
  void hear_sockets();
  std::vector<Answer> settle(SteadyTime now);
  void set_timer(SteadyTime now);
  void on_socket(int socket, bool readable, bool writable) noexcept;
  void on_answer(LookUp& look_up, int status, int timeouts, const ares_addrinfo* found);

  const ResolverSettings settings_;
  const int family_;  ///< AF_INET where no IPv6 socket can be made
  HostsFile hosts_;
  DnsCache cache_;
  std::unordered_map<std::string, std::unique_ptr<LookUp>> look_ups_;  ///< by name
  std::deque<LookUp*> queue_;                                          ///< not asked yet
  size_t asked_ = 0;
  std::vector<Finished> finished_;  ///< since the last settle
  std::optional<SteadyTime> timer_at_;
  const int epoll_;
  std::unique_ptr<ares_channeldata, ChannelDeleter> channel_;  ///< goes first: its callbacks use all the rest
};

}  // namespace scraper
