#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An HTTPS server that speaks HTTP/2 or HTTP/1.1 and tells on which connection it was asked.

  tls_site.py --certificate FILE --key FILE [--http1] [--hang N] [--streams N] [--requests N] [--delay MS] [--body N]

It prints `PORT` and the port of 127.0.0.1 that it listens on. Every answer is 200, and its body is the number of the connection, from 1, and dots after it up to the length
that is asked for. HTTP/2 is
as much of RFC 9113 as that takes: requests are not read, so header compression (RFC 7541) is one byte of the static table."""
import argparse
import collections
import contextlib
import select
import socket
import ssl
import struct
import threading
import time

PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
ACK = END_STREAM = 1
END_HEADERS = 4
STATUS_200 = b'\x88'
MAX_CONCURRENT_STREAMS = 3
FRAME_MAX = 16384


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--certificate', required=True)
    parser.add_argument('--key', required=True)
    parser.add_argument('--http1', action='store_true', help='HTTP/1.1 alone')
    parser.add_argument('--hang', type=int, default=0, metavar='N', help='on the first N connections TLS never begins')
    parser.add_argument('--streams', type=int, default=1000, metavar='N', help='so many requests at once on a connection')
    parser.add_argument('--requests', type=int, default=0, metavar='N', help='so many requests on a connection, then no more; 0: any')
    parser.add_argument('--delay', type=float, default=0, metavar='MS', help='before each answer')
    parser.add_argument('--body', type=int, default=0, metavar='N', help='bytes of each body; less than flow control stops')
    return parser.parse_args()


def frame(kind, flags, stream, payload=b''):
    return struct.pack('>I', len(payload))[1:] + struct.pack('>BBI', kind, flags, stream) + payload


class Connection:
    def __init__(self, plain, context, number, given):
        self.plain, self.context, self.body, self.given = plain, context, str(number).encode().ljust(given.body, b'.'), given
        self.hangs = number <= given.hang
        self.delay_s = given.delay / 1000
        self.input = b''
        self.requests = 0
        self.due = collections.deque()  # of answers: when, and on which stream

    def serve(self):
        if self.hangs:
            while self.plain.recv(4096):
                pass
            return
        with self.context.wrap_socket(self.plain, server_side=True) as self.secure:
            if self.secure.selected_alpn_protocol() == 'h2':
                self.serve_http2()
            else:
                self.serve_http1()

    def serve_http1(self):
        while self.receive():
            while b'\r\n\r\n' in self.input:
                self.input = self.input.partition(b'\r\n\r\n')[2]
                time.sleep(self.delay_s)
                self.secure.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (len(self.body), self.body))

    def receive(self):
        data = self.secure.recv(65536)
        self.input += data
        return data

    def serve_http2(self):
        self.secure.sendall(frame(SETTINGS, 0, 0, struct.pack('>HI', MAX_CONCURRENT_STREAMS, self.given.streams)))
        preface = True
        while True:
            wait_s = max(0, self.due[0][0] - time.monotonic()) if self.due else None
            if self.secure.pending() or select.select([self.secure], [], [], wait_s)[0]:
                if not self.receive():
                    return
                if preface and len(self.input) >= len(PREFACE):
                    self.input = self.input.removeprefix(PREFACE)
                    preface = False
            while len(self.input) >= 9 and len(self.input) >= 9 + int.from_bytes(self.input[:3], 'big'):
                end = 9 + int.from_bytes(self.input[:3], 'big')
                kind, flags, stream = struct.unpack('>BBI', self.input[3:9])
                payload, self.input = self.input[9:end], self.input[end:]
                self.on_frame(kind, flags, stream, payload)
            while self.due and self.due[0][0] <= time.monotonic():
                stream = self.due.popleft()[1]
                self.secure.sendall(frame(HEADERS, END_HEADERS, stream, STATUS_200) + self.data(stream))

    def data(self, stream):
        parts = [self.body[at:at + FRAME_MAX] for at in range(0, len(self.body), FRAME_MAX)]
        return b''.join(frame(DATA, 0, stream, part) for part in parts[:-1]) + frame(DATA, END_STREAM, stream, parts[-1])

    def on_frame(self, kind, flags, stream, payload):
        if kind in (SETTINGS, PING) and not flags & ACK:
            self.secure.sendall(frame(kind, ACK, 0, payload if kind == PING else b''))
        elif kind == HEADERS:  # libcurl's fit into one frame, and its GET ends the stream with it
            self.requests += 1
            if self.given.requests and self.requests > self.given.requests:
                return  # RFC 9113 6.8: the client knows by GOAWAY that it was ignored
            self.due.append((time.monotonic() + self.delay_s, stream))
            if self.requests == self.given.requests:
                self.secure.sendall(frame(GOAWAY, 0, 0, struct.pack('>II', stream, 0)))


def serve(connection):
    with contextlib.suppress(OSError), connection.plain:
        connection.serve()


def main():
    given = arguments()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given.certificate, given.key)
    context.set_alpn_protocols(['http/1.1'] if given.http1 else ['h2', 'http/1.1'])
    with socket.create_server(('127.0.0.1', 0), backlog=1024) as listener:
        print('PORT', listener.getsockname()[1], flush=True)
        number = 0
        while True:
            plain, _ = listener.accept()
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number += 1
            threading.Thread(target=serve, args=(Connection(plain, context, number, given),), daemon=True).start()


if __name__ == '__main__':
    main()
