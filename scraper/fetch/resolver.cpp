// SPDX-License-Identifier: MIT
#include "scraper/fetch/resolver.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "scraper/base/check.h"
#include "scraper/fetch/address_guard.h"

namespace scraper {
namespace {

constexpr Duration kKeepLeast{1'000};
constexpr Duration kKeepMost{3'600'000};
constexpr Duration kKeepPartly{30'000};  // one family's records came, the other's server did not answer at first
constexpr Duration kKeepNoName{10'000};  // RFC 2308 5 leaves less than what a zone says to us
constexpr Duration kTimerMost{1'000};    // ares_timeout walks all questions, so it is asked this seldom
constexpr size_t kAddressesMax = 8;      // of each family
constexpr std::string_view kLoopback = "[::1],127.0.0.1";  // in libcurl's order

int usable_family() {
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return AF_INET;
  close(fd);
  return AF_UNSPEC;
}

/// Whether the kernel knows a way to the address; nothing is sent.
bool has_route(const sockaddr& address, socklen_t bytes) {
  const int fd = socket(address.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool reachable = connect(fd, &address, bytes) == 0;
  close(fd);
  return reachable;
}

void add_address(std::string& list, const ares_addrinfo_node& node) {
  if (!list.empty()) list += ',';
  const std::string text = address_text(*node.ai_addr);
  list += node.ai_family == AF_INET6 ? '[' + text + ']' : text;
}

struct Records {
  std::string four, six;
  const ares_addrinfo_node* first_six = nullptr;
  Duration ttl = kKeepMost;
};

Records read_records(const ares_addrinfo& found) {
  Records records;
  const auto limit = [&](int seconds) { records.ttl = std::min(records.ttl, Duration{1000LL * seconds}); };
  size_t fours = 0, sixes = 0;
  for (const ares_addrinfo_node* node = found.nodes; node != nullptr; node = node->ai_next) {
    limit(node->ai_ttl);
    if (node->ai_family == AF_INET6 && sixes++ < kAddressesMax) {
      if (records.first_six == nullptr) records.first_six = node;
      add_address(records.six, *node);
    } else if (node->ai_family == AF_INET && fours++ < kAddressesMax) {
      add_address(records.four, *node);
    }
  }
  for (const ares_addrinfo_cname* alias = found.cnames; alias != nullptr; alias = alias->next) limit(alias->ttl);
  records.ttl = std::max(records.ttl, kKeepLeast);
  return records;
}

/// The family that can be reached comes first: libcurl begins with the first address.
std::string in_order(const Records& records) {
  if (records.six.empty()) return records.four;
  if (records.four.empty()) return records.six;
  const bool six_first = has_route(*records.first_six->ai_addr, static_cast<socklen_t>(records.first_six->ai_addrlen));
  return six_first ? records.six + ',' + records.four : records.four + ',' + records.six;
}

std::string problem_text(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return "no such name";
    case ARES_ENODATA:
      return "the name has no address";
    case ARES_EBADNAME:
      return "DNS has no such names";
    case ARES_ESERVFAIL:
      return "the name server failed";
    case ARES_EREFUSED:
      return "the name server refuses to answer";
    case ARES_ETIMEOUT:
      return "the name servers do not answer";
    case ARES_ECONNREFUSED:  // also what c-ares says when all servers said SERVFAIL, NOTIMP or REFUSED
      return "no name server was of help";
    default:
      return ares_strerror(status);
  }
}

bool says_no_name(int status) { return status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME; }

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

void check(int status) {
  if (status != ARES_SUCCESS) throw std::runtime_error(std::string("cannot look names up: ") + ares_strerror(status));
}

int make_epoll() {
  const int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot look names up");
  return fd;
}

/// ares_library_init, once a process; never undone, as curl_global_init is not.
void init_ares() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  check(status);
}

}  // namespace

Resolver::Resolver(ResolverSettings settings)
    : settings_(std::move(settings)),
      family_(usable_family()),
      hosts_(settings_.hosts_path),
      cache_(settings_.cache_entries_max),
      epoll_(make_epoll()) {
  try {
    open_channel();
  } catch (...) {
    close(epoll_);
    throw;
  }
}

Resolver::~Resolver() {
  channel_.reset();
  close(epoll_);
}

void Resolver::open_channel() {
  init_ares();
  static char dns_alone[] = "b";  // hosts(5) is read here
  ares_options options{};
  options.timeout = static_cast<int>(settings_.question_timeout.count());
  options.tries = settings_.tries;
  options.lookups = dns_alone;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) noexcept {
    static_cast<Resolver*>(self)->on_socket(socket, readable != 0, writable != 0);
  };
  ares_channel channel = nullptr;
  check(ares_init_options(&channel, &options,
                          ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB));
  channel_.reset(channel);
  if (!settings_.servers.empty()) check(ares_set_servers_ports_csv(channel, joined(settings_.servers).c_str()));
}

std::optional<Resolution> Resolver::resolve(const std::string& name, uint64_t ticket, SteadyTime now) {
  if (is_localhost(name)) return Resolution{std::string(kLoopback), {}};
  if (const std::string* listed = hosts_.find(name, now)) return Resolution{*listed, {}};
  if (const Resolution* known = cache_.find(name, now)) return *known;
  std::unique_ptr<LookUp>& look_up = look_ups_[name];
  if (look_up == nullptr) {
    look_up = std::make_unique<LookUp>(LookUp{this, name, {}, false});
    queue_.push_back(look_up.get());
  }
  look_up->waiting.push_back(ticket);
  ask_more();
  if (!timer_at_) set_timer(now);
  return std::nullopt;
}

void Resolver::forget(const std::string& name, uint64_t ticket) {
  const auto found = look_ups_.find(name);
  SCRAPER_CHECK(found != look_ups_.end());
  // A look-up that nobody waits for goes on: its answer is worth keeping, and c-ares has no way to stop it alone.
  SCRAPER_CHECK(std::erase(found->second->waiting, ticket) == 1);
}

std::optional<SteadyTime> Resolver::next_wake() const { return finished_.empty() ? timer_at_ : SteadyTime::min(); }

std::vector<Resolver::Answer> Resolver::act(SteadyTime now) {
  hear_sockets();
  if (timer_at_ && now >= *timer_at_) {
    ares_process_fd(channel_.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    timer_at_.reset();
  }
  std::vector<Answer> answers = settle(now);
  if (!timer_at_ || asked_ == 0) set_timer(now);
  return answers;
}

void Resolver::ask(LookUp& look_up) {
  look_up.asked = true;
  ++asked_;
  ares_addrinfo_hints hints{};
  hints.ai_flags = ARES_AI_NOSORT;  // sorting asks the kernel about each address
  hints.ai_family = family_;
  hints.ai_socktype = SOCK_STREAM;
  const auto on_answer = [](void* to, int status, int timeouts, ares_addrinfo* found) noexcept {
    auto& asked = *static_cast<LookUp*>(to);
    asked.resolver->on_answer(asked, status, timeouts, found);
    if (found != nullptr) ares_freeaddrinfo(found);
  };
  ares_getaddrinfo(channel_.get(), look_up.name.c_str(), nullptr, &hints, on_answer, &look_up);
}

void Resolver::ask_more() {
  while (!queue_.empty() && asked_ < settings_.look_ups_max) {
    LookUp& next = *queue_.front();
    queue_.pop_front();
    if (next.waiting.empty())
      look_ups_.erase(std::string(next.name));
    else
      ask(next);
  }
}

void Resolver::hear_sockets() {
  std::array<epoll_event, 16> events;
  int count = 0;
  do {
    count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    SCRAPER_CHECK(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      const bool readable = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
      const bool writable = (event.events & (EPOLLOUT | EPOLLERR)) != 0;
      ares_process_fd(channel_.get(), readable ? event.data.fd : ARES_SOCKET_BAD,
                      writable ? event.data.fd : ARES_SOCKET_BAD);
    }
  } while (count == static_cast<int>(events.size()));
}

std::vector<Resolver::Answer> Resolver::settle(SteadyTime now) {
  std::vector<Answer> answers;
  // What can be refused at once finishes while it is asked.
  while (!finished_.empty()) {
    for (Finished& done : std::exchange(finished_, {})) {
      --asked_;
      for (const uint64_t ticket : done.look_up->waiting) answers.push_back(Answer{ticket, done.resolution});
      const std::string name = std::move(done.look_up->name);
      look_ups_.erase(name);
      if (done.keep) cache_.put(name, std::move(done.resolution), now + *done.keep);
    }
    ask_more();
  }
  return answers;
}

void Resolver::set_timer(SteadyTime now) {
  timer_at_.reset();
  timeval room{};
  if (asked_ == 0 || ares_timeout(channel_.get(), nullptr, &room) == nullptr) return;
  const auto wait = std::chrono::seconds{room.tv_sec} + std::chrono::microseconds{room.tv_usec};
  timer_at_ = now + std::min(std::chrono::ceil<Duration>(wait), kTimerMost);
}

void Resolver::on_socket(int socket, bool readable, bool writable) noexcept {
  epoll_event event{};
  event.data.fd = socket;
  if (!readable && !writable) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, &event);
    return;
  }
  if (readable) event.events |= EPOLLIN;
  if (writable) event.events |= EPOLLOUT;
  const bool watched =
      epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) == 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0;
  SCRAPER_CHECK(watched);
}

void Resolver::on_answer(LookUp& look_up, int status, int timeouts, const ares_addrinfo* found) {
  if (status == ARES_EDESTRUCTION) return;  // nobody waits any longer
  Finished done{&look_up, {}, std::nullopt};
  if (status == ARES_SUCCESS && found != nullptr) {
    const Records records = read_records(*found);
    done.resolution.addresses = in_order(records);
    const bool partly = timeouts > 0 && (records.six.empty() || records.four.empty());
    done.keep = partly ? std::min(records.ttl, kKeepPartly) : records.ttl;
  }
  if (done.resolution.addresses.empty()) {
    if (status == ARES_SUCCESS) status = ARES_ENODATA;
    done.resolution.problem = problem_text(status);
    done.keep = says_no_name(status) ? std::optional(kKeepNoName) : std::nullopt;
  }
  finished_.push_back(std::move(done));
}

}  // namespace scraper
