// SPDX-License-Identifier: MIT
#include "scraper/fetch/kept_connections.h"

#include <poll.h>
#include <sys/socket.h>

namespace scraper {

void KeptConnections::break_off_unasked(int socket) const {
  if (!is_open(socket) || !sockets_[static_cast<size_t>(socket)].plain) return;
  char byte = 0;
  if (recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return;
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  (void)connect(socket, &nobody, sizeof nobody);  // sends RST, and drops what has come
}

void KeptConnections::break_off_unasked() const {
  std::vector<pollfd> plain;
  size_t left = open_;
  for (size_t at = 0; left > 0; ++at) {
    if (!sockets_[at].open) continue;
    if (sockets_[at].plain) plain.push_back({static_cast<int>(at), POLLIN, 0});
    --left;
  }
  if (poll(plain.data(), plain.size(), 0) <= 0) return;
  for (const pollfd& one : plain) {
    if (one.revents != 0) break_off_unasked(one.fd);
  }
}

}  // namespace scraper
