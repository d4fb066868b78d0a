# SPDX-License-Identifier: MIT
"""A DNS server on loopback for the time of a `with` block: any name is 127.0.0.1, and has no IPv6 address (RFC 1035, RFC 2308)."""
import multiprocessing
import socket
import struct

A, INTERNET = 1, 1
TTL_S = 300
LIFE_S = 1200


def answer(query):
    """The reply to a query's packet; None when it is none."""
    if len(query) < 17 or query[2] & 0x80:
        return None
    end = 12
    while end < len(query) and query[end] != 0:
        end += query[end] + 1
    question = query[12:end + 5]
    if len(question) < 5:
        return None
    kind, of = struct.unpack('>HH', question[-4:])
    found = kind == A and of == INTERNET
    head = query[:2] + struct.pack('>HHHHH', 0x8580, 1, 1 if found else 0, 0, 0)
    record = struct.pack('>HHHIH4s', 0xC00C, A, INTERNET, TTL_S, 4, b'\x7f\0\0\1') if found else b''
    return head + question + record


def serve(listener):
    listener.settimeout(LIFE_S)
    while True:
        try:
            query, peer = listener.recvfrom(4096)
        except (TimeoutError, KeyboardInterrupt):
            return
        reply = answer(query)
        if reply is not None:
            listener.sendto(reply, peer)


class NameServer:
    """`with NameServer() as address`: 127.0.0.1:PORT, UDP alone."""

    def __enter__(self):
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        listener.bind(('127.0.0.1', 0))
        self.process = multiprocessing.Process(target=serve, args=(listener,), daemon=True)
        self.process.start()
        with listener:
            return '127.0.0.1:%d' % listener.getsockname()[1]

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()
