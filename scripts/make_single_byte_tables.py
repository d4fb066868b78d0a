#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes scraper/parse/charset_single_byte_tables.cpp: what the bytes 0x80 to 0xFF stand for in each single-byte encoding.

The WHATWG Encoding standard's indexes are Python's codecs but for this: in the windows encodings an unassigned byte below 0xA0 is
the control character of that number, KOI8-U has two letters of Belarusian, and windows-1255 has U+05BA.
IBM855 is none of the standard's encodings; pages in it exist all the same.

usage: scripts/make_single_byte_tables.py > scraper/parse/charset_single_byte_tables.cpp"""

ENCODINGS = {
    "IBM855": "cp855", "IBM866": "cp866", "ISO-8859-2": "iso8859-2", "ISO-8859-3": "iso8859-3", "ISO-8859-4": "iso8859-4",
    "ISO-8859-5": "iso8859-5", "ISO-8859-6": "iso8859-6", "ISO-8859-7": "iso8859-7", "ISO-8859-8": "iso8859-8",
    "ISO-8859-8-I": "iso8859-8", "ISO-8859-10": "iso8859-10", "ISO-8859-13": "iso8859-13", "ISO-8859-14": "iso8859-14",
    "ISO-8859-15": "iso8859-15", "ISO-8859-16": "iso8859-16", "KOI8-R": "koi8-r", "KOI8-U": "koi8-u", "macintosh": "mac-roman",
    "windows-874": "cp874", "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1252": "cp1252", "windows-1253": "cp1253",
    "windows-1254": "cp1254", "windows-1255": "cp1255", "windows-1256": "cp1256", "windows-1257": "cp1257", "windows-1258": "cp1258",
    "x-mac-cyrillic": "mac-cyrillic",
}
EXCEPTIONS = {("KOI8-U", 0xAE): 0x45E, ("KOI8-U", 0xBE): 0x40E, ("windows-1255", 0xCA): 0x5BA}


def code_point(name: str, codec: str, byte: int) -> int:
    if (name, byte) in EXCEPTIONS:
        return EXCEPTIONS[name, byte]
    try:
        return ord(bytes([byte]).decode(codec))
    except UnicodeDecodeError:
        return byte if name.startswith("windows-") and byte < 0xA0 else 0xFFFD


print("""// SPDX-License-Identifier: MIT
// Written by scripts/make_single_byte_tables.py.
#include "scraper/parse/charset_single_byte.h"

namespace scraper {

// clang-format off
const SingleByteTable kSingleByteTables[] = {""")
for name, codec in ENCODINGS.items():
    print('    {"%s",\n     {' % name, end="")
    values = ["0x%04X" % code_point(name, codec, byte) for byte in range(0x80, 0x100)]
    print(",\n      ".join(", ".join(values[i:i + 14]) for i in range(0, 128, 14)) + "}},")
print("""};
// clang-format on

const size_t kSingleByteTableCount = sizeof(kSingleByteTables) / sizeof(kSingleByteTables[0]);

}  // namespace scraper""")
