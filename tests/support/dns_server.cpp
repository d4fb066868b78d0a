// SPDX-License-Identifier: MIT
#include "tests/support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "scraper/base/ascii.h"
#include "scraper/base/check.h"

namespace scraper::test {
namespace {

constexpr size_t kHeaderBytes = 12;
constexpr uint16_t kA = 1, kCname = 5, kAaaa = 28;

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8 & 0xff);
  out += static_cast<char>(value & 0xff);
}
void put32(std::string& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

std::string labels_of(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return out + '\0';
}

/// A question as RFC 1035 4.1 has it.
struct Question {
  std::string name;
  uint16_t type = 0;
  size_t end = 0;  ///< offset of what comes after it
};

std::optional<Question> read_question(std::string_view message) {
  Question question;
  size_t at = kHeaderBytes;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<size_t>(static_cast<uint8_t>(message[at]));
    if (length > 63 || at + 1 + length >= message.size()) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    question.name += to_lower(message.substr(at + 1, length));
    at += 1 + length;
  }
  if (at + 5 > message.size()) return std::nullopt;
  question.type =
      static_cast<uint16_t>(static_cast<uint8_t>(message[at + 1]) << 8 | static_cast<uint8_t>(message[at + 2]));
  question.end = at + 5;
  return question;
}

/// The records of a reply, of the type asked for; how many there are goes into `count`.
std::string records(const DnsReply& reply, uint16_t type, unsigned& count) {
  std::string out;
  const auto begin = [&](const std::string& owner, uint16_t of, uint32_t ttl_s, size_t bytes) {
    out += owner;
    put16(out, of);
    put16(out, 1);  // IN
    put32(out, ttl_s);
    put16(out, static_cast<unsigned>(bytes));
    ++count;
  };
  std::string owner = "\xc0\x0c";  // a pointer to the question's name
  if (!reply.alias.empty()) {
    const std::string target = labels_of(reply.alias);
    begin(owner, kCname, reply.alias_ttl_s, target.size());
    out += target;
    owner = target;
  }
  for (const std::string& address : reply.addresses) {
    const bool six = address.find(':') != std::string::npos;
    if (type != (six ? kAaaa : kA)) continue;
    std::array<char, 16> bytes{};
    SCRAPER_CHECK(inet_pton(six ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) == 1);
    begin(owner, type, reply.ttl_s, six ? 16 : 4);
    out.append(bytes.data(), six ? 16 : 4);
  }
  return out;
}

int listen_on(int type, uint16_t port, uint16_t& got) {
  const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  SCRAPER_CHECK(fd >= 0);
  const int room = 4 << 20, yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (type == SOCK_STREAM) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t bytes = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), bytes) != 0) {
    close(fd);
    return -1;
  }
  SCRAPER_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes) == 0);
  got = ntohs(address.sin_port);
  SCRAPER_CHECK(type != SOCK_STREAM || listen(fd, 64) == 0);
  return fd;
}

}  // namespace

DnsServer::DnsServer(uint16_t port) : stop_(eventfd(0, EFD_CLOEXEC)) {
  // A free UDP port may be taken for TCP.
  for (int tries = 0; tcp_ < 0 && tries < 20; ++tries) {
    if (udp_ >= 0) close(udp_);
    udp_ = listen_on(SOCK_DGRAM, port, port_);
    SCRAPER_CHECK(udp_ >= 0);
    tcp_ = listen_on(SOCK_STREAM, port_, port_);
  }
  SCRAPER_CHECK(tcp_ >= 0);
  thread_ = std::jthread([this] { run(); });
}

DnsServer::~DnsServer() {
  const uint64_t one = 1;
  SCRAPER_CHECK(write(stop_, &one, sizeof one) == sizeof one);
  thread_.join();
  for (const int fd : {udp_, tcp_, stop_}) close(fd);
}

std::string DnsServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

void DnsServer::set(std::string name, DnsReply reply) {
  const std::lock_guard lock(mutex_);
  replies_[std::move(name)] = std::move(reply);
}

void DnsServer::set_others(DnsReply reply) {
  const std::lock_guard lock(mutex_);
  others_ = std::move(reply);
}

size_t DnsServer::questions(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find(name);
  return found == asked_.end() ? 0 : found->second;
}

void DnsServer::run() {
  std::array<pollfd, 3> wait{{{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (true) {
    poll(wait.data(), wait.size(), -1);
    if (wait[2].revents != 0) return;
    if (wait[1].revents != 0) serve_tcp();
    std::array<char, 1500> buffer;
    sockaddr_in from{};
    socklen_t from_bytes = sizeof from;
    auto* peer = reinterpret_cast<sockaddr*>(&from);
    while (true) {
      const ssize_t got = recvfrom(udp_, buffer.data(), buffer.size(), MSG_DONTWAIT, peer, &from_bytes);
      if (got < 0) break;
      const auto reply = reply_to({buffer.data(), static_cast<size_t>(got)}, false);
      if (reply) sendto(udp_, reply->data(), reply->size(), 0, peer, from_bytes);
    }
  }
}

void DnsServer::serve_tcp() {
  const int fd = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  timeval patience{2, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  // Questions, each with its length before it (RFC 1035 4.2.2), until the other side closes.
  std::string in;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    in.append(buffer.data(), static_cast<size_t>(got));
    while (in.size() >= 2) {
      const auto bytes = static_cast<size_t>(static_cast<uint8_t>(in[0]) << 8 | static_cast<uint8_t>(in[1]));
      if (in.size() < 2 + bytes) break;
      if (const auto reply = reply_to(std::string_view(in).substr(2, bytes), true)) {
        std::string out;
        put16(out, static_cast<unsigned>(reply->size()));
        out += *reply;
        if (send(fd, out.data(), out.size(), MSG_NOSIGNAL) < 0) break;
      }
      in.erase(0, 2 + bytes);
    }
  }
  close(fd);
}

std::optional<std::string> DnsServer::reply_to(std::string_view message, bool tcp) {
  const auto question = read_question(message);
  if (!question) return std::nullopt;
  DnsReply reply;
  {
    const std::lock_guard lock(mutex_);
    const auto found = replies_.find(question->name);
    reply = found == replies_.end() ? others_ : found->second;
    ++asked_[question->name];
  }
  ++questions_;
  using Kind = DnsReply::Kind;
  if (reply.kind == Kind::silence) return std::nullopt;
  unsigned flags = 0x8180;  // a response, recursion desired and available
  if (reply.kind == Kind::no_such_name) flags |= 3;
  if (reply.kind == Kind::server_failed) flags |= 2;
  const bool cut = reply.kind == Kind::truncated && !tcp;
  if (cut) flags |= 0x0200;
  unsigned count = 0;
  std::string answers;
  if (flags == 0x8180) answers = records(reply, question->type, count);
  std::string out(message.substr(0, 2));
  put16(out, flags);
  put16(out, 1);
  put16(out, count);
  put32(out, 0);
  out += message.substr(kHeaderBytes, question->end - kHeaderBytes);
  return out + answers;
}

}  // namespace scraper::test
