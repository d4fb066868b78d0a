// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace scraper::test {

/// A TCP port of 127.0.0.1 on which nobody listens.
uint16_t unused_port();

/// Listens, but its backlog is full: who connects waits for ever.
class FullBacklog {
 public:
  FullBacklog();
  ~FullBacklog();
  FullBacklog(const FullBacklog&) = delete;
  FullBacklog& operator=(const FullBacklog&) = delete;
  std::string url() const;

 private:
  std::vector<int> sockets_;
  uint16_t port_ = 0;
};

/// Connections are accepted by the kernel, and that is all that ever happens.
class SilentServer {
 public:
  SilentServer();
  ~SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  uint16_t port() const { return port_; }

 protected:
  uint16_t port_ = 0;
  int listener_ = -1;
};

/// Answers each connection with bytes that belong to no protocol.
class GarbageServer : private SilentServer {
 public:
  GarbageServer();
  ~GarbageServer();
  using SilentServer::port;

 private:
  std::thread thread_;
};

/// An HTTPS server in a process of its own, with a certificate for 127.0.0.1 that it signed itself.
class CertifiedServer {
 public:
  CertifiedServer(const CertifiedServer&) = delete;
  CertifiedServer& operator=(const CertifiedServer&) = delete;
  bool running() const { return port_ != 0; }  ///< false: a program that it takes is not here
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/"; }
  std::string certificate() const { return directory_ + "/cert.pem"; }

 protected:
  CertifiedServer();  ///< makes the certificate
  ~CertifiedServer();
  std::string key() const { return directory_ + "/key.pem"; }

  /// Starts the program, and waits for a line of its output that tells the port: a format of scanf, with one %u.
  void start(const std::vector<std::string>& command, const char* port_line);

 private:
  std::string directory_;
  bool certified_ = false;
  pid_t process_ = -1;
  std::FILE* output_ = nullptr;  ///< kept open, for a closed one would end the server
  uint16_t port_ = 0;
};

/// `openssl s_server`, which answers with what it knows of the TLS connection.
class TlsServer : public CertifiedServer {
 public:
  TlsServer();
};

/// tests/support/tls_site.py with its options: HTTP/2 or HTTP/1.1, and every body is the number of its connection.
class TlsSite : public CertifiedServer {
 public:
  explicit TlsSite(const std::vector<std::string>& options = {});
};

/// Makes name look-ups of the calling thread, and of the threads it starts from then on, hang: it gives them a private
/// /etc/resolv.conf, by a mount namespace, that names a server which never answers. Empty, or why it cannot be done
/// here.
std::string make_lookups_hang();

}  // namespace scraper::test
