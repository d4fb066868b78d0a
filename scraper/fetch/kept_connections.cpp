// SPDX-License-Identifier: MIT
#include "scraper/fetch/kept_connections.h"

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
  size_t left = open_;
  for (size_t at = 0; left > 0; ++at) {
    if (!sockets_[at].open) continue;
    break_off_unasked(static_cast<int>(at));
    --left;
  }
}

}  // namespace scraper
