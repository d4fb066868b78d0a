# SPDX-License-Identifier: MIT
"""nginx for the time of a `with` block: one process, one worker, on free ports of 127.0.0.1, with a configuration of its own."""
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request

from measuring import fail, kill_group

LIFE_S = 7200  # it ends by itself even if the bench is killed
CACHED = 10_000  # files that it keeps open
PORTS = ('plain', 'closing', 'tls', 'http2')

CONFIG = '''
daemon off; master_process off; pid %(folder)s/pid; worker_rlimit_nofile %(files)d;
events { worker_connections %(connections)d; multi_accept on; }
http {
  access_log off; sendfile on; tcp_nopush on; etag on;
  keepalive_requests 1000000; keepalive_timeout 300s; reset_timedout_connection on;
  open_file_cache max=%(cached)d inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy; fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi; scgi_temp_path %(folder)s/scgi;
  types { text/html html; } default_type application/octet-stream;
  server {
    listen 127.0.0.1:%(plain)d backlog=16384;
    root %(site)s;
    location = /status { stub_status; }
    location /raw/ { types { } alias %(site)s/; }
    location ~ "^/copy/(?<copy>\\d+)(?<page>/.*)$" { alias %(site)s$page; sub_filter '</head>' '<meta name="copy" content="$copy"></head>'; }
    location ~ "^/synthetic/(?<decade>\\d*)(?<digit>\\d)$" { default_type text/html; return 200 '%(synthetic)s'; }
  }
  server {
    listen 127.0.0.1:%(closing)d backlog=16384;
    keepalive_timeout 0;
    location / { default_type text/html; return 200 '<!DOCTYPE html><title>Small</title><p>A page and no link.'; }
  }
  ssl_certificate %(folder)s/cert.pem; ssl_certificate_key %(folder)s/key.pem; ssl_session_cache shared:tls:4m;
  server {
    listen 127.0.0.1:%(tls)d ssl backlog=4096;
    root %(site)s;
    location /raw/ { types { } alias %(site)s/; }
  }
  server {
    listen 127.0.0.1:%(http2)d ssl http2 backlog=4096;
    root %(site)s;
    location /raw/ { types { } alias %(site)s/; }
  }
}
'''


def synthetic_page():
    """2 KB and 10 links, half of them on every page, half to its neighbours in the same ten."""
    links = ''.join(f'<li><a href="/synthetic/{digit}">Section {digit}</a>' for digit in range(5))
    links += ''.join(f'<li><a href="/synthetic/${{decade}}{digit}">Item ${{decade}}{digit}</a>' for digit in range(5))
    words = 'A paragraph of an ordinary page about number $decade$digit, with some words that stand for what people write. '
    return ('<!DOCTYPE html><html lang="en"><head><title>Item $decade$digit</title>'
            '<meta name="description" content="All about item $decade$digit"></head><body><ul>' + links + '</ul>'
            + ''.join(f'<p>{words}</p>' for _ in range(11)) + '</body></html>')


def free_ports(count):
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    try:
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class WebServer:
    """`url('plain')` is the root of the site over HTTP, `tls` over HTTPS with HTTP/1.1, `http2` with HTTP/2; `closing` ends each
    connection after one small page. The same files are at /raw/ as bytes of no type that anybody parses. /copy/N/ is the site
    once more for any N, each page with N in it. /synthetic/N is a small page for any N."""

    def __init__(self, site, connections=4096):
        self.site, self.connections = pathlib.Path(site), connections

    def __enter__(self):
        program = shutil.which('nginx') or shutil.which('nginx', path='/usr/sbin')
        if program is None:
            fail('nginx is not there: scripts/dependencies peers')
        self.folder = tempfile.TemporaryDirectory(prefix='bench-nginx-')
        try:
            self.make_certificate()
            for _ in range(5):  # another program may take one of the ports first
                if self.start(program):
                    return self
            fail('nginx does not start:\n' + self.log.read_text(errors='replace')[-2000:])
        except BaseException:
            self.__exit__()
            raise

    def start(self, program):
        folder = pathlib.Path(self.folder.name)
        self.asked = 0
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        self.log = folder / 'errors.log'
        config = folder / 'nginx.conf'
        config.write_text(CONFIG % {**self.ports, 'folder': folder, 'site': self.site, 'synthetic': synthetic_page(),
                                    'connections': self.connections, 'cached': CACHED,
                                    'files': 2 * self.connections + CACHED + 1024})
        self.process = subprocess.Popen(['timeout', '--kill-after=5', str(LIFE_S), program, '-p', folder, '-c', config, '-e', self.log],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                self.served()
                return True
            except OSError:
                time.sleep(0.05)
        return False

    def make_certificate(self):
        folder = pathlib.Path(self.folder.name)
        self.certificate = folder / 'cert.pem'
        made = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days',
                               '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', folder / 'key.pem',
                               '-out', self.certificate], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if made.returncode != 0:
            fail('openssl makes no certificate:\n' + made.stderr)

    def __exit__(self, *_):
        process = getattr(self, 'process', None)
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                kill_group(process.pid)
                process.wait()
        self.folder.cleanup()

    def url(self, port='plain'):
        return f'http{"s" if port in ("tls", "http2") else ""}://127.0.0.1:{self.ports[port]}'

    def urls(self, paths, port='plain', prefix=''):
        return [self.url(port) + prefix + path for path in paths]

    def served(self):
        """Requests so far over all ports, those of this function not counted."""
        with urllib.request.urlopen(self.url() + '/status', timeout=5) as answer:
            self.asked += 1
            return int(answer.read().split()[9]) - self.asked

    def check_protocol(self):
        """Ends the bench when the HTTP/2 port does not speak it."""
        context = ssl.create_default_context(cafile=self.certificate)
        context.set_alpn_protocols(['h2'])
        with socket.create_connection(('127.0.0.1', self.ports['http2']), 5) as plain:
            with context.wrap_socket(plain, server_hostname='127.0.0.1') as wrapped:
                if wrapped.selected_alpn_protocol() != 'h2':
                    fail('this nginx speaks no HTTP/2')
