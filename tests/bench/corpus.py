# SPDX-License-Identifier: MIT
"""Real pages: the HTML of Debian's documentation packages, unpacked by scripts/sites into build-sites/, each content once."""
import hashlib
import random
import subprocess
import urllib.parse

from measuring import ROOT, fail

SITE = ROOT / 'build-sites/usr/share'
# package: the folder of its pages
PACKAGES = {
    'openjdk-17-doc': 'doc/openjdk-17-jre-headless',
    'libboost1.81-doc': 'doc/libboost1.81-doc',
    'libstdc++-12-doc': 'doc/gcc-12-base',
    'qtbase5-doc-html': 'qt5/doc',
    'postgresql-doc-15': 'doc/postgresql-doc-15',
    'erlang-doc': 'doc/erlang-doc',
    'sqlite3-doc': 'doc/sqlite3',
    'python3.11-doc': 'doc/python3.11',
}


class Corpus:
    """`paths`: so many distinct pages, or all there are, always in the same random order, as paths of URLs; `bytes` of each by
    path."""

    def __init__(self, pages=0):
        subprocess.run([ROOT / 'scripts/sites', *PACKAGES], check=True)
        self.bytes = distinct_pages()
        if len(self.bytes) < pages:
            fail(f'the packages {", ".join(PACKAGES)} have only {len(self.bytes)} distinct pages')
        paths = sorted(self.bytes)
        random.Random(1).shuffle(paths)
        self.paths = paths[:pages] if pages else paths

    def sample(self, count):
        """So many of the pages, evenly over all sizes, so that their mean is that of all."""
        if count >= len(self.paths):
            return self.paths
        by_size = sorted(self.paths, key=lambda path: self.bytes[path])
        chosen = {by_size[(2 * i + 1) * len(by_size) // (2 * count)] for i in range(count)}
        return [path for path in self.paths if path in chosen]

    def mean_kib(self, paths=None):
        paths = self.paths if paths is None else paths
        return sum(self.bytes[path] for path in paths) / len(paths) / 1024

    def describe(self):
        return f'{len(self.paths):,} distinct pages of Debian\'s documentation, {self.mean_kib():.1f} KiB on average'


def distinct_pages():
    sizes, seen = {}, set()
    for file in sorted(file for folder in PACKAGES.values() for file in (SITE / folder).rglob('*.html')):
        if not file.is_file() or file.is_symlink():
            continue
        content = file.read_bytes()
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            sizes['/' + urllib.parse.quote(str(file.relative_to(SITE)))] = len(content)
    return sizes
